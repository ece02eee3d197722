"""How the time for reading a launching document grows with its length: text, Word and PDF.

    .venv/bin/python bench/read_launch_documents.py [PAGES]

Makes plans of 10 and PAGES (300) pages from a document of the corpus and prints processor seconds and the
seconds per page; the second figure should stay the same.
"""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from campaigns.importing import read  # noqa: E402
from tests.campaigns.importing import other_formats  # noqa: E402

PAGE = 2500  # characters
SOURCE = ROOT / "tests" / "data" / "launch_documents" / "bo-ke-hoach-chuyen-doi-so.txt"


def plan(pages: int) -> str:
    """A plan of about that many pages: one body again and again under one head."""
    text = SOURCE.read_text(encoding="utf-8")
    begin, end = text.index("I. MỤC ĐÍCH"), text.index("Nơi nhận")
    times = max(1, pages * PAGE // (end - begin))
    return text[:begin] + text[begin:end] * times + text[end:]


def main() -> None:
    """Print one line for each format and length."""
    longest = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for kind, made in (("txt", str.encode), ("docx", other_formats.as_docx), ("pdf", other_formats.as_pdf)):
        for pages in (10, longest if kind != "pdf" else min(longest, 60)):
            raw = made(plan(pages))
            begin = time.process_time()
            read(raw, f"a.{kind}")
            seconds = time.process_time() - begin
            print(f"{kind:4} {pages:4} pages {seconds:6.2f} s {1000 * seconds / pages:6.1f} ms a page")


if __name__ == "__main__":
    main()
