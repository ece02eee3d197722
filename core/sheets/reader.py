"""Opens a workbook safely: looked at from outside first, then read by a child process with hard limits."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from core.errors import RuleBroken
from core.sheets.headings import Wanted

ROW_LIMIT = 5000
SECONDS: float = 60
MEMORY = 512 * 1024 * 1024
BASE = Path(__file__).resolve().parent.parent.parent

SENTENCES = {
    "empty": "Tệp không có dữ liệu. Hãy tải tệp mẫu, điền rồi tải lên lại.",
    "too_many": "Tối đa 5.000 dòng mỗi lần. Hãy chia tệp thành nhiều tệp nhỏ hơn rồi tải lên từng tệp.",
    "too_large": "Tệp quá lớn nên không đọc được trong giới hạn bộ nhớ. Hãy xóa các trang tính, ảnh và định "
    "dạng không cần, hoặc sao chép dữ liệu sang tệp mẫu rồi tải lên lại.",
    "too_slow": "Tệp quá phức tạp nên không đọc xong trong 60 giây. Hãy sao chép dữ liệu sang tệp mẫu rồi "
    "tải lên lại.",
    "hostile": "Tệp có cấu trúc bất thường (khai báo thực thể XML) nên không được nhận. Hãy sao chép dữ "
    "liệu sang tệp mẫu rồi tải lên lại.",
    "broken": "Tệp bị hỏng hoặc không phải bảng tính Excel (.xlsx). Hãy mở bằng phần mềm bảng tính, lưu lại "
    "thành .xlsx rồi tải lên.",
    "only_head": "Tệp chỉ có dòng tiêu đề, chưa có dòng dữ liệu nào. Hãy điền dữ liệu dưới dòng tiêu đề rồi "
    "tải lên lại.",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was read. headings: [{"column", "text", "samples"}]; mapping: field → column; rows:
    (number, column → text); hidden, external: addresses of cells cleaned of invisible characters, and of
    formulas that look into another workbook.
    """

    name: str
    header_row: int
    headings: list[dict[str, Any]]
    mapping: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]
    hidden: list[str]
    external: list[str]


def read(
    content: bytes,
    wanted: Sequence[Wanted],
    *,
    helps: Sequence[str] = (),
    sheet: str = "",
    header_row: int | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Sheet:
    """Read a workbook in a child process. alive is called every other second while it works.

    Raises RuleBroken with the sentence for the person; nothing is written anywhere.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        asked = {
            "path": file.name,
            "fields": [vars(field) for field in wanted],
            "helps": list(helps),
            "sheet": sheet,
            "header_row": header_row,
            "limit": ROW_LIMIT,
            "memory": MEMORY,
            "seconds": max(1, int(SECONDS)),
        }
        found = _ask(asked, alive)
    if "error" in found:
        log.warning("sheet not read: %s %s", found["error"], found.get("detail", ""))
        raise RuleBroken(SENTENCES[found["error"]])
    if not found["rows"]:
        raise RuleBroken(SENTENCES["only_head"])
    return Sheet(
        found["sheet"],
        found["header_row"],
        found["headings"],
        found["mapping"],
        [(number, row) for number, row in found["rows"]],
        found["hidden"],
        found["external"],
    )


def _ask(asked: dict[str, Any], alive: Callable[[], None]) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", _START.format(base=str(BASE))]
    process = subprocess.Popen(  # noqa: S603 (our own module, nothing of the request in the command)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"LANG": "C.UTF-8"},
    )
    question: bytes | None = json.dumps(asked).encode()
    try:
        until = monotonic() + SECONDS
        while True:
            try:
                out, errors = process.communicate(question, timeout=min(2, SECONDS))
                break
            except subprocess.TimeoutExpired:
                if monotonic() >= until:
                    return {"error": "too_slow"}
                question = None
                alive()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode == 0:
        answer: dict[str, Any] = json.loads(out)
        return answer
    detail = errors.decode(errors="replace")[-300:]
    slow = process.returncode < 0 and -process.returncode == 24  # SIGXCPU
    return {"error": "too_slow" if slow else "too_large", "detail": detail}


# -I keeps the environment and the working folder out; the project's own folder is put back.
_START = "import sys; sys.path.insert(0, {base!r}); from core.sheets.child import main; main()"
