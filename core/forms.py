"""The base of every form: text is made clean at the boundary, once."""

from typing import Any

from django import forms

from core.text import clean, trouble_in


class _CleanTextMixin:
    """Text fields hand over NFC text without control characters; too long text is counted after cleaning."""

    fields: dict[str, forms.Field]
    made_with: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Remember what the form was made with: core.conflict opens the same form anew to compare."""
        form = super().__new__(cls)
        form.made_with = (args, kwargs)
        return form

    def _clean_text_fields(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and not isinstance(field, forms.URLField):
                plain = field.to_python

                def to_python(value: Any, plain: Any = plain, is_search: bool = name == "q") -> Any:
                    value = clean(value) if isinstance(value, str) else value
                    trouble = "" if is_search or not isinstance(value, str) else trouble_in(value)
                    if trouble:
                        raise forms.ValidationError(trouble)
                    return plain(value)

                field.to_python = to_python  # type: ignore[method-assign]


class CleanForm(_CleanTextMixin, forms.Form):
    """A plain form with clean text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clean_text_fields()


class CleanModelForm(_CleanTextMixin, forms.ModelForm):
    """A model form with clean text; it never saves, actions do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clean_text_fields()

    def _post_clean(self) -> None:
        """Constraints of the model are asked by the action (full_clean), in one place."""


class NoteForm(CleanForm):
    """One reason or note, for steps that ask why."""

    note = forms.CharField(
        label="Lý do",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Hãy ghi lý do để người nhận biết cần sửa gì."},
    )
