"""Shapes of the forms of awards."""

from collections.abc import Iterable
from typing import Any

from django import forms

from awards.choices import Category, Ground, Level, NominationState, Paper, RoundState, SubjectKind
from awards.models import AwardKind, Nomination, Round
from core.files import ACCEPT
from core.forms import CleanForm
from units.models import Unit

CHOOSE_AGAIN = "Hãy chọn một giá trị trong danh sách; lựa chọn vừa gửi không còn hoặc không thuộc đơn vị."
LONGEST_SUMMARY = 8000
CONFIRM_WORD = "BAN HÀNH"
Choices = list[tuple[str, Any]]


class ChoosingForm(CleanForm):
    """A form whose choices depend on the unit: a choice that is gone is told in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
                field.error_messages["invalid_choice"] = CHOOSE_AGAIN


class RoundForm(ChoosingForm):
    """One round of awards."""

    name = forms.CharField(
        label="Tên đợt", max_length=250, help_text="Ví dụ: Xét khen thưởng tổng kết năm 2024"
    )
    year = forms.IntegerField(label="Năm xét", min_value=2000, max_value=2100, localize=False)
    ground = forms.ChoiceField(label="Loại hình khen thưởng", choices=Ground.choices)
    campaign = forms.ModelChoiceField(
        label="Phong trào",
        queryset=None,
        required=False,
        empty_label="Không gắn với phong trào",
        help_text="Chọn khi đợt xét gắn với một phong trào: tiêu chí của phong trào sẽ được kiểm tra "
        "trước khi trình.",
    )
    opens_on = forms.DateField(label="Nhận hồ sơ từ ngày", help_text="Ví dụ: 01/12/2024")
    closes_on = forms.DateField(label="Hết ngày", help_text="Hồ sơ trình trong ngày này vẫn được nhận.")
    council_on = forms.DateField(label="Ngày họp Hội đồng dự kiến", required=False)

    def __init__(self, *args: Any, campaigns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("opens_on"), data.get("closes_on")
        if begins and ends and ends < begins:
            self.add_error("closes_on", "Ngày kết thúc nhận hồ sơ phải bằng hoặc sau ngày bắt đầu.")
        return data


def _grouped_awards(rows: Iterable[AwardKind]) -> Choices:
    """Awards under the headings of their level, in the order of the catalogue."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in rows:
        heading = f"{Category(kind.category).label} – {Level(kind.level).label.lower()}"
        groups.setdefault(heading, []).append((str(kind.pk), kind.name))
    return [("", "Chọn danh hiệu, hình thức"), *groups.items()]


class NominationForm(ChoosingForm):
    """One dossier for one kind of receiver; only what this kind needs is asked."""

    round = forms.ModelChoiceField(label="Đợt xét", queryset=Round.objects.none(), empty_label="Chọn đợt xét")
    person = forms.ChoiceField(label="Cá nhân được đề nghị")
    collective = forms.ModelChoiceField(
        label="Tập thể được đề nghị", queryset=Unit.objects.none(), empty_label="Chọn tập thể"
    )
    award = forms.ChoiceField(label="Danh hiệu, hình thức khen thưởng")
    achievement = forms.CharField(
        label="Tóm tắt thành tích",
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 9, "data-count-words": ""}),
        help_text="Nêu kết quả cụ thể, có số liệu; nội dung này được ghi vào sổ vàng sau khi có quyết định.",
    )
    initiative = forms.ModelChoiceField(
        label="Sáng kiến, đề tài làm căn cứ",
        queryset=None,
        required=False,
        empty_label="Không có",
        help_text="Chỉ gồm sáng kiến, đề tài của đơn vị đã được công nhận.",
    )

    def __init__(
        self,
        *args: Any,
        subject_kind: str,
        awards: Iterable[AwardKind],
        rounds: Any,
        people: Choices,
        collectives: Any,
        initiatives: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subject_kind = subject_kind
        self.awards = {str(kind.pk): kind for kind in awards}
        self.fields["award"].choices = _grouped_awards(self.awards.values())  # type: ignore[attr-defined]
        self.fields["initiative"].queryset = initiatives  # type: ignore[attr-defined]
        if rounds is None:
            del self.fields["round"]
        else:
            self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        if subject_kind == SubjectKind.PERSON:
            del self.fields["collective"]
            self.fields["person"].choices = [("", "Chọn cá nhân"), *people]  # type: ignore[attr-defined]
        else:
            del self.fields["person"]
            self.fields["collective"].queryset = collectives  # type: ignore[attr-defined]

    def clean_award(self) -> AwardKind:
        return self.awards[self.cleaned_data["award"]]


class ManyForm(ChoosingForm):
    """The same award for several people of the unit."""

    round = forms.ModelChoiceField(label="Đợt xét", queryset=Round.objects.none(), empty_label="Chọn đợt xét")
    award = forms.ChoiceField(label="Danh hiệu, hình thức khen thưởng")
    people = forms.MultipleChoiceField(
        label="Cá nhân được đề nghị",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy đánh dấu ít nhất một cá nhân."},
    )

    def __init__(
        self, *args: Any, awards: Iterable[AwardKind], rounds: Any, people: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.awards = {str(kind.pk): kind for kind in awards}
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        self.fields["award"].choices = _grouped_awards(self.awards.values())  # type: ignore[attr-defined]
        self.fields["people"].choices = people  # type: ignore[attr-defined]

    def clean_award(self) -> AwardKind:
        return self.awards[self.cleaned_data["award"]]


class PaperForm(ChoosingForm):
    """One paper of a dossier with its file."""

    kind = forms.ChoiceField(label="Loại giấy tờ", choices=[("", "Chọn loại giấy tờ"), *Paper.choices])
    file = forms.FileField(
        label="Tệp",
        help_text="PDF, Word, Excel hoặc ảnh, tối đa 25 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Hãy chọn tệp.", "empty": "Tệp rỗng. Hãy chọn tệp khác."},
    )


class ResultForm(CleanForm):
    """The vote of the council on one dossier, from the signed minutes."""

    council_name = forms.CharField(label="Hội đồng", max_length=250)
    voted_on = forms.DateField(label="Ngày họp", help_text="Ví dụ: 12/12/2024")
    minutes_number = forms.CharField(label="Số biên bản", max_length=60, help_text="Ví dụ: 05/BB-HĐTĐKT")
    members = forms.IntegerField(label="Tổng số thành viên Hội đồng", min_value=1, max_value=500)
    in_favour = forms.IntegerField(label="Đồng ý", min_value=0, max_value=500)
    against = forms.IntegerField(label="Không đồng ý", min_value=0, max_value=500)
    blank = forms.IntegerField(label="Phiếu trắng, không hợp lệ", min_value=0, max_value=500)
    concluded = forms.BooleanField(label="Biên bản kết luận: đạt", required=False)

    def __init__(self, *args: Any, has_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_share:
            del self.fields["concluded"]


class DecisionForm(ChoosingForm):
    """Title and lines of a draft decision."""

    title = forms.CharField(
        label="Trích yếu", max_length=400, help_text="Ví dụ: Về việc tặng Bằng khen của Bộ trưởng năm 2024"
    )
    nominations = forms.ModelMultipleChoiceField(
        label="Hồ sơ đạt đưa vào quyết định",
        queryset=Nomination.objects.none(),
        error_messages={
            "required": "Hãy chọn ít nhất một hồ sơ đạt.",
        },
    )

    def __init__(self, *args: Any, nominations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nominations"].queryset = nominations  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """Numbers of the ticked dossiers, as typed or as they were."""
        return {str(getattr(one, "pk", one)) for one in self["nominations"].value() or []}


class IssueForm(CleanForm):
    """Number, day and signer of a decision, and the typed word that confirms it."""

    number = forms.CharField(
        label="Số, ký hiệu",
        max_length=60,
        help_text="Ví dụ: 4321/QĐ-BTNMT",
        error_messages={"required": "Hãy ghi số, ký hiệu của quyết định."},
    )
    signed_on = forms.DateField(label="Ngày ký", help_text="Ví dụ: 25/12/2024")
    signer_name = forms.CharField(label="Người ký", max_length=120)
    signer_position = forms.CharField(
        label="Chức vụ người ký", max_length=150, help_text="Ví dụ: Bộ trưởng, Thứ trưởng"
    )
    confirm_word = forms.CharField(
        label=f"Gõ «{CONFIRM_WORD}» để xác nhận",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_confirm_word(self) -> str:
        word = self.cleaned_data["confirm_word"]
        if word.casefold() != CONFIRM_WORD.casefold():
            raise forms.ValidationError(f"Cần gõ đúng «{CONFIRM_WORD}».")
        return word


# --- filters -------------------------------------------------------------------------------------
class NominationFilter(CleanForm):
    """Filters of the list of dossiers; the address carries them."""

    q = forms.CharField(label="Tên hoặc mã hồ sơ", required=False, max_length=100)
    round = forms.ChoiceField(label="Đợt xét", required=False)
    award = forms.ChoiceField(label="Danh hiệu, hình thức", required=False)
    state = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Tất cả"), *NominationState.choices]
    )

    def __init__(self, *args: Any, rounds: Choices, awards: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].choices = [("", "Tất cả"), *rounds]  # type: ignore[attr-defined]
        self.fields["award"].choices = [("", "Tất cả"), *awards]  # type: ignore[attr-defined]


class RoundFilter(CleanForm):
    """Filters of the list of rounds."""

    year = forms.IntegerField(label="Năm", required=False, min_value=2000, max_value=2100, localize=False)
    state = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Tất cả"), *RoundState.choices]
    )


class HonourFilter(CleanForm):
    """Search of the archive."""

    q = forms.CharField(label="Tên cá nhân, tập thể", required=False, max_length=100)
    year = forms.IntegerField(
        label="Năm thành tích", required=False, min_value=1945, max_value=2100, localize=False
    )
    award = forms.ChoiceField(label="Danh hiệu, hình thức", required=False)
    unit = forms.CharField(label="Đơn vị", required=False, max_length=100)

    def __init__(self, *args: Any, awards: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["award"].choices = [("", "Tất cả"), *awards]  # type: ignore[attr-defined]


class DayForm(CleanForm):
    """The day the catalogue is asked for."""

    on = forms.DateField(label="Tại ngày", required=False)
