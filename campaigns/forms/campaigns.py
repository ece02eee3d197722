"""Shapes of the campaign forms: the campaign with its parts, receipt, closing, filters."""

from typing import Any

from django import forms

from campaigns.choices import Audience, CampaignKind, CriterionCheck, ReportCycle
from campaigns.forms.base import FormWithRows, FriendlyForm, RowForm, rows_of, text_area
from campaigns.models import Campaign
from core.text import clean


class PartRow(RowForm):
    """One numbered text: a content item or a task."""

    position = forms.IntegerField(label="Thứ tự", required=False, min_value=1, max_value=99)
    text = text_area("Nội dung", rows=3)


class CriterionRow(RowForm):
    """One criterion of one audience."""

    audience = forms.ChoiceField(label="Đối tượng", choices=Audience.choices, initial=Audience.COLLECTIVE)
    text = text_area("Tiêu chí", rows=2)
    check_code = forms.ChoiceField(
        label="Cách kiểm tra",
        choices=CriterionCheck.choices,
        required=False,
        help_text="Tiêu chí hệ thống tự kiểm tra được sẽ hiện kết quả ở đăng ký và hồ sơ của đơn vị.",
    )


class BasisRow(RowForm):
    """One document the campaign rests on."""

    number = forms.CharField(label="Số, ký hiệu", max_length=60)
    date = forms.DateField(label="Ngày", required=False)
    title = forms.CharField(label="Trích yếu", max_length=1000, required=False)


class MovementRow(RowForm):
    """Another movement the document names."""

    name = forms.CharField(label="Tên phong trào", max_length=300)


class CampaignForm(FormWithRows):
    """A campaign as its launching document states it."""

    row_sets = {
        "contents": (rows_of(PartRow, limit=30), "Nội dung thi đua"),
        "tasks": (rows_of(PartRow, limit=40), "Nhiệm vụ, giải pháp"),
        "criteria": (rows_of(CriterionRow, limit=60), "Tiêu chí"),
        "legal_bases": (rows_of(BasisRow, limit=30), "Căn cứ"),
        "movements": (rows_of(MovementRow, limit=20), "Phong trào được nêu tên"),
    }

    title = forms.CharField(
        label="Tên phong trào", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ghi đúng như văn bản phát động.",
    )  # fmt: skip
    theme = forms.CharField(
        label="Chủ đề", max_length=300, required=False,
        help_text="Ví dụ: Kỷ cương trách nhiệm, chủ động kịp thời, tăng tốc sáng tạo",
    )  # fmt: skip
    kind = forms.ChoiceField(label="Hình thức", choices=CampaignKind.choices)
    issuer_name = forms.CharField(label="Người, cơ quan phát động", max_length=250)
    is_external = forms.BooleanField(
        label="Do cấp trên ngoài hệ thống phát động",
        required=False,
        help_text="Ví dụ: Thủ tướng Chính phủ, Hội đồng Thi đua – Khen thưởng Trung ương.",
    )
    parent = forms.ModelChoiceField(
        label="Hưởng ứng phong trào",
        queryset=Campaign.objects.none(),
        required=False,
        empty_label="Không",
        help_text="Phong trào của cấp trên mà phong trào này hưởng ứng.",
    )
    document_kind = forms.CharField(
        label="Loại văn bản", max_length=120, required=False, help_text="Ví dụ: Kế hoạch, Chỉ thị"
    )
    document_number = forms.CharField(
        label="Số, ký hiệu", max_length=60, required=False, help_text="Ví dụ: 04/KH-BTNMT"
    )
    document_date = forms.DateField(label="Ngày văn bản", required=False)
    year_from = forms.IntegerField(label="Từ năm", min_value=1990, max_value=2100)
    year_to = forms.IntegerField(label="Đến năm", min_value=1990, max_value=2100)
    starts_on = forms.DateField(
        label="Ngày bắt đầu", required=False, help_text="Để trống nếu văn bản chỉ nêu năm: lấy ngày 01/01."
    )
    ends_on = forms.DateField(
        label="Ngày kết thúc", required=False, help_text="Để trống nếu văn bản chỉ nêu năm: lấy ngày 31/12."
    )
    pledge_due_on = forms.DateField(label="Hạn đăng ký thi đua", required=False)
    purpose = text_area("Mục đích, yêu cầu", required=False)
    responsible_unit = forms.CharField(label="Đơn vị chủ trì theo dõi", max_length=250, required=False)
    recipients = text_area(
        "Nơi nhận", rows=4, limit=4000, required=False, help_text="Mỗi dòng một nơi nhận, như trong văn bản."
    )
    report_cycle = forms.MultipleChoiceField(
        label="Chế độ báo cáo",
        choices=ReportCycle.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, parents: Any, may_be_external: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents
        self.fields["parent"].label_from_instance = _campaign_label
        if not may_be_external:
            del self.fields["is_external"]

    def clean_recipients(self) -> list[str]:
        lines = [line for part in self.cleaned_data["recipients"].split("\n") if (line := clean(part))]
        if any(len(line) > 300 for line in lines):
            raise forms.ValidationError("Mỗi nơi nhận ghi tối đa 300 ký tự. Hãy xuống dòng sau mỗi nơi nhận.")
        return lines

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        parts = {name: _in_order(getattr(self, name).rows) for name in ("contents", "tasks")}
        return (
            self.cleaned_data
            | parts
            | {
                "criteria": self.criteria.rows,
                "legal_bases": self.legal_bases.rows,
                "movements": [row["name"] for row in self.movements.rows],
            }
        )


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    """Texts by the number typed; rows without a number stay where they are, after the one before them."""
    last = 0
    keyed = []
    for index, row in enumerate(rows):
        last = row.get("position") or last
        keyed.append((last, index, row["text"]))
    return [text for _, _, text in sorted(keyed)]


def _campaign_label(campaign: Campaign) -> str:
    title = campaign.title if len(campaign.title) <= 90 else f"{campaign.title[:89]}…"
    return f"{campaign.years} – {title}"


def campaign_initial(campaign: Campaign) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """(values of the form, rows of its sets) of a stored campaign; five queries."""
    names = (
        "title", "theme", "kind", "issuer_name", "is_external", "parent", "document_kind", "document_number",
        "document_date", "year_from", "year_to", "starts_on", "ends_on", "pledge_due_on", "purpose",
        "responsible_unit", "report_cycle",
    )  # fmt: skip
    initial = {name: getattr(campaign, name) for name in names} | {
        "recipients": "\n".join(campaign.recipients)
    }
    rows = {
        "contents": list(campaign.contents.values("position", "text")),
        "tasks": list(campaign.tasks.values("position", "text")),
        "criteria": list(campaign.criteria.values("audience", "text", "check_code")),
        "legal_bases": list(campaign.legal_bases.values("number", "date", "title")),
        "movements": list(campaign.movements.values("name")),
    }
    return initial, rows


class ReceiptForm(FriendlyForm):
    """How the unit responds to a campaign it received."""

    response = text_area(
        "Việc hưởng ứng của đơn vị",
        limit=4000,
        required=False,
        help_text="Ví dụ: Đã quán triệt tới toàn thể công chức, viên chức; giao Phòng Tổng hợp làm đầu mối.",
    )
