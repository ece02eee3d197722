"""Root routes. Only the pages of the account library that the product uses are routed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db.transaction import atomic
from django.urls import include, path, re_path, register_converter

from core.codes import CodeConverter
from units.views import sign_on

register_converter(CodeConverter, "code")

handler400 = "core.views.pages.bad_request"
handler429 = "units.views.me.too_many_requests"

# Pages that change how an account proves itself run in one transaction with their entry in the trail.
urlpatterns = [
    path("", include("core.urls")),
    path("accounts/login/", sign_on.sign_in, name="account_login"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("me/password/", atomic(account.password_change), name="account_change_password"),
    re_path(
        r"^accounts/password/set/(?P<uidb36>[0-9A-Za-z]{1,12})-(?P<key>[-0-9A-Za-z]{1,100})/$",
        atomic(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/set/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/password/reset/", sign_on.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("me/2fa/", mfa.index, name="mfa_index"),
    path("me/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("me/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("me/2fa/totp/activate/", atomic(totp.activate_totp), name="mfa_activate_totp"),
    path("me/2fa/totp/deactivate/", atomic(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "me/2fa/recovery-codes/generate/",
        atomic(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("me/2fa/webauthn/", mfa.index, name="mfa_list_webauthn"),
    path("me/2fa/webauthn/add/", atomic(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("me/2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "me/2fa/webauthn/reauthenticate/",
        sign_on.passkey_again,
        name="mfa_reauthenticate_webauthn",
    ),
    path("me/2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "me/2fa/webauthn/keys/<int:pk>/remove/",
        atomic(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("accounts/sso/login/", sign_on.login, {"provider_id": "sso"}, name="openid_connect_login"),
    path("accounts/sso/callback/", sign_on.callback, {"provider_id": "sso"}, name="openid_connect_callback"),
    path("", include("units.urls")),
    path("", include("campaigns.urls")),
    path("", include("awards.urls")),
    path("", include("reports.urls")),
]
