"""Ground tables used by every app above."""

from core.models.access import AccessEntry, AccessKind
from core.models.audit import AuditEntry, AuditHead
from core.models.draft import FormDraft
from core.models.file import ScanState, StoredFile
from core.models.health import BackupKind, BackupRun, Heartbeat
from core.models.notice import Notice
from core.models.outbox import MailMode, NoticePreference, OutboxMessage, OutboxState
from core.models.sheet import RowState, SheetImport, SheetMapping, SheetRow, SheetState
from core.models.step import StepRecord
from core.models.submission import FormSubmission

__all__ = [
    "AccessEntry",
    "AccessKind",
    "AuditEntry",
    "AuditHead",
    "BackupKind",
    "BackupRun",
    "FormDraft",
    "FormSubmission",
    "Heartbeat",
    "MailMode",
    "Notice",
    "NoticePreference",
    "OutboxMessage",
    "OutboxState",
    "RowState",
    "ScanState",
    "SheetImport",
    "SheetMapping",
    "SheetRow",
    "SheetState",
    "StepRecord",
    "StoredFile",
]
