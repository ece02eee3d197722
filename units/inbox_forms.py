"""The form of the notice preferences: one choice of letters, and a tick for each kind that may come by
letter.
"""

from typing import Any

from django import forms

from core import notices
from core.forms import CleanForm
from core.models import MailMode, NoticePreference


class PreferenceForm(CleanForm):
    """Letters each, once a day or none; a kind without a tick comes by no letter. Safety cannot be switched
    off.
    """

    mail_mode = forms.ChoiceField(
        label="Thư điện tử",
        choices=MailMode.choices,
        widget=forms.RadioSelect,
        help_text=(
            "Thông báo luôn có trên hệ thống. Thư gộp gửi lúc 7 giờ 30, gồm việc quá hạn, việc đến "
            "hạn trong 7 ngày và "
            "thông báo mới; ngày không có gì thì không gửi."
        ),
    )

    def __init__(self, *args: Any, preference: NoticePreference, **kwargs: Any) -> None:
        super().__init__(*args, initial={"mail_mode": preference.mail_mode}, **kwargs)
        self.safety: list[str] = []
        self._groups: list[tuple[str, str]] = []
        for number, (heading, kinds) in enumerate(notices.kinds().items()):
            choices = [(kind.key, kind.label) for kind in kinds if not kind.is_security]
            self.safety += [kind.label for kind in kinds if kind.is_security]
            if choices:
                name = f"kinds_{number}"
                self.fields[name] = forms.MultipleChoiceField(
                    label=heading,
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    initial=[key for key, _ in choices if key not in preference.muted_kinds],
                )
                self._groups.append((name, heading))

    @property
    def groups(self) -> list[forms.BoundField]:
        """The fields of the kinds, one for each heading."""
        return [self[name] for name, _ in self._groups]

    def muted(self) -> list[str]:
        """Kinds without a tick."""
        fields = [(self.fields[name], self.cleaned_data[name]) for name, _ in self._groups]
        return [key for field, ticked in fields for key, _ in field.choices if key not in ticked]
