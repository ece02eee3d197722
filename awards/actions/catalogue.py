"""Bring the catalogue in line with the rule-book files, never silently changing what a dossier was judged
by.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from awards.models import AwardKind, HonourRecord, Nomination
from core import audit
from core.errors import RuleBroken
from units.permissions import Actor


@dataclass
class Loaded:
    """What a load did."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def load_catalogue(rows: list[dict[str, Any]], *, actor: Actor, because: str = "") -> Loaded:
    """Add and change award kinds to match the rows; all or none.

    Raises RuleBroken when a kind that dossiers or honours use would change, unless `because` gives the
    document that
    changes it: then the change is made and recorded with that reason.
    """
    used = Exists(Nomination.objects.filter(award=OuterRef("pk"))) | Exists(
        HonourRecord.objects.filter(award=OuterRef("pk"))
    )
    present = {
        (kind.code, kind.regime, kind.valid_from): kind
        for kind in AwardKind.objects.select_for_update().annotate(is_used=used)
    }
    done, refused = Loaded(), []
    for row in rows:
        kind = present.get((row["code"], row["regime"], row["valid_from"]))
        label = f"{row['code']} ({row['regime']})"
        if kind is None:
            kind = AwardKind.objects.create(**row)
            audit.record(actor, "award_kind.add", kind, changes=row)
            done.added.append(label)
            continue
        changes = {
            name: [getattr(kind, name), value] for name, value in row.items() if getattr(kind, name) != value
        }
        if not changes:
            done.unchanged += 1
        elif kind.is_used and not because:
            refused.append(f"{label}: {', '.join(sorted(changes))}")
        else:
            AwardKind.objects.filter(pk=kind.pk).update(**row)
            audit.record(actor, "award_kind.change", kind, changes=changes, note=because)
            done.changed.append(label)
    if refused:
        raise RuleBroken(
            "Không đổi danh mục: các dòng sau đã được dùng trong hồ sơ hoặc sổ vàng, chỉ đổi khi nêu "
            "văn bản làm căn cứ. " + "; ".join(refused)
        )
    return done
