"""The life of an import: reading → mapping → checking → ready → taking → done, or failed with a sentence.

The row is the truth. Work is handed to a worker with the version the row had; claiming raises the version,
and every later write of the worker asks for it, so that of two deliveries one works, and a worker that was
thought dead changes nothing. Signs of life use the clock of the database.
"""

from collections import Counter
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from core import audit, clock, files, wall, web
from core.errors import Forbidden, RuleBroken, StaleState
from core.models import RowState, SheetImport, SheetMapping, SheetRow, SheetState, StoredFile
from core.sheets import judging, kinds
from core.sheets.headings import fingerprint
from core.sheets.kinds import SheetKind

LIVE = (SheetState.READING, SheetState.CHECKING, SheetState.TAKING)
TAKEABLE = (RowState.NEW, RowState.CHANGE)
RESULT = "ket-qua"  # names of files the import keeps beside the upload begin with it


# --- reading -----------------------------------------------------------------------------------------
def runs_for(actor: Any) -> QuerySet[SheetImport]:
    """Imports the actor started for the unit of the present role, of kinds the role may still import."""
    keys = [kind.key for kind in kinds.usable_by(actor)]
    scope = kinds.scope_of(actor)
    return SheetImport.objects.filter(user_id=actor.user_id, scope_id=scope, kind__in=keys)


def source_of(run: SheetImport) -> StoredFile | None:
    """The workbook that was handed in."""
    return run.files.order_by("pk").first()


def result_of(run: SheetImport) -> StoredFile | None:
    """The workbook of faulty rows given back, once there is one."""
    return run.files.filter(name__startswith=RESULT).order_by("-pk").first()


def source_name(run: SheetImport) -> str:
    """The name of the workbook that was handed in."""
    stored = source_of(run)
    return stored.name if stored else ""


def kind_of(run: SheetImport) -> SheetKind:
    """The kind of an import. Raises RuleBroken when the product knows it no more."""
    kind = kinds.get(run.kind)
    if kind is None:
        raise RuleBroken("Loại dữ liệu này không còn nhập được từ bảng tính.")
    return kind


# --- what a person does --------------------------------------------------------------------------------
@transaction.atomic
def start(kind: SheetKind, upload: UploadedFile, *, actor: Any) -> SheetImport:
    """Keep the workbook and hand it to a worker. Raises Forbidden, RuleBroken (field «file»)."""
    _require(actor, kind)
    run = SheetImport.objects.create(
        kind=kind.key,
        user_id=actor.user_id,
        assignment_id=actor.assignment.pk if actor.assignment else None,
        scope_id=kinds.scope_of(actor),
        heartbeat_at=Now(),
    )
    keep_file(upload, upload.name or "bang-tinh.xlsx", run, actor)
    audit.record(actor, "sheet.start", run, changes={"kind": kind.key}, note=upload.name or "")
    enqueue_after_commit(run.pk, run.version)
    return run


def keep_file(content: Any, name: str, run: SheetImport, actor: Any) -> StoredFile:
    """Keep a file of the import where only its unit's people may see it."""
    return files.keep(content, name, run, actor=actor)


def _require(actor: Any, kind: SheetKind) -> None:
    if not web.is_allowed(actor, kind.permission):
        raise Forbidden(f"Vai trò đang dùng không có quyền nhập «{kind.label}» từ bảng tính.")


def _locked(run_id: int, version: int | None, *states: str) -> SheetImport:
    run = SheetImport.objects.select_for_update().get(pk=run_id)
    if run.state not in states or (version is not None and run.version != version):
        raise StaleState(
            f"Lần nhập này đang ở bước «{run.get_state_display()}» nên thao tác vừa rồi không thực hiện "
            "được. "
            "Hãy xem lại trang."
        )
    return run


def _hand_over(run: SheetImport, state: str, **facts: Any) -> None:
    """Put a run into a worker's state and into the queue."""
    run.state, run.done = state, 0
    run.version += 1
    for name, value in facts.items():
        setattr(run, name, value)
    run.counts.pop("tries", None)
    run.save()
    SheetImport.objects.filter(pk=run.pk).update(heartbeat_at=Now())
    enqueue_after_commit(run.pk, run.version)


@transaction.atomic
def map_columns(
    run_id: int,
    mapping: dict[str, str],
    *,
    actor: Any,
    header_row: int | None = None,
    version: int | None = None,
) -> SheetImport:
    """Say which column is which field; remembered for this unit's next sheet with the same headings.

    Another header_row reads the sheet again from there. Raises StaleState, RuleBroken (fields of the form).
    """
    run = _locked(run_id, version, SheetState.MAPPING, SheetState.READY)
    kind = kind_of(run)
    _require(actor, kind)
    if header_row and header_row != run.header_row:
        _hand_over(run, SheetState.READING, header_row=header_row, counts={"head_chosen": True}, mapping={})
        return run
    faults = _mapping_faults(kind, mapping, run)
    if faults:
        raise RuleBroken(fields=faults)
    SheetMapping.objects.update_or_create(
        kind=run.kind,
        scope_id=run.scope_id,
        fingerprint=fingerprint(h["text"] for h in run.headings),
        defaults={"mapping": mapping, "used_at": clock.now()},
    )
    chosen = bool(run.counts.get("head_chosen"))
    _hand_over(run, SheetState.READING, mapping=mapping, counts={"mapped": True, "head_chosen": chosen})
    audit.record(actor, "sheet.map", run, changes=mapping)
    return run


def _mapping_faults(kind: SheetKind, mapping: dict[str, str], run: SheetImport) -> dict[str, list[str]]:
    columns = {heading["column"]: heading["text"] for heading in run.headings}
    used = Counter(column for column in mapping.values() if column)
    faults: dict[str, list[str]] = {}
    for of in kind.fields:
        column = mapping.get(of.name, "")
        if not column and of.is_required:
            faults[of.name] = [f"Hãy chọn cột của «{of.label}»; đây là cột bắt buộc."]
        elif column and column not in columns:
            faults[of.name] = [f"Tệp không có cột {column}. Hãy chọn lại."]
        elif column and used[column] > 1:
            faults[of.name] = [f"Cột {column} đang được chọn cho nhiều nội dung. Mỗi cột chỉ dùng một lần."]
    return faults


@transaction.atomic
def correct(
    run_id: int, number: int, values: dict[str, str], *, actor: Any, today: date
) -> tuple[SheetImport, SheetRow]:
    """Change the texts of one row and judge it again at once, with every row it is or was entangled with.

    Raises StaleState, Forbidden.
    """
    run = _locked(run_id, None, SheetState.READY)
    kind = kind_of(run)
    _require(actor, kind)
    with wall.as_system("kiểm tra dòng nhập từ bảng tính"):
        stored = {row.number: row for row in run.rows.all()}
        mine = stored[number]
        known = {of.name for of in kind.fields}
        before = judging.read(kind, mine, today)
        mine.values |= {name: text for name, text in values.items() if name in known}
        only = () if kind.is_linked else kind.identity_fields
        rows = {n: kinds.read_row(kind, n, row.values, today, only) for n, row in stored.items()}
        tokens = {*kind.identities(before), *kind.identities(rows[number])}
        near = [n for n, row in rows.items() if n == number or tokens & set(kind.identities(row))]
        touched = list(rows.values())
        if not kind.is_linked:
            touched = [judging.read(kind, stored[n], today) for n in near]
            rows |= {row.number: row for row in touched}
        judging.judge(kind, list(rows.values()), touched, actor, today, run)
        judging.save_rows(run, touched, stored)
        judging.count(run)
    changed = sorted(name for name in values if name in known)
    audit.record(actor, "sheet.correct", run, changes={"row": number, "fields": changed})
    return run, stored[number]


@transaction.atomic
def check_again(run_id: int, *, actor: Any, version: int | None = None) -> SheetImport:
    """Compare the rows with the data once more. Raises StaleState, Forbidden."""
    run = _locked(run_id, version, SheetState.READY)
    _require(actor, kind_of(run))
    _hand_over(run, SheetState.CHECKING)
    return run


@transaction.atomic
def confirm(run_id: int, *, actor: Any, version: int | None = None) -> SheetImport:
    """Take the good rows: handed to a worker. Raises StaleState when the same workbook is being taken or was
    taken by somebody since the check, RuleBroken when no row is good, Forbidden.
    """
    source = source_of(SheetImport.objects.get(pk=run_id))
    sha = source.sha256 if source else ""
    lock_one(f"sheet:{sha}")
    run = _locked(run_id, version, SheetState.READY)
    _require(actor, kind_of(run))
    with wall.as_system("tìm người đang nhập cùng một tệp"):
        _refuse_second(run, sha)
    good = run.rows.filter(state__in=TAKEABLE).count()
    if not good:
        raise RuleBroken(
            "Không có dòng nào thêm mới hoặc thay đổi để nhập. Hãy sửa các dòng có lỗi rồi nhập lại."
        )
    _hand_over(run, SheetState.TAKING, total=good)
    audit.record(actor, "sheet.confirm", run, changes={"kind": run.kind, "rows": good})
    return run


def _refuse_second(run: SheetImport, sha: str) -> None:
    same = StoredFile.objects.filter(sha256=sha, content_type__model="sheetimport").values("object_id")
    others = SheetImport.objects.filter(pk__in=same, kind=run.kind).exclude(pk=run.pk).select_related("user")
    busy = others.filter(state=SheetState.TAKING).first()
    if busy is not None:
        raise StaleState(
            f"{busy.user} đang nhập đúng tệp này. Hãy đợi xong rồi bấm «Kiểm tra lại»; các dòng đã có sẽ "
            "không bị "
            "nhập lần nữa."
        )
    done = others.filter(state=SheetState.DONE, heartbeat_at__gt=run.heartbeat_at).first()
    if done is not None:
        raise StaleState(
            f"{done.user} vừa nhập xong đúng tệp này. Hãy bấm «Kiểm tra lại» để xem còn dòng nào chưa có."
        )


@transaction.atomic
def drop(run_id: int, *, actor: Any) -> None:
    """Throw an import away before anything was taken. Raises StaleState."""
    run = _locked(run_id, None, SheetState.MAPPING, SheetState.READY, SheetState.FAILED)
    audit.record(actor, "sheet.drop", run)
    for stored in run.files.all():
        stored.delete()
    run.delete()


def lock_one(name: str) -> None:
    """Wait until nobody else holds this name in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [name])


def enqueue_after_commit(run_id: int, version: int) -> None:
    """Send the task when the row is visible; a lost broker is only a delay, the sweep sends it again."""

    def send() -> None:
        from core.sheets.tasks import work  # noqa: PLC0415 (the task calls this module)

        work.apply_async([run_id, version], retry=False)

    transaction.on_commit(send, robust=True)
