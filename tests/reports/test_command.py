"""build_report as people script it: one JSON answer, Vietnamese sentences, exit statuses."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook
from pypdf import PdfReader

from awards.models import HonourRecord
from campaigns.models import Target
from reports import actions, tasks
from reports.management.commands.build_report import Command
from tests.builders import TODAY
from tests.reports.data import fill_year
from tests.world import World


def run(capsys, out: Path, **options) -> dict:
    arguments = {
        "kind": "year_end",
        "year": 2024,
        "unit": "B0",
        "formats": "pdf,xlsx",
        "out": str(out),
    } | options
    call_command("build_report", **arguments)
    return json.loads(capsys.readouterr().out)


def refusal(capsys, out: Path, **options) -> str:
    with pytest.raises(SystemExit) as end:
        run(capsys, out, **options)
    assert end.value.code == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


def test_the_same_figures_in_answer_pdf_workbook_and_database(world: World, capsys, tmp_path: Path) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=9)

    answer = run(capsys, tmp_path)

    figures = answer["figures"]
    honours = HonourRecord.objects.filter(decided_on__year=2024)
    assert figures["honours"]["honours"] == honours.count()
    assert figures["honours"]["direct"] == honours.filter(is_direct_worker=True).count()
    assert figures["targets"]["targets"] == Target.objects.filter(pledge__state="approved").count()
    text = "".join(page.extract_text() for page in PdfReader(answer["files"]["pdf"]).pages)
    assert f"Có {honours.count()} lượt khen thưởng" in re.sub(r"\s+", " ", text)
    book = load_workbook(answer["files"]["xlsx"])
    page = next(sheet for sheet in book.worksheets if sheet["A1"].value == "So sánh với cùng kỳ năm trước")
    found = {row[0].value: row[1].value for row in page.iter_rows()}
    assert {
        row["label"]: row["value"] for row in figures["comparison"] if not row["unit"]
    }.items() <= found.items()


def test_the_same_bytes_as_the_worker(world: World, capsys, tmp_path: Path) -> None:
    fill_year(world.ministry, world.agency, world.institute, honours=3)
    run_ = actions.request_report("year_end", 2024, world.ministry, actor=world.specialist, today=TODAY)
    tasks.build(run_.pk)

    answer = run(capsys, tmp_path)

    run_.refresh_from_db()
    assert answer["checksum"] == run_.checksum
    assert answer["figures"] == run_.figures
    for stored in run_.files.all():
        with stored_bytes(stored) as kept:
            assert (tmp_path / stored.name).read_bytes() == kept.read()


def stored_bytes(stored) -> io.BytesIO:
    from core.files import read  # noqa: PLC0415 (only here)

    return io.BytesIO(read(stored))


def test_one_format_only(world: World, capsys, tmp_path: Path) -> None:
    assert list(run(capsys, tmp_path / "mới", formats="xlsx")["files"]) == ["xlsx"]
    assert [p.suffix for p in (tmp_path / "mới").iterdir()] == [".xlsx"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"formats": "pdf,docx"}, "--formats: bản Word (docx) chưa có."),
        ({"formats": "odt"}, "--formats: không có định dạng «odt»."),
        ({"formats": " , "}, "--formats: chưa nêu định dạng nào."),
        ({"unit": "KHONG"}, "--unit: không có đơn vị mã «KHONG»."),
        ({"year": 2030}, "--year 2030: Năm báo cáo phải từ 2000 đến 2024."),
        ({"out": "/proc/khong-the"}, "--out: không ghi được vào thư mục «/proc/khong-the»"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    world: World, capsys, tmp_path, options, sentence
) -> None:
    assert refusal(capsys, **({"out": tmp_path} | options)).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_is_told_apart() -> None:
    with pytest.raises(CommandError):
        call_command("build_report", "--kind", "monthly", "--year", "2024", "--unit", "M1", "--out", "/tmp")


def test_help_shows_an_example() -> None:
    assert (
        "--kind year_end --year 2024 --unit M1"
        in Command().create_parser("manage.py", "build_report").format_help()
    )
