"""Routes of the organisation, accounts and the desk."""

from django.urls import path

from units.views import accounts, desk, organisation

app_name = "units"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("notices/", desk.notice_list, name="notices"),
    path("role/", accounts.switch_role, name="switch-role"),
    path("units/", organisation.unit_tree, name="unit-tree"),
    path("units/<int:pk>/", organisation.unit_detail, name="unit-detail"),
    path("people/<int:pk>/", organisation.person_detail, name="person-detail"),
    path("accounts/", accounts.account_list, name="account-list"),
    path("accounts/new/", accounts.account_create, name="account-create"),
    path("accounts/<int:pk>/password-link/", accounts.account_link, name="account-link"),
    path("accounts/<int:pk>/roles/", accounts.role_assign, name="role-assign"),
    path("accounts/roles/<int:pk>/end/", accounts.role_end, name="role-end"),
    path("audit/", desk.audit_list, name="audit-list"),
]
