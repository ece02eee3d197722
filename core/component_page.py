"""Sample data of the component page /ui/: every component in every state, no database, nothing real."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

TONE_SAMPLES = [
    ("neutral", "Bản nháp"),
    ("info", "Đang thẩm định"),
    ("ok", "Đủ điều kiện"),
    ("warn", "Yêu cầu bổ sung"),
    ("danger", "Quá hạn"),
    ("honour", "Đã khen thưởng"),
]


class SampleForm(forms.Form):
    """One field of every shape."""

    title = forms.CharField(
        label="Tên phong trào", help_text="Ghi đúng như văn bản phát động.", max_length=200
    )
    summary = forms.CharField(label="Nội dung", widget=forms.Textarea, required=False)
    started_on = forms.DateField(label="Ngày phát động", help_text="Ví dụ: 15/01/2024.")
    share = forms.DecimalField(label="Tỷ lệ hoàn thành", localize=True, max_digits=5, decimal_places=1)
    count = forms.IntegerField(label="Số đơn vị hưởng ứng", required=False)
    kind = forms.ChoiceField(
        label="Loại phong trào", choices=[("", "Chọn loại"), ("a", "Thường xuyên"), ("b", "Theo chuyên đề")]
    )
    audience = forms.ChoiceField(
        label="Đối tượng",
        widget=forms.RadioSelect,
        choices=[("p", "Cá nhân"), ("c", "Tập thể"), ("h", "Hộ gia đình")],
    )
    papers = forms.MultipleChoiceField(
        label="Giấy tờ đã có",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("t", "Tờ trình"), ("r", "Báo cáo thành tích"), ("m", "Biên bản họp")],
    )
    attachment = forms.FileField(
        label="Tệp kèm theo", required=False, help_text="PDF, Word hoặc Excel, tối đa 25 MB."
    )
    is_confirmed = forms.BooleanField(label="Tôi đã đối chiếu số liệu với sổ theo dõi của đơn vị")


class AuthorForm(forms.Form):
    """One row of the sample formset."""

    name = forms.CharField(label="Họ và tên")
    share = forms.DecimalField(label="Tỷ lệ đóng góp", localize=True)


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2024, 12, day, hour, minute, tzinfo=UTC)


def _tracker() -> list[dict[str, Any]]:
    return [
        {"label": "Đơn vị lập hồ sơ", "status": "done", "who": "Phạm Thu Hằng", "when": _at(2, 2, 14)},
        {
            "label": "Thủ trưởng đơn vị duyệt",
            "status": "done",
            "who": "Trần Quốc Dũng",
            "when": _at(4, 8, 40),
        },
        {
            "label": "Thẩm định",
            "status": "now",
            "who": "Vụ Tổ chức cán bộ",
            "when": _at(9, 1, 5),
            "until": date(2024, 12, 20),
        },
        {"label": "Hội đồng xét", "status": "next"},
        {"label": "Ban hành quyết định", "status": "next"},
    ]


def _entries() -> list[dict[str, Any]]:
    return [
        {
            "at": _at(9, 1, 5),
            "who": "Lê Minh Ẩn",
            "role": "chuyên viên thẩm định",
            "label": "Tiếp nhận hồ sơ",
            "note": "",
        },
        {
            "at": _at(5, 3, 30),
            "who": "Lê Minh Ẩn",
            "role": "chuyên viên thẩm định",
            "label": "Trả lại để bổ sung",
            "note": "Thiếu biên bản họp bình xét của tập thể.\nBổ sung trước ngày 08/12/2024.",
        },
        {
            "at": _at(4, 8, 40),
            "who": "Trần Quốc Dũng",
            "role": "Thủ trưởng đơn vị",
            "label": "Duyệt và trình",
            "note": "",
        },
    ]


def _findings() -> list[dict[str, str]]:
    source = "Luật Thi đua, khen thưởng 2022, Điều 23"
    return [
        {"outcome": "met", "reason": "Hai năm liền đạt danh hiệu Chiến sĩ thi đua cơ sở.", "source": source},
        {
            "outcome": "needs_judgement",
            "reason": "Sáng kiến có phạm vi ảnh hưởng do Hội đồng đánh giá.",
            "source": source,
        },
        {
            "outcome": "not_met",
            "reason": "Chưa đủ thời gian giữ danh hiệu.",
            "missing": "một năm đạt danh hiệu Chiến sĩ thi đua cơ sở",
            "source": source,
        },
        {"outcome": "hold", "reason": "Tạm dừng xét trong thời gian xem xét kỷ luật.", "source": source},
    ]


def _rows() -> list[dict[str, Any]]:
    names = ["Nguyễn Thị Mỹ Duyên", "Đặng Ngọc Ẩn", "Phạm Hữu Nghĩa", "Vũ Thị Quỳnh Như"]
    units = [
        "Cục Đăng ký và Dữ liệu thông tin đất đai",
        "Vụ Pháp chế",
        "Cục Biến đổi khí hậu",
        "Viện Khoa học đo đạc",
    ]
    states = [TONE_SAMPLES[1], TONE_SAMPLES[3], TONE_SAMPLES[4], TONE_SAMPLES[5]]
    scores = [98.5, 1246.5, 87, 92.25]
    return [
        {
            "code": f"HS-{127 + i:04d}",
            "name": names[i],
            "unit": units[i],
            "score": scores[i],
            "tone": states[i][0],
            "state": states[i][1],
            "due": date(2024, 12, 12 + i),
        }
        for i in range(4)
    ]


def _navigation() -> list[dict[str, Any]]:
    groups = [
        ("", [("Tổng quan", "chart", 0), ("Việc của tôi", "inbox", 7)]),
        (
            "Thi đua",
            [("Phong trào", "flag", 0), ("Đăng ký thi đua", "edit", 2), ("Sáng kiến", "lightbulb", 0)],
        ),
        (
            "Khen thưởng",
            [("Hồ sơ đề nghị", "file-text", 12), ("Hội đồng", "gavel", 1), ("Quyết định", "award", 0)],
        ),
        ("Tra cứu", [("Cá nhân, tập thể", "users", 0), ("Điển hình tiên tiến", "star", 0)]),
        ("Báo cáo", [("Báo cáo – thống kê", "table", 0)]),
        ("Hệ thống", [("Đơn vị", "building", 0), ("Tài khoản", "key", 0), ("Nhật ký", "shield", 0)]),
    ]
    return [
        {
            "label": label,
            "items": [
                {
                    "label": text,
                    "url": "#main",
                    "icon": icon,
                    "count": count or None,
                    "current": text == "Việc của tôi",
                }
                for text, icon, count in items
            ],
        }
        for label, items in groups
    ]


def sample_context() -> dict[str, Any]:
    """Everything core/components.html shows, the frame included."""
    wrong = {"started_on": "31/02/2024", "share": "tám mươi", "kind": "", "papers": ["t"]}
    authors = forms.formset_factory(AuthorForm, extra=0)
    initial = [{"name": "Nguyễn Văn Hòa", "share": 60}, {"name": "Trần Thị Ánh", "share": 30}]
    paginator = Paginator(range(1, 1247), 25)
    return {
        "product_name": "Thi đua · Khen thưởng",
        "actor": {"user": {"display_name": "Phạm Thu Hằng"}, "assignment": {"pk": 1}},
        "assignments": [
            _Assignment(1, "Cán bộ TĐKT đơn vị – Vụ Pháp chế"),
            _Assignment(2, "Thư ký Hội đồng – Bộ"),
        ],
        "nav_groups": _navigation(),
        "working_date": date(2024, 12, 16),
        "unread_notices": 4,
        "messages": [
            _Message("success", "Hồ sơ HS-0127 đã trình lên Vụ Tổ chức cán bộ lúc 09:14 ngày 16/12/2024."),
            _Message("warning", "Còn hai ngày là hết hạn gửi báo cáo."),
            _Message("error", "Hồ sơ vừa được người khác thay đổi."),
            _Message("info", "Kỳ xét khen thưởng năm 2024 đang mở."),
        ],
        "tones": TONE_SAMPLES,
        "form": SampleForm(
            initial={"title": "Thi đua hoàn thành nhiệm vụ năm 2024", "audience": "c"}, prefix="good"
        ),
        "wrong_form": SampleForm({f"wrong-{name}": value for name, value in wrong.items()}, prefix="wrong"),
        "authors": authors(initial=initial, prefix="authors"),
        "tracker": _tracker(),
        "entries": _entries(),
        "findings": _findings(),
        "rows": _rows(),
        "page_obj": paginator.page(4),
        "moment_sample": _at(16, 7, 32),
    }


class _Assignment:
    def __init__(self, pk: int, label: str) -> None:
        self.pk, self.label = pk, label

    def __str__(self) -> str:
        return self.label


class _Message:
    def __init__(self, level_tag: str, text: str) -> None:
        self.level_tag, self.text = level_tag, text

    def __str__(self) -> str:
        return self.text
