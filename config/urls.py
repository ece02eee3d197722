"""Root routes. Only the pages of the account library that the product uses are routed."""

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("", include("units.urls")),
    path("", include("campaigns.urls")),
    path("", include("awards.urls")),
    path("", include("reports.urls")),
]
