"""The child process: opens one file somebody handed in, with little memory and time, and writes it without
particulars.

core.files.inspect starts it. Prints one line of JSON: {"fault": sentence or "", "notes": [sentences],
"written": whether the target holds the file to keep; if not, the file is kept as it came}.
"""

import json
import logging
import resource
import sys
from pathlib import Path

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 60_000_000
HUGE_PICTURE = (
    "Ảnh quá lớn: {width} × {height} điểm ảnh, vượt mức 60 triệu điểm ảnh. Hãy thu nhỏ ảnh rồi tải lên."
)
BROKEN_PICTURE = "Ảnh bị hỏng hoặc tải về chưa đủ. Hãy mở ảnh gốc, lưu lại dạng .jpg hoặc .png rồi tải lên."
TOO_COMPLEX = "Tệp quá phức tạp nên không kiểm tra được. Hãy giảm dung lượng hoặc chia thành nhiều tệp."


def _examine(extension: str, source: Path, target: Path) -> list[str]:
    # The readers are imported under the limits, and only the one that is needed.
    from core.inspection.errors import Refused  # noqa: PLC0415

    if extension == "pdf":
        from core.inspection import pdf  # noqa: PLC0415

        try:
            return pdf.examine(source, target)
        except (Refused, MemoryError):
            raise
        except Exception as error:  # whatever a hostile file makes the reader raise
            raise Refused(pdf.BROKEN) from error
    if extension in ("docx", "xlsx"):
        from core.inspection import office  # noqa: PLC0415

        return office.examine(source, target, extension)
    from core.inspection import pictures  # noqa: PLC0415

    try:
        picture = pictures.read_picture(source.read_bytes())
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused(HUGE_PICTURE.format(width=picture.width, height=picture.height))
        target.write_bytes(pictures.upright(picture))
    except pictures.BrokenPicture as error:
        raise Refused(BROKEN_PICTURE) from error
    return []


def main() -> None:
    """Set the limits, examine, answer."""
    from core.inspection.errors import Refused  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    extension, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    fault, notes = "", []
    try:
        notes = _examine(extension, source, target)
    except Refused as error:
        fault = str(error)
    except MemoryError:
        fault = TOO_COMPLEX
    if fault:
        target.unlink(missing_ok=True)
    print(json.dumps({"fault": fault, "notes": notes, "written": target.exists()}))
