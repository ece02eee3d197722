"""The figures as tables and charts: the same ones stand in the report, in the workbook and on the page."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.documents.tree import Chart, Column, Table, Value, number_text
from reports.counts import Row
from reports.figures import rate

Figures = dict[str, Any]

_PEOPLE = (
    ("honours", "Tổng số", ""),
    ("collectives", "Tập thể", ""),
    ("persons", "Tổng số", "Cá nhân"),
    ("women", "Nữ", "Cá nhân"),
    ("leaders", "Lãnh đạo", "Cá nhân"),
    ("direct", "LĐ trực tiếp", "Cá nhân"),
)


def _figure(value: int | str | None) -> Value:
    """A number as the tree wants it: text of the figures back to Decimal."""
    return Decimal(value) if isinstance(value, str) else value


def text_of(value: int | float | str | Decimal | None) -> str:
    """A figure as people read it; «–» when there is none."""
    return "–" if value is None else number_text(Decimal(value))


def shortened(text: str, limit: int = 170) -> str:
    """A long content cut at a word; the whole text stands in the launching document."""
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _count(title: str, *, total: bool = True, group: str = "", width: float | None = None) -> Column:
    return Column(title, "integer", width or 11, total=total, group=group)


def _people_columns(*, total: bool = True) -> list[Column]:
    return [_count(title, total=total, group=group, width=9) for _, title, group in _PEOPLE]


def _people(row: Row) -> tuple[int, ...]:
    return tuple(row[key] for key, _, _ in _PEOPLE)


def _numbered(rows: Iterable[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    return [(number, *row) for number, row in enumerate(rows, start=1)]


_ORDER = Column("TT", "integer", 6)


# --- I, II: launching and response ---
def campaigns(figures: Figures) -> Table:
    """Campaigns of the period with theme, issuer and document."""
    return Table(
        "phong-trao",
        "Phong trào thi đua trong kỳ",
        [
            _ORDER,
            Column("Phong trào, chủ đề", width=44),
            Column("Người, cơ quan phát động", width=20),
            Column("Số, ký hiệu", "code", 16),
            Column("Ngày văn bản", "date", 17),
            Column("Phát động trong kỳ", "code", 13),
        ],
        _numbered(
            (
                f"{row['title']} ({row['years']})" + (f" – Chủ đề: “{row['theme']}”" if row["theme"] else ""),
                row["issuer"],
                row["number"] or "–",
                _day(row["date"]) or "–",
                "Có" if row["is_new"] else "Không",
            )
            for row in figures["campaigns"]
        ),
    )


def response(figures: Figures) -> Table:
    """Units by how far they answered, each counted once."""
    found = figures["response"]
    rows = (
        ("Đơn vị nhận phát động", "required"),
        ("Đơn vị đã xác nhận nhận văn bản", "confirmed"),
        ("Đăng ký thi đua đã được duyệt", "approved"),
        ("Đăng ký đang chờ thủ trưởng đơn vị duyệt", "submitted"),
        ("Đăng ký đang soạn hoặc bị trả lại", "draft"),
        ("Chưa lập đăng ký", "none"),
    )
    return Table(
        "huong-ung",
        "Kết quả hưởng ứng của các đơn vị",
        [Column("Nội dung", width=42), _count("Số đơn vị", total=False), Column("Tỷ lệ", "percent", 10)],
        [(label, found[key], _share(found[key], found["required"])) for label, key in rows],
        note="Mỗi đơn vị tính một lần, theo đăng ký có trạng thái cao nhất; tỷ lệ so với số đơn vị nhận "
        "phát động.",
    )


def _share(part: int, whole: int) -> Decimal | None:
    """The per cent the sentences give too: rounded in one place."""
    found = rate(part, whole)
    return None if found is None else Decimal(found)


def response_by_campaign(figures: Figures) -> Table:
    """The same answers for every campaign."""
    keys = ("sent", "confirmed", "approved", "submitted", "draft", "none", "voluntary")
    heads = ("Nơi nhận", "Đã xác nhận", "Đã duyệt", "Chờ duyệt", "Đang soạn", "Chưa lập", "Tự đăng ký")
    groups = ("", "", *["Đăng ký thi đua"] * 4, "")
    return Table(
        "huong-ung-phong-trao",
        "Hưởng ứng theo từng phong trào",
        [
            _ORDER,
            Column("Phong trào", width=28),
            *(_count(head, group=group, width=9.5) for head, group in zip(heads, groups, strict=True)),
        ],
        _numbered((row["title"], *(row[key] for key in keys)) for row in figures["campaigns"]),
        note="“Tự đăng ký”: đơn vị có đăng ký nhưng không nằm trong danh sách nơi nhận.",
    )


# --- III: results ---
def contents(figures: Figures) -> Table:
    """Targets and results per content item, grouped by campaign."""
    rows: list[tuple[Value, ...]] = []
    groups: list[int] = []
    for campaign in figures["campaigns"]:
        if campaign["contents"]:
            groups.append(len(rows))
            rows.append((campaign["title"], None, None, None, None))
        rows += [
            (
                shortened(f"{item['position']}. {item['text']}"),
                item["units"],
                item["targets"],
                item["reached"],
                _or_dash(item["average"]),
            )
            for item in campaign["contents"]
        ]
    return Table(
        "noi-dung",
        "Chỉ tiêu đăng ký và kết quả theo từng nội dung thi đua",
        [
            Column("Nội dung thi đua", width=52),
            _count("Đơn vị đăng ký", total=False, width=10),
            _count("Chỉ tiêu", width=10),
            _count("Đã hoàn thành", width=11),
            Column("Mức hoàn thành bình quân", "percent", 11),
        ],
        rows,
        group_rows=groups,
        note="Chỉ tính chỉ tiêu của đăng ký đã duyệt; kết quả mới nhất đến hết kỳ; mỗi chỉ tiêu tính tối đa "
        "100 %.",
    )


def contents_chart(figures: Figures) -> Chart:
    """Pledged and reached targets of the campaign with the most targets."""
    lists: list[list[Row]] = [campaign["contents"] for campaign in figures["campaigns"]]
    items = max(lists, key=lambda rows: sum(row["targets"] for row in rows), default=[])
    return Chart(
        "bieu-do-noi-dung",
        "Chỉ tiêu đăng ký và hoàn thành theo nội dung thi đua",
        "bar",
        [f"Nội dung {item['position']}" for item in items],
        [
            ("Đăng ký", [item["targets"] for item in items]),
            ("Hoàn thành", [item["reached"] for item in items]),
        ],
        "chỉ tiêu",
    )


def criteria(figures: Figures) -> Table:
    """Criteria the product checks by itself: units that meet them or not."""
    return Table(
        "tieu-chi",
        "Tiêu chí hệ thống tự đối chiếu",
        [
            Column("Tiêu chí", width=36),
            Column("Đối tượng", width=14),
            _count("Đạt", total=False, width=10),
            _count("Chưa đạt", total=False, width=10),
            _count("Chưa đủ dữ liệu", total=False, width=11),
            _count("Không đăng ký", total=False, width=11),
        ],
        [
            (row["text"], row["audience"], row["met"], row["not_met"], row["unknown"], row["outside"])
            for row in figures["criteria"]
        ],
        unit="đơn vị",
    )


def grades(figures: Figures) -> Table:
    """Units by the grade of the year."""
    return Table(
        "xep-loai",
        "Kết quả xếp loại tập thể trong năm",
        [
            Column("Mức xếp loại", width=40),
            _count("Số đơn vị"),
            _count("Trong đó tập thể tiêu biểu xuất sắc", width=14),
        ],
        [(row["label"], row["units"], row["outstanding"]) for row in figures["grades"]["rows"]],
    )


# --- IV, V: initiatives, nominations, honours ---
def initiatives(figures: Figures) -> Table:
    """Initiatives by kind and scope."""
    return Table(
        "sang-kien",
        "Sáng kiến, đề tài theo loại và phạm vi",
        [
            Column("Loại", width=24),
            Column("Phạm vi", width=12),
            _count("Gửi xét"),
            _count("Được công nhận"),
            _count("Không công nhận"),
            _count("Chờ xét"),
        ],
        [
            (
                row["label"],
                row["scope_label"],
                *(row[k] for k in ("registered", "recognised", "refused", "waiting")),
            )
            for row in figures["initiatives"]["rows"]
        ],
        note="Phạm vi được công nhận; hồ sơ chưa công nhận ghi theo phạm vi đề nghị.",
    )


def nominations(figures: Figures) -> Table:
    """Dossiers of the period by title and fate."""
    keys = ("proposed", "pending", "passed", "not_passed", "awarded")
    return Table(
        "de-nghi",
        "Hồ sơ đề nghị khen thưởng trong kỳ",
        [
            Column("Danh hiệu, hình thức", width=34),
            Column("Đối tượng", width=12),
            _count("Đã trình"),
            _count("Đang xét"),
            _count("Bình xét đạt"),
            _count("Không đạt"),
            _count("Đã có quyết định"),
        ],
        [(row["name"], row["receiver"], *(row[k] for k in keys)) for row in figures["nominations"]["rows"]],
        note="Hồ sơ đang xét không tính vào kết quả khen thưởng; “Bình xét đạt” gồm cả hồ sơ đã có quyết "
        "định.",
    )


def _merged(rows: Iterable[Row]) -> list[Row]:
    """One row for each award and ground: the columns tell collectives from persons."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        key = (row["category"], row["code"], row["ground"])
        known = found.setdefault(key, row | {name: 0 for name, _, _ in _PEOPLE})
        for name, _, _ in _PEOPLE:
            known[name] += row[name]
    return list(found.values())


def honours(figures: Figures) -> Table:
    """Honours by title or form: collectives, people, women, leaders, direct workers."""
    rows: list[tuple[Value, ...]] = []
    groups: list[int] = []
    category = None
    for row in _merged(figures["honours"]["rows"]):
        if row["category"] != category:
            category = row["category"]
            groups.append(len(rows))
            rows.append((category, *[None] * 7))
        rows.append((row["name"], row["ground"], *_people(row)))
    return Table(
        "khen-thuong",
        "Kết quả khen thưởng theo danh hiệu, hình thức và loại hình",
        [Column("Danh hiệu, hình thức", width=30), Column("Loại hình", width=14), *_people_columns()],
        rows,
        group_rows=groups,
        unit="lượt",
        note="Tính theo ngày ký quyết định trong kỳ.",
    )


def _by(name: str, title: str, head: str, rows: Iterable[Row]) -> Table:
    columns = [Column(head, width=30), *_people_columns()]
    return Table(name, title, columns, [(row["label"], *_people(row)) for row in rows], unit="lượt")


def honours_by_level(figures: Figures) -> Table:
    """Honours by level."""
    rows = figures["honours"]["levels"]
    return _by("khen-thuong-cap", "Kết quả khen thưởng theo cấp", "Cấp khen thưởng", rows)


def honours_by_ground(figures: Figures) -> Table:
    """Honours by ground."""
    rows = figures["honours"]["grounds"]
    title = "Kết quả khen thưởng theo loại hình"
    return _by("khen-thuong-loai-hinh", title, "Loại hình khen thưởng", rows)


def people(figures: Figures) -> Table:
    """Who is honoured among the persons; every share the words mention stands here."""
    found = figures["honours"]
    rows = (("Nữ", "women"), ("Lãnh đạo", "leaders"), ("Người lao động trực tiếp", "direct"))
    return Table(
        "co-cau",
        "Cơ cấu cá nhân được khen thưởng",
        [Column("Nhóm", width=34), _count("Số lượt", total=False), Column("Tỷ lệ", "percent", 12)],
        [("Cá nhân được khen thưởng", found["persons"], Decimal(100) if found["persons"] else None)]
        + [(label, found[key], _figure(found[f"{key}_rate"])) for label, key in rows],
        note="Tỷ lệ trên tổng lượt cá nhân; một người có thể thuộc nhiều nhóm.",
    )


def branches(figures: Figures) -> Table:
    """The units with most honours, their subtrees included."""
    return Table(
        "don-vi-dan-dau",
        "Đơn vị có nhiều lượt khen thưởng nhất",
        [
            _ORDER,
            Column("Đơn vị", width=44),
            _count("Tổng số", total=False),
            _count("Tập thể", total=False),
            _count("Cá nhân", total=False),
        ],
        _numbered(
            (row["name"], row["honours"], row["collectives"], row["persons"])
            for row in figures["honours"]["branches"]
        ),
        unit="lượt",
        note="Tính gộp cả các đơn vị trực thuộc.",
    )


# --- VI, VII: comparison, missing units ---
def comparison(figures: Figures) -> Table:
    """Counts of this period beside the same period a year before."""
    return Table(
        "so-sanh",
        "So sánh với cùng kỳ năm trước",
        [
            Column("Chỉ số", width=44),
            *(_count(title, total=False, width=13) for title in _periods(figures)),
            _count("Tăng, giảm", total=False, width=13),
            Column("Tỷ lệ tăng, giảm", "percent", 13),
        ],
        [
            (row["label"], row["value"], row["previous"], row["difference"], _or_dash(row["change"]))
            for row in figures["comparison"]
            if not row["unit"]
        ],
        note="“–”: cùng kỳ năm trước bằng 0 nên không tính tỷ lệ.",
    )


def comparison_of_rates(figures: Figures) -> Table:
    """Per cents of this period beside the same period a year before."""
    return Table(
        "so-sanh-ty-le",
        "So sánh các tỷ lệ với cùng kỳ năm trước",
        [
            Column("Chỉ số", width=44),
            *(Column(title, "percent", 13) for title in _periods(figures)),
            Column("Tăng, giảm (điểm phần trăm)", "number", 15),
        ],
        [
            (row["label"], *(_or_dash(row[key]) for key in ("value", "previous", "difference")))
            for row in figures["comparison"]
            if row["unit"]
        ],
        note="“–”: không có số liệu để tính.",
    )


def _periods(figures: Figures) -> tuple[str, str]:
    label = figures["period"]["label"]
    return label[0].upper() + label[1:], "Cùng kỳ năm trước"


def _or_dash(value: str | None) -> Value:
    return "–" if value is None else Decimal(value)


def honours_chart(figures: Figures) -> Chart:
    """Honours of both periods as a bar chart."""
    shown = {key for key, _, _ in _PEOPLE} - {"honours"}
    rows = [row for row in figures["comparison"] if row["key"] in shown]
    return Chart(
        "bieu-do-khen-thuong",
        "Khen thưởng trong kỳ và cùng kỳ năm trước",
        "bar",
        [row["label"].removeprefix("Lượt ").capitalize() for row in rows],
        [("Kỳ này", [row["value"] for row in rows]), ("Kỳ trước", [row["previous"] for row in rows])],
        "lượt",
    )


def missing(figures: Figures) -> Table:
    """Units that sent no pledge or no nomination, by name."""
    rows = [row for row in figures["units"] if row["status"] in ("none", "draft") or not row["nominations"]]
    return Table(
        "chua-gui",
        "Đơn vị chưa gửi đăng ký thi đua hoặc hồ sơ đề nghị khen thưởng",
        [
            _ORDER,
            Column("Đơn vị", width=50),
            Column("Đăng ký thi đua", width=17),
            _count("Hồ sơ đề nghị đã trình", total=False, width=13),
        ],
        _numbered((row["name"], row["status_label"], row["nominations"]) for row in rows),
    )


def missing_summary(figures: Figures) -> Table:
    """How many units sent nothing, by what is missing."""
    rows = (
        ("Chưa gửi đăng ký thi đua", "pledge"),
        ("Chưa trình hồ sơ đề nghị khen thưởng", "nomination"),
        ("Chưa gửi cả hai", "both"),
        ("Chưa có tập thể, cá nhân được khen thưởng trong kỳ", "honour"),
    )
    return Table(
        "chua-gui-tong-hop",
        "Tổng hợp đơn vị chưa gửi",
        [Column("Tình trạng", width=54), _count("Số đơn vị", total=False)],
        [(label, len(figures["missing"][key])) for label, key in rows],
    )


# --- Annexes ---
def honour_list(figures: Figures) -> Table:
    """Everybody honoured in the period, with decision; cut when very long."""
    note = ""
    if figures["honour_list_cut"]:
        note = "Danh sách được rút gọn; toàn bộ danh sách tra cứu tại sổ vàng khen thưởng của hệ thống."
    return Table(
        "danh-sach",
        "Danh sách tập thể, cá nhân được khen thưởng",
        [
            _ORDER,
            Column("Tập thể, cá nhân", width=24),
            Column("Chức vụ", width=15),
            Column("Đơn vị", width=26),
            Column("Danh hiệu, hình thức", width=24),
            Column("Số quyết định", "code", 15),
            Column("Ngày quyết định", "date", 11),
        ],
        _numbered(
            (row["name"], row["position"] or "–", row["unit"], row["award"], row["number"], _day(row["date"]))
            for row in figures["honour_list"]
        ),
        note=note,
    )


def units(figures: Figures) -> Table:
    """Every unit that must answer: receipt, pledge, nominations, honours."""
    return Table(
        "don-vi",
        "Tình hình đăng ký, đề nghị và khen thưởng của từng đơn vị",
        [
            _ORDER,
            Column("Đơn vị", width=50),
            Column("Đã nhận văn bản", "code", 12),
            Column("Đăng ký thi đua", width=17),
            _count("Hồ sơ đề nghị đã trình", width=13),
            Column("Có khen thưởng", "code", 12),
        ],
        _numbered(
            (
                row["name"],
                "Có" if row["confirmed"] else "Chưa",
                row["status_label"],
                row["nominations"],
                "Có" if row["is_honoured"] else "Chưa",
            )
            for row in figures["units"]
        ),
    )
