"""The year's result of a unit, recorded by the level above it."""

from django.db import transaction

from campaigns import rules
from campaigns.choices import UnitGrade
from campaigns.models import UnitYearResult
from core import audit, flow
from core.errors import Forbidden, RuleBroken
from core.text import clean
from units.models import Unit
from units.permissions import Actor, require


@transaction.atomic
def save_result(
    unit_id: int,
    year: int,
    *,
    grade: str,
    is_outstanding: bool,
    document: str,
    version: int | None = None,
    actor: Actor,
) -> UnitYearResult:
    """Record or correct how a unit was graded for a year, with the document saying so.

    Nobody records the result of the unit they act for. version: of the result the person saw, None for a new
    one. Raises Forbidden, StaleState, RuleBroken, ValidationError.
    """
    unit = Unit.objects.select_for_update().get(pk=unit_id)  # serialises two first entries for one unit
    require(actor, "result.edit", unit)
    if actor.unit is not None and actor.unit.pk == unit.pk:
        raise Forbidden("Kết quả của một đơn vị do cấp trên ghi nhận; không tự ghi cho đơn vị mình.")
    if not rules.FIRST_YEAR <= year <= actor.today.year:
        raise RuleBroken(f"Chỉ ghi kết quả cho các năm từ {rules.FIRST_YEAR} đến {actor.today.year}.")
    document = clean(document)
    faults = {} if document else {"document": ["Hãy ghi văn bản xác nhận kết quả."]}
    if is_outstanding and grade in (UnitGrade.COMPLETED, UnitGrade.FAILED):
        faults["is_outstanding"] = [
            "Tập thể tiêu biểu xuất sắc phải được xếp loại hoàn thành tốt nhiệm vụ trở lên. Hãy kiểm tra lại."
        ]
    if faults:
        raise RuleBroken(fields=faults)
    result = UnitYearResult.objects.filter(unit=unit, year=year).first()
    if result is None:
        result = UnitYearResult(unit=unit, year=year)
    else:
        flow.check_version(result, version if version is not None else 0)
        result.version += 1
    before = [result.grade, result.is_outstanding, result.document]
    result.grade, result.is_outstanding, result.document = grade, is_outstanding, document
    result.full_clean(exclude=["unit"])
    result.save()
    after = [result.grade, result.is_outstanding, result.document]
    names = ("grade", "is_outstanding", "document")
    audit.record(
        actor,
        "result.save",
        result,
        changes={name: [old, new] for name, old, new in zip(names, before, after, strict=True)},
    )
    return result
