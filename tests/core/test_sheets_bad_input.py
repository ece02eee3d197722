"""The corpus of bad workbooks at this door: a clear sentence, nothing written, no file or network touched."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from core.errors import RuleBroken
from core.models import AuditEntry, SheetImport, SheetState, StoredFile
from core.sheets import reader, runs
from core.sheets.headings import Wanted
from tests.sheet_files import PEOPLE_HEAD, faults_of, person_row, previewed, saved, started, workbook
from tests.world import World
from units.models import Person, Posting, YearRecord

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
NOT_XLSX = "«danh-sach.xlsx»: Tệp bị hỏng."


def patched(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(info.filename, change(body.decode()).encode() if info.filename == part else body)
    return out.getvalue()


def good() -> bytes:
    return workbook(PEOPLE_HEAD, person_row(1))


def nested_zip(levels: int = 42) -> bytes:
    content = b"0" * 1000
    for level in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{level}.zip", content)
        content = out.getvalue()
    return content


def bomb() -> bytes:
    return patched(good(), SHEET, lambda xml: xml + " " * 150_000_000)


def with_dtd(dtd: str, entity: str) -> bytes:
    def change(xml: str) -> str:
        declaration, _, rest = xml.rpartition("?>")
        head = f"{declaration}?>" if declaration else '<?xml version="1.0"?>'
        return f"{head}<!DOCTYPE worksheet [{dtd}]>{rest}".replace("<sheetData>", f"<sheetData>{entity}", 1)

    return patched(good(), SHEET, change)


def laughs() -> bytes:
    levels = (f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    dtd = '<!ENTITY a0 "ha">' + "".join(levels)
    return with_dtd(dtd, "&a9;")


def outside_entity() -> bytes:
    return with_dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")


def many_rows(count: int = 200_000) -> bytes:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>Nguyễn Văn A{n}</t></is></c></row>'
        for n in range(2, count + 2)
    )
    return patched(
        workbook(["Họ và tên"]), SHEET, lambda xml: xml.replace("</sheetData>", f"{cells}</sheetData>")
    )


def broken_zip() -> bytes:
    return good()[:-200]


def broken_xml() -> bytes:
    return patched(good(), SHEET, lambda xml: xml[: len(xml) // 2])


def macro() -> bytes:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


REFUSED_AT_THE_DOOR = [
    ("31 nested zip", nested_zip, NOT_XLSX),
    ("31 bomb", bomb, "cấu trúc nén bất thường"),
    ("32 billion laughs", laughs, "cấu trúc nén bất thường"),
    ("32 external entity", outside_entity, "cấu trúc nén bất thường"),
    ("not a zip", lambda: b"<html></html>", ""),
    ("cut off", broken_zip, ""),
    ("macro", macro, "macro"),
    ("empty file", lambda: b"", ""),
]


@pytest.mark.parametrize(
    ("name", "make", "sentence"), REFUSED_AT_THE_DOOR, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_bad_file_is_refused_before_anything_is_kept(
    world: World, name: str, make: Callable[[], bytes], sentence: str
) -> None:
    content = make()

    with pytest.raises(RuleBroken) as refusal:
        started("people", content, world.officer)

    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) > 10


@pytest.mark.parametrize("make", [laughs, outside_entity])
def test_32_the_reader_itself_resolves_no_entity(make: Callable[[], bytes]) -> None:
    with pytest.raises(RuleBroken, match="khai báo thực thể XML"):
        reader.read(make(), [Wanted("name", "Họ và tên")])


REFUSED_WHILE_READING = [
    ("34 200,000 rows", many_rows, "Tối đa 5.000 dòng mỗi lần."),
    ("broken XML", broken_xml, "Tệp bị hỏng"),
    ("53 empty workbook", lambda: saved(Workbook()), "Tệp không có dữ liệu."),
    ("53 only head", lambda: workbook(PEOPLE_HEAD), "Tệp chỉ có dòng tiêu đề, chưa có dòng dữ liệu nào."),
    (
        "53 head and empty rows",
        lambda: workbook(PEOPLE_HEAD, ["", None], [" ", "\u00a0"]),
        "Tệp chỉ có dòng tiêu đề",
    ),
]


@pytest.mark.parametrize(
    ("name", "make", "sentence"), REFUSED_WHILE_READING, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_bad_workbook_fails_with_a_sentence_and_writes_nothing(
    world: World, name: str, make: Callable[[], bytes], sentence: str
) -> None:
    people, posts = Person.objects.count(), Posting.objects.count()

    run = previewed("people", make(), world.officer)

    assert run.state == SheetState.FAILED
    assert run.error.startswith(sentence)
    assert run.rows.count() == 0
    assert (Person.objects.count(), Posting.objects.count()) == (people, posts)


# --- single cells ----------------------------------------------------------------------------------
def one(**facts: Any) -> bytes:
    return workbook(PEOPLE_HEAD, person_row(1, **facts))


def formula_without_value() -> bytes:
    return one(born="=1900+85")


def error_cell(code: str) -> Callable[[], bytes]:
    def make() -> bytes:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append(PEOPLE_HEAD)
        sheet.append(person_row(1))
        sheet["C2"].value, sheet["C2"].data_type = code, "e"
        return saved(book)

    return make


def months(text: str) -> Callable[[], bytes]:
    return lambda: workbook(
        ["Họ và tên", "Năm", "Xếp loại", "Số tháng làm việc"],
        ["Trần Thị Cán Bộ", "2023", "Hoàn thành tốt", text],
    )


CELLS = [
    (
        "40 no stored value",
        "people",
        formula_without_value,
        "C2: Ô chứa công thức lỗi: chưa có kết quả tính sẵn.",
    ),
    ("40 #REF!", "people", error_cell("#REF!"), "C2: Ô chứa công thức lỗi #REF!."),
    ("40 #N/A", "people", error_cell("#N/A"), "C2: Ô chứa công thức lỗi #N/A."),
    (
        "43 scientific text",
        "people",
        lambda: one(id="1.99E+11"),
        "D2: Số «1.99E+11» đã bị Excel đổi sang dạng rút gọn",
    ),
    ("43 scientific number", "people", lambda: one(id=1.99e11), "D2: Số «199000000000» đã bị Excel đổi"),
    ("43 eleven letters", "people", lambda: one(id="00118501234x"), "D2: «00118501234x» không đúng"),
    ("44 no such day", "people", lambda: one(**{"from": "31/02/2026"}), "I2: Ngày 31/02/2026 không tồn tại."),
    ("47 year 1900", "people", lambda: one(born=1900), "C2: Năm 1900 ngoài giới hạn 1930–2025."),
    ("47 year 2126", "people", lambda: one(born="2126"), "C2: Năm 2126 ngoài giới hạn 1930–2025."),
    ("47 year 26", "people", lambda: one(born=26), "C2: «26» không rõ năm nào. Hãy ghi năm đủ 4 chữ số"),
    (
        "47 day of 2126",
        "people",
        lambda: one(**{"from": "01/01/2126"}),
        "I2: Ngày 01/01/2126 ngoài giới hạn từ 02/09/1945",
    ),
    ("47 day of 26", "people", lambda: one(**{"from": "01/02/26"}), "I2: «01/02/26» không rõ năm nào."),
    (
        "47 serial number",
        "people",
        lambda: one(**{"from": 45000}),
        "I2: «45000» là số thứ tự ngày của Excel.",
    ),
    ("49 English", "years", months("1,234.5"), "D2: «1,234.5» viết theo kiểu Anh."),
    ("49 English point", "years", months("10.5"), "D2: «10.5» viết theo kiểu Anh."),
    ("49 ambiguous", "years", months("1.234"), "D2: «1.234» có thể hiểu là 1234 hoặc 1,2340."),
    ("49 too large", "years", months("1.234,5"), "D2: Phải từ 0 đến 12."),
    (
        "choice",
        "people",
        lambda: one(sex="Khác"),
        "E2: «Khác» không có trong danh mục. Hãy ghi một trong: Nữ; Nam.",
    ),
    (
        "unknown unit",
        "people",
        lambda: one(unit="Cục Không Có"),
        "G2: Không có đơn vị «Cục Không Có» trong phạm vi",
    ),
    ("foreign letter", "people", lambda: one(name="Nguyễn Văn Аn"), "B2: Ký tự lạ ở vị trí 12"),
    ("long text", "people", lambda: one(title="x" * 151), "H2: Dài 151 ký tự, tối đa 150."),
]


@pytest.mark.parametrize(
    ("name", "kind", "make", "sentence"), CELLS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_faulty_cell_is_named_with_its_address_and_how_to_mend_it(
    world: World, name: str, kind: str, make: Callable[[], bytes], sentence: str
) -> None:
    before = Person.objects.count(), YearRecord.objects.count()

    run = previewed(kind, make(), world.officer)

    assert run.state == SheetState.READY
    assert [fault for fault in faults_of(run) if fault.startswith(sentence)] != [], faults_of(run)
    assert (Person.objects.count(), YearRecord.objects.count()) == before


def test_nothing_good_means_nothing_to_confirm(world: World) -> None:
    run = previewed("people", one(born="2126"), world.officer)

    with pytest.raises(RuleBroken, match="Không có dòng nào thêm mới hoặc thay đổi"):
        runs.confirm(run.pk, actor=world.officer)


# --- what is taken although it looks odd --------------------------------------------------------------
def the_row(run: SheetImport) -> Any:
    assert run.state == SheetState.READY, run.error
    return run.rows.get()


def test_46_days_of_the_1904_calendar_are_converted(world: World) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(PEOPLE_HEAD)
    book.worksheets[0].append(person_row(1, **{"from": datetime(2021, 3, 1)}))  # noqa: DTZ001 (a cell)

    row = the_row(previewed("people", saved(book), world.officer))

    assert (row.values["valid_from"], row.state, row.faults) == ("01/03/2021", "new", [])


def test_numbers_and_days_come_as_a_person_types_them(world: World) -> None:
    content = one(code=123, born=1985.0, id=1185012345.0, **{"from": date(2021, 3, 1)})
    mended = one(code=123, born=1985.0, id=11850123456, **{"from": date(2021, 3, 1)})

    short, row = (the_row(previewed("people", c, world.officer)) for c in (content, mended))

    assert [fault["field"] for fault in short.faults] == ["id_number"]
    assert (row.values["code"], row.values["birth_year"], row.state) == ("123", "1985", "new")


def test_41_a_formula_into_another_workbook_gives_only_its_stored_value(world: World) -> None:
    content = patched(
        one(title="XX"),
        SHEET,
        lambda xml: xml.replace(
            '<c r="C2" t="n"><v>1971</v></c>', '<c r="C2"><f>[1]Sheet1!A1</f><v>1980</v></c>'
        ),
    )

    run = previewed("people", content, world.officer)

    assert the_row(run).values["birth_year"] == "1980"
    assert (
        "Công thức lấy dữ liệu từ tệp khác, chỉ dùng giá trị đã lưu sẵn, ở các ô: C2." in run.counts["notes"]
    )


def test_50_hidden_characters_are_removed_and_listed(world: World) -> None:
    run = previewed("people", one(name="Nguyễn\u00a0Văn\u200b Ng\u00adười"), world.officer)

    assert the_row(run).values["full_name"] == "Nguyễn Văn Người"
    assert [n for n in run.counts["notes"] if n.startswith("Đã bỏ ký tự ẩn")] == [
        "Đã bỏ ký tự ẩn (khoảng trắng đặc biệt, dấu nối mềm) ở các ô: B2."
    ]


def test_53_empty_rows_inside_and_at_the_end_do_not_count(world: World) -> None:
    rows = [person_row(1), [], [None, " "], person_row(2), *([[""]] * 300)]

    run = previewed("people", workbook(PEOPLE_HEAD, *rows), world.officer)

    assert [row.number for row in run.rows.order_by("number")] == [2, 5]


def test_52_duplicates_inside_the_file_name_both_rows(world: World) -> None:
    content = workbook(PEOPLE_HEAD, person_row(1), person_row(2), person_row(3, code="M00001"))

    run = previewed("people", content, world.officer)

    assert faults_of(run) == [
        "A2: Trùng với dòng 4 trong tệp. Hãy giữ một dòng.",
        "A4: Trùng với dòng 2 trong tệp. Hãy giữ một dòng.",
    ]
    assert run.counts["new"] == 1


def test_the_order_of_rows_does_not_change_the_faults(world: World) -> None:
    rows = [
        person_row(1),
        person_row(2, born="26"),
        person_row(3, unit="Không có"),
        person_row(4, code="M00001"),
    ]

    texts = []
    for ordered in (rows, rows[::-1]):
        run = previewed("people", workbook(PEOPLE_HEAD, *ordered), world.officer)
        found = run.rows.filter(state="faulty")
        texts.append(sorted((r.values["full_name"], r.faults[0]["field"]) for r in found))

    assert texts[0] == texts[1]
    assert len(texts[0]) == 4


def test_no_bad_file_leaves_a_change_in_the_trail(world: World) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(RuleBroken):
        started("people", nested_zip(3), world.officer)

    assert AuditEntry.objects.count() == before
    assert StoredFile.objects.count() == 0


def test_a_workbook_that_needs_too_much_memory_or_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MEMORY", 30 * 1024 * 1024)

    with pytest.raises(RuleBroken, match="giới hạn bộ nhớ"):
        reader.read(many_rows(60_000), [Wanted("name", "Họ và tên")])

    monkeypatch.setattr(reader, "MEMORY", 512 * 1024 * 1024)
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    with pytest.raises(RuleBroken, match="không đọc xong"):
        reader.read(many_rows(100_000), [Wanted("name", "Họ và tên")])
