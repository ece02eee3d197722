"""Fixtures of the tests in this folder."""

import pytest

from campaigns import catalogue
from core.models import AuditEntry


@pytest.fixture
def entries():
    before = set(AuditEntry.objects.values_list("sequence", flat=True))
    return lambda: list(
        AuditEntry.objects.exclude(sequence__in=before).order_by("sequence").values_list("action", flat=True)
    )


@pytest.fixture
def titles(monkeypatch):
    found = {
        "person": [("CSTDCS", "Chiến sĩ thi đua cơ sở")],
        "collective": [("TTLDXS", "Tập thể lao động xuất sắc")],
    }
    monkeypatch.setattr(catalogue, "_providers", [lambda day, kind: found[kind]])
