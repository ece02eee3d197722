"""Backups that are proved by being restored.

A backup is one folder: the dump of the database, the stored files, and a manifest that counts and seals both.
make → folder; check and restore ← folder; drill restores it beside the running system, checks everything, and
removes it again. See docs/operations.md for the runbook.
"""

from core.backup.drill import drill
from core.backup.make import Made, make
from core.backup.manifest import BackupFault, check, newest
from core.backup.restore import restore

__all__ = ["BackupFault", "Made", "check", "drill", "make", "newest", "restore"]
