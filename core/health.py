"""Is the system fit for work: checks with an outcome, a sentence, and what to do; signs of life of the
workers.

«Fault» makes /readyz answer 503 and should wake somebody; «warning» should be read within the day.
"""

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core import outbox, wall
from core.models import BackupKind, BackupRun, Heartbeat, OutboxMessage, OutboxState

SCHEDULER = "scheduler"
QUEUE_WORDS = {"default": "việc chung", "reports": "báo cáo, sao lưu", "mail": "thư điện tử"}
HEARTBEAT_LIMIT = timedelta(minutes=2)
BACKUP_LIMIT = timedelta(hours=26)
MAIL_WARNING, MAIL_FAULT = timedelta(minutes=15), timedelta(hours=2)
DISK_FAULT_BYTES = 2 * 1024**3
DISK_WARNING_SHARE = 0.10
CLOCK_LIMIT_SECONDS = 1.0
SHRUNK_SHARE = 0.8
REMEMBER_SECONDS = 5.0


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


TONES = {State.OK: "ok", State.WARNING: "warn", State.FAULT: "danger"}
WORDS = {State.OK: "Tốt", State.WARNING: "Cần chú ý", State.FAULT: "Có lỗi"}


@dataclass(frozen=True)
class Finding:
    """What one check found: a Vietnamese sentence, and what to do when it is not good."""

    key: str
    label: str
    state: State
    detail: str
    advice: str = ""

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def word(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True)
class Report:
    """All findings of one moment."""

    findings: tuple[Finding, ...]

    @property
    def by_urgency(self) -> list[Finding]:
        """Faults first, then warnings, then what is in order."""
        order = {State.FAULT: 0, State.WARNING: 1, State.OK: 2}
        return sorted(self.findings, key=lambda finding: order[finding.state])

    @property
    def is_ready(self) -> bool:
        return all(finding.state != State.FAULT for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Status and details, for a monitoring program."""
        return {
            "status": "ready" if self.is_ready else "not ready",
            "checks": {f.key: asdict(f) for f in self.findings},
        }


# --- signs of life -------------------------------------------------------------------------------
def beat(name: str, **detail: Any) -> None:
    """Note that a part of the system works at this moment."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "detail": detail})


def worker_name(queue: str) -> str:
    """The name under which the workers of a queue show that they work."""
    return f"worker:{queue}"


# --- the checks ----------------------------------------------------------------------------------
def _one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _database() -> Finding:
    label = "Cơ sở dữ liệu"
    version = _one("SHOW server_version")
    return Finding("database", label, State.OK, f"PostgreSQL {version} trả lời.")


def _durability() -> Finding:
    """What makes an acknowledged change survive a crash (measured: without it hundreds are lost)."""
    label = "Ghi bền vững"
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    off = [name for name in names if _one(f"SHOW {name}") == "off"]
    if not off:
        return Finding("durability", label, State.OK, "Mọi thiết lập chống mất dữ liệu đều bật.")
    must = [name for name in off if name != "data_checksums"]
    state = State.FAULT if must and not settings.DEMO else State.WARNING
    advice = f"Bật lại trong cấu hình PostgreSQL: {', '.join(must)}." if must else ""
    if "data_checksums" in off:
        advice += " Bật mã kiểm tra trang dữ liệu bằng pg_checksums khi máy chủ dừng."
    return Finding("durability", label, state, f"Đang tắt: {', '.join(off)}.", advice.strip())


def _clock() -> Finding:
    label = "Đồng hồ"
    before = timezone.now()
    there: datetime = _one("SELECT clock_timestamp()")
    drift = max((before - there).total_seconds(), (there - timezone.now()).total_seconds(), 0.0)
    if drift <= CLOCK_LIMIT_SECONDS:
        return Finding("clock", label, State.OK, "Máy chủ web và cơ sở dữ liệu lệch nhau không quá 1 giây.")
    seconds = f"{drift:.1f}".replace(".", ",")
    return Finding(
        "clock", label, State.FAULT, f"Máy chủ web và cơ sở dữ liệu lệch nhau {seconds} giây.",
        "Kiểm tra dịch vụ đồng bộ thời gian (chrony, systemd-timesyncd) trên cả hai máy.",
    )  # fmt: skip


_migrated: list[bool] = []


def _migrations() -> Finding:
    label = "Cấu trúc dữ liệu"
    if not _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            return Finding(
                "migrations", label, State.FAULT, f"Còn {len(plan)} bước chuyển đổi chưa chạy.",
                "Chạy manage.py migrate, rồi khởi động lại các tiến trình.",
            )  # fmt: skip
        _migrated.append(True)  # what was applied stays applied as long as this program runs
    return Finding("migrations", label, State.OK, "Mọi bước chuyển đổi đã chạy.")


def _redis() -> Finding:
    label = "Redis (hàng đợi, bộ nhớ đệm)"
    line = redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        line.ping()
    except (redis.RedisError, OSError):
        return Finding(
            "redis", label, State.FAULT, "Không trả lời.",
            "Khởi động lại Redis. Trang vẫn dùng được; báo cáo và thư chờ đến khi Redis trở lại.",
        )  # fmt: skip
    finally:
        line.close()
    return Finding("redis", label, State.OK, "Đang trả lời.")


def _heartbeats() -> list[Finding]:
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    found = [
        _life(
            worker_name(queue), f"Tiến trình nền: {QUEUE_WORDS.get(queue, queue)}", seen,
            f"Khởi động worker có nghe hàng đợi «{queue}» và xem nhật ký chạy của nó.",
        )
        for queue in settings.WORKER_QUEUES
    ]  # fmt: skip
    advice = "Khởi động beat (đúng một bản) và xem nhật ký chạy của nó."
    return [*found, _life(SCHEDULER, "Bộ hẹn giờ", seen, advice)]


def _life(name: str, label: str, seen: dict[str, datetime], advice: str) -> Finding:
    at = seen.get(name)
    if at is None:
        return Finding(name, label, State.FAULT, "Chưa từng có dấu hiệu hoạt động.", advice)
    age = timezone.now() - at
    if age > HEARTBEAT_LIMIT:
        return Finding(name, label, State.FAULT, f"Im lặng đã {_span(age)}.", advice)
    return Finding(name, label, State.OK, f"Hoạt động {_span(age)} trước.")


def _disks() -> list[Finding]:
    places = [("disk:state", "Ổ đĩa của thư mục làm việc", Path(settings.STATE_DIR))]
    if settings.FILE_STORAGE == "folder":
        places.append(("disk:files", "Ổ đĩa của tệp lưu trữ", Path(settings.MEDIA_ROOT)))
    if settings.BACKUP_DIR:
        places.append(("disk:backup", "Ổ đĩa của bản sao lưu", Path(settings.BACKUP_DIR)))
    return [_disk(key, label, path) for key, label, path in places]


def _disk(key: str, label: str, path: Path) -> Finding:
    while not path.exists() and path != path.parent:
        path = path.parent
    total, _, free = shutil.disk_usage(path)
    share = free / total
    detail = f"Còn trống {_size(free)} ({share:.0%}).".replace("%", " %")
    advice = "Dọn tệp thừa hoặc thêm dung lượng; khi đầy, hệ thống từ chối nhận tệp và lập báo cáo."
    if free < DISK_FAULT_BYTES:
        return Finding(key, label, State.FAULT, detail, advice)
    if share < DISK_WARNING_SHARE:
        return Finding(key, label, State.WARNING, detail, advice)
    return Finding(key, label, State.OK, detail)


def _backup() -> Finding:
    label = "Sao lưu"
    state = State.WARNING if settings.DEMO else State.FAULT
    good = list(BackupRun.objects.filter(kind=BackupKind.BACKUP, is_good=True)[:2])
    if not good:
        advice = "Đặt BACKUP_DIR để sao lưu hằng đêm, hoặc chạy manage.py backup --out THƯ_MỤC."
        return Finding("backup", label, state, "Chưa có bản sao lưu tốt nào.", advice)
    finished = good[0].finished_at or good[0].started_at
    age = timezone.now() - finished
    detail = f"Bản tốt gần nhất xong {_span(age)} trước, {_size(good[0].size)}."
    if age > BACKUP_LIMIT:
        advice = "Xem lỗi của lần sao lưu gần nhất bên dưới; chạy ngay manage.py backup --out THƯ_MỤC."
        return Finding("backup", label, state, detail, advice)
    if len(good) > 1 and good[0].size < SHRUNK_SHARE * good[1].size:
        advice = "Bản này nhỏ hơn bản trước hơn 20 %; đối chiếu số liệu trong manifest.json của hai bản."
        return Finding("backup", label, State.WARNING, detail, advice)
    return Finding("backup", label, State.OK, detail)


def _mail() -> Finding:
    label = "Thư điện tử"
    age = outbox.oldest_waiting()
    failed = OutboxMessage.objects.filter(state=OutboxState.FAILED).count()
    if age is not None and age > MAIL_WARNING:
        state = State.FAULT if age > MAIL_FAULT else State.WARNING
        advice = (
            "Kiểm tra máy chủ thư (EMAIL_HOST) và worker của hàng đợi «mail»; thư không mất, sẽ được gửi sau."
        )
        return Finding("mail", label, state, f"Có thư đến hạn mà chưa gửi, lâu nhất {_span(age)}.", advice)
    if failed:
        advice = "Xem danh sách bên dưới; sửa nguyên nhân rồi bấm Gửi lại."
        return Finding("mail", label, State.WARNING, f"{failed} thư không gửi được.", advice)
    return Finding("mail", label, State.OK, "Không có thư nào bị chậm.")


Check = Callable[[], "Finding | list[Finding]"]
# Named one by one: the order is that of the page.
NEEDING_DATABASE: tuple[Check, ...] = (_durability, _migrations, _clock)
READING_TABLES: tuple[Check, ...] = (_heartbeats, _backup, _mail)


def assess() -> Report:
    """Carry out all checks now. A database that does not answer is a finding, not an error."""
    found: list[Finding] = []
    with wall.as_system("kiểm tra tình trạng hệ thống"):
        try:
            found.append(_database())
            _collect(found, NEEDING_DATABASE)
        except DatabaseError:
            found.append(_no_database())
        _collect(found, (_redis, _disks))
        if found[0].state == State.OK:
            try:
                _collect(found, READING_TABLES)
            except DatabaseError:  # tables that a migration has not made yet
                found.append(_no_database())
    return Report(tuple(found))


def _collect(found: list[Finding], checks: tuple[Check, ...]) -> None:
    for check in checks:
        answer = check()
        found.extend(answer if isinstance(answer, list) else [answer])


def _no_database() -> Finding:
    return Finding(
        "database", "Cơ sở dữ liệu", State.FAULT, "Không trả lời hoặc chưa có đủ bảng.",
        "Kiểm tra PostgreSQL và DATABASE_URL; chạy manage.py migrate sau khi kết nối được.",
    )  # fmt: skip


_last: list[tuple[float, Report]] = []


def recent() -> Report:
    """The report of the last five seconds, else a new one: anybody may ask, the work is done once."""
    if not _last or monotonic() - _last[0][0] > REMEMBER_SECONDS:
        _last[:] = [(monotonic(), assess())]
    return _last[0][1]


@cache
def software_version() -> str:
    """The version of the product."""
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except OSError:
        return ""


# --- words ---------------------------------------------------------------------------------------
def _span(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, unit in ((86400, "ngày"), (3600, "giờ"), (60, "phút")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} giây"


def _size(size: int) -> str:
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1024:
            return f"{value:.0f} {unit}"
        value /= 1024
    return f"{value:.1f} GB".replace(".", ",")


size_words = _size
