"""Root routes. Only the pages of the account library that the product uses are routed."""

from allauth.account import views as account
from django.urls import include, path, re_path

urlpatterns = [
    path("", include("core.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    re_path(
        r"^accounts/password/set/(?P<uidb36>[0-9A-Za-z]{1,12})-(?P<key>[-0-9A-Za-z]{1,100})/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/set/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("", include("units.urls")),
    path("", include("campaigns.urls")),
    path("", include("awards.urls")),
    path("", include("reports.urls")),
]
