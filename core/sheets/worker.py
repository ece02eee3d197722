"""A worker's part of an import: claim, read, judge the rows, take the good ones, return the rest."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from time import monotonic
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from core import audit, clock, files, notices, web
from core.errors import Forbidden, Refused, RuleBroken
from core.models import RowState, SheetImport, SheetMapping, SheetRow, SheetState
from core.sheets import judging, kinds, reader
from core.sheets.headings import fingerprint
from core.sheets.kinds import Context, SheetKind
from core.sheets.returned import faulty_workbook
from core.sheets.runs import (
    LIVE,
    RESULT,
    TAKEABLE,
    enqueue_after_commit,
    keep_file,
    kind_of,
    lock_one,
    source_of,
)

CHUNK = 250
STALE_SECONDS = 60
KEEP_DAYS = 90
MAX_TRIES = 3
LOST = (
    "Hệ thống đã thử ba lần nhưng đều bị gián đoạn. Hãy tải tệp lên lại; nếu vẫn không được, báo quản "
    "trị hệ thống."
)
ROLE_OVER = (
    "Vai trò dùng để bắt đầu lần nhập này đã kết thúc hoặc không còn quyền nhập. Hãy bắt đầu lại bằng "
    "vai trò đang còn "
    "hiệu lực."
)
CHANGED_SINCE = (
    "Dữ liệu trong hệ thống đã thay đổi sau khi kiểm tra nên dòng này chưa được nhập. Hãy tải lại tệp để "
    "xem kết quả "
    "mới."
)

log = logging.getLogger(__name__)


class Lost(Exception):
    """The run is no longer this worker's."""


class Worker:
    """One worker's hold on one run: fenced by the version, progress at most once a second."""

    def __init__(self, run: SheetImport) -> None:
        self.run, self.written = run, 0.0

    @property
    def rows(self) -> QuerySet[SheetImport]:
        """The run, while it is still this worker's."""
        return SheetImport.objects.filter(pk=self.run.pk, version=self.run.version, state__in=LIVE)

    def tell(self, done: int | None = None, *, now: bool = False) -> None:
        """Show progress. Raises Lost."""
        if not now and monotonic() - self.written < 1:
            return
        facts: dict[str, Any] = {"heartbeat_at": Now()}
        if done is not None:
            facts["done"] = done
        self.write(**facts)
        self.written = monotonic()

    def write(self, **facts: Any) -> None:
        """Write fields of the run. Raises Lost."""
        if not self.rows.update(**facts):
            raise Lost


def claim(run_id: int, version: int) -> SheetImport | None:
    """Take a run that was handed over with this version; None when another delivery has it."""
    taken = SheetImport.objects.filter(pk=run_id, version=version, state__in=LIVE).update(
        version=F("version") + 1, heartbeat_at=Now()
    )
    return SheetImport.objects.select_related("user").get(pk=run_id) if taken else None


def work_on(run: SheetImport) -> str:
    """Do what the state of a claimed run asks for; expected trouble ends it with a sentence."""
    worker = Worker(run)
    try:
        tries = int(run.counts.get("tries", 0)) + 1
        if tries > MAX_TRIES:
            raise RuleBroken(LOST)
        run.counts["tries"] = tries
        worker.write(counts=run.counts)
        actor = kinds.acting(run.user, run.assignment_id)
        kind = kind_of(run)
        if actor is None or not web.is_allowed(actor, kind.permission):
            raise Forbidden(ROLE_OVER)
        steps: dict[str, Callable[..., None]] = {
            str(SheetState.READING): _read_sheet,
            str(SheetState.CHECKING): _check_sheet,
            str(SheetState.TAKING): _take_sheet,
        }
        steps[run.state](worker, kind, actor)
    except Lost:
        return "lost"
    except Refused as error:
        fail(run, str(error))
        return "failed"
    return SheetImport.objects.values_list("state", flat=True).get(pk=run.pk)


@transaction.atomic
def fail(run: SheetImport, sentence: str) -> None:
    """End a run with a sentence for the one who started it."""
    ended = SheetImport.objects.filter(pk=run.pk, version=run.version, state__in=LIVE).update(
        state=SheetState.FAILED,
        error=sentence,
        finished_at=clock.now(),
        heartbeat_at=Now(),
        version=F("version") + 1,
    )
    if ended:
        kind = kinds.get(run.kind)
        notices.send(
            [run.user_id],
            "sheet.failed",
            f"Nhập «{kind.label if kind else run.kind}» từ bảng tính không thực hiện được: {sentence}",
            run.get_absolute_url(),
        )


def _read_sheet(worker: Worker, kind: SheetKind, actor: Any) -> None:
    run = worker.run
    stored = source_of(run)
    if stored is None:
        raise RuleBroken("Không tìm thấy tệp đã tải lên. Hãy tải lại.")
    content = files.opened(stored, actor)
    if isinstance(content, files.Refusal):
        raise RuleBroken(content.sentence)
    with content:
        book = content.read()
    sheet = reader.read(
        book,
        kind.wanted,
        helps=[of.help for of in kind.fields],
        sheet=run.sheet_name,
        header_row=run.header_row if run.counts.get("mapped") or run.counts.get("head_chosen") else None,
        alive=lambda: worker.tell(now=True),
    )
    mapping, is_sure = (run.mapping, True) if run.counts.get("mapped") else _settle_mapping(run, kind, sheet)
    notes = _notes(kind, sheet, mapping)
    facts: dict[str, Any] = {
        "sheet_name": sheet.name,
        "header_row": sheet.header_row,
        "headings": sheet.headings,
        "mapping": mapping,
        "total": len(sheet.rows),
        "counts": run.counts | {"notes": notes},
    }
    if not is_sure:
        worker.write(**facts, state=SheetState.MAPPING, heartbeat_at=Now(), version=F("version") + 1)
        return
    rows = [
        SheetRow(
            sheet_import=run,
            number=number,
            values={name: cells.get(column, "") for name, column in mapping.items() if column},
        )
        for number, cells in sheet.rows
    ]
    with transaction.atomic():
        worker.write(**facts, state=SheetState.CHECKING, heartbeat_at=Now())
        run.rows.all().delete()
        SheetRow.objects.bulk_create(rows, batch_size=1000)
    run.refresh_from_db()
    _check_sheet(worker, kind, actor)


def _settle_mapping(run: SheetImport, kind: SheetKind, sheet: reader.Sheet) -> tuple[dict[str, str], bool]:
    """What is remembered for these headings, else what was recognised; sure when no required column lacks."""
    mark = fingerprint(heading["text"] for heading in sheet.headings)
    known = SheetMapping.objects.filter(kind=run.kind, scope_id=run.scope_id, fingerprint=mark).first()
    columns = {heading["column"] for heading in sheet.headings}
    if known is not None and {c for c in known.mapping.values() if c} <= columns:
        SheetMapping.objects.filter(pk=known.pk).update(used_at=clock.now())
        return known.mapping, True
    missing = [of for of in kind.fields if of.is_required and of.name not in sheet.mapping]
    return sheet.mapping, not missing


def _notes(kind: SheetKind, sheet: reader.Sheet, mapping: dict[str, str]) -> list[str]:
    def listed(cells: list[str]) -> str:
        return ", ".join(cells[:12]) + (f" và {len(cells) - 12} ô khác" if len(cells) > 12 else "")

    notes = []
    used = set(mapping.values())
    unused = [
        f"{h['column']} «{h['text'][:60]}»" for h in sheet.headings if h["text"] and h["column"] not in used
    ]
    if unused:
        notes.append(f"Cột không dùng đến: {'; '.join(unused[:15])}.")
    if sheet.hidden:
        notes.append(f"Đã bỏ ký tự ẩn (khoảng trắng đặc biệt, dấu nối mềm) ở các ô: {listed(sheet.hidden)}.")
    if sheet.external:
        notes.append(
            "Công thức lấy dữ liệu từ tệp khác, chỉ dùng giá trị đã lưu sẵn, ở các ô: "
            f"{listed(sheet.external)}."
        )
    return notes


def _check_sheet(worker: Worker, kind: SheetKind, actor: Any) -> None:
    run, today = worker.run, clock.today()
    stored = {row.number: row for row in run.rows.exclude(state=RowState.TAKEN)}
    worker.write(total=len(stored), done=0, heartbeat_at=Now())
    rows = [judging.read(kind, row, today) for row in stored.values()]
    judging.judge(kind, rows, rows, actor, today, run, worker.tell)
    with transaction.atomic():
        worker.write(heartbeat_at=Now())
        judging.save_rows(run, rows, stored)
        judging.count(run)
        worker.write(
            state=SheetState.READY,
            done=len(stored),
            heartbeat_at=Now(),
            counts=_rested(run),
            version=F("version") + 1,
        )


def _rested(run: SheetImport) -> dict[str, Any]:
    return {name: value for name, value in run.counts.items() if name != "tries"}


def _take_sheet(worker: Worker, kind: SheetKind, actor: Any) -> None:
    """Take the good rows in chunks: each is judged once more under a lock, then written, or not at all."""
    run = worker.run
    done = run.rows.filter(state=RowState.TAKEN).count()
    worker.tell(done, now=True)
    while numbers := list(
        run.rows.filter(state__in=TAKEABLE).order_by("number").values_list("number", flat=True)[:CHUNK]
    ):
        try:
            _take_chunk(worker, kind, actor, numbers)
        except IntegrityError:  # somebody typed the same by hand in this moment: judged anew, it is there
            log.warning("import %s: a chunk met a row of somebody else, judged again", run.pk)
            _take_chunk(worker, kind, actor, numbers)
        done += len(numbers)
        worker.tell(done)
    _finish(worker, kind, actor)


@transaction.atomic
def _take_chunk(worker: Worker, kind: SheetKind, actor: Any, numbers: list[int]) -> None:
    run, today = worker.run, clock.today()
    lock_one(f"sheet-kind:{kind.key}")
    worker.write(heartbeat_at=Now())
    wanted = run.rows.all() if kind.is_linked else run.rows.filter(number__in=numbers)
    everything = {row.number: row for row in wanted}
    all_rows = {number: judging.read(kind, row, today) for number, row in everything.items()}
    rows = [all_rows[number] for number in numbers]
    context = Context(actor, today, run, list(all_rows.values()), is_taking=True)
    kind.check(rows, context)
    good = []
    for row in rows:
        before = everything[row.number]
        if (row.state, row.changes) == (before.state, before.changes):
            good.append(row)
        elif row.state not in (RowState.FAULTY, RowState.SAME):
            row.fault("", CHANGED_SINCE)
            row.settle(exists=True)
    kind.take(good, context)
    written = {row.number for row in good}
    run.rows.filter(number__in=written).update(state=RowState.TAKEN)
    judging.save_rows(run, [row for row in rows if row.number not in written], everything)


def _finish(worker: Worker, kind: SheetKind, actor: Any) -> None:
    run = worker.run
    with transaction.atomic():
        worker.write(heartbeat_at=Now())
        judging.count(run)
        faulty = run.counts.get(RowState.FAULTY, 0)
        if faulty:
            name = f"{RESULT}-dong-can-sua-{kind.key}-{run.pk}.xlsx"
            keep_file(ContentFile(faulty_workbook(run, kind)), name, run, actor)
        worker.write(
            state=SheetState.DONE,
            finished_at=clock.now(),
            heartbeat_at=Now(),
            counts=_rested(run),
            version=F("version") + 1,
        )
        taken = run.counts.get(RowState.TAKEN, 0)
        audit.record(
            actor,
            "sheet.take",
            run,
            changes={"kind": run.kind, "taken": taken, "returned": faulty},
            note=kind.label,
        )
        text = f"Đã nhập {taken} dòng «{kind.label}» từ bảng tính"
        text += f", trả lại {faulty} dòng cần sửa." if faulty else "."
        notices.send([run.user_id], "sheet.done", text, run.get_absolute_url())


# --- upkeep ------------------------------------------------------------------------------------------------
@transaction.atomic
def sweep() -> list[int]:
    """Hand over again what shows no sign of life: lost in the queue, or its worker is gone."""
    quiet = SheetImport.objects.select_for_update(skip_locked=True).filter(
        state__in=LIVE, heartbeat_at__lt=Now() - timedelta(seconds=STALE_SECONDS)
    )
    sent = []
    for run in quiet:
        SheetImport.objects.filter(pk=run.pk).update(version=run.version + 1, heartbeat_at=Now())
        enqueue_after_commit(run.pk, run.version + 1)
        sent.append(run.pk)
    return sent


@transaction.atomic
def expire(today: date) -> int:
    """Delete imports older than KEEP_DAYS with their rows and workbooks, which hold personal data; what they
    changed stands in the trail. Returns how many.
    """
    old = SheetImport.objects.select_for_update(skip_locked=True).exclude(state__in=LIVE)
    old = list(old.filter(created_at__date__lt=today - timedelta(days=KEEP_DAYS)))
    for run in old:
        for stored in run.files.all():
            stored.delete()
        run.delete()
    return len(old)
