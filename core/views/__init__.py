"""Views of the ground: drafts, downloads, notices' housekeeping, health, component page."""
