"""Pages of rounds, dossiers, decisions and the archive."""
