"""Shapes of the forms of accounts that the library leaves to us."""

from typing import Any

from allauth.account import forms as library
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from core.forms import CleanForm


class _WithoutHints:
    """The page itself says what to do without a password and what a good one is."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""


class SignInForm(_WithoutHints, library.LoginForm):
    """Name or address, and password."""


class ConfirmForm(_WithoutHints, library.ReauthenticateForm):
    """The password once more."""


class ChangePasswordForm(_WithoutHints, library.ChangePasswordForm):
    """The old password and a new one."""


class NewPasswordForm(_WithoutHints, library.ResetPasswordKeyForm):
    """A password by a link."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; without being told otherwise it may be used instead of the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Tên của khóa",
            max_length=60,
            required=False,
            initial=self.initial.get("name"),
            help_text="Để nhận ra thiết bị, ví dụ: Điện thoại công vụ, USB bảo mật.",
        )
        self.fields["passwordless"] = forms.BooleanField(
            label="Cho phép đăng nhập chỉ bằng khóa này, không cần mật khẩu",
            required=False,
            initial=True,
            help_text="Thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã PIN.",
        )


class SuspendForm(CleanForm):
    """Why an account is suspended."""

    reason = forms.CharField(
        label="Lý do tạm khóa",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: Nghỉ hưu từ ngày 01/12/2024 theo Quyết định số 45/QĐ-TCCB.",
    )
