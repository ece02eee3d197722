"""Ground tables used by every app above."""

from core.models.audit import AuditEntry, AuditHead
from core.models.draft import FormDraft
from core.models.file import StoredFile
from core.models.notice import Notice
from core.models.step import StepRecord
from core.models.submission import FormSubmission

__all__ = ["AuditEntry", "AuditHead", "FormDraft", "FormSubmission", "Notice", "StepRecord", "StoredFile"]
