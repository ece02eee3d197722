"""Settings of accounts that would surprise later are refused at the start."""

from typing import Any

from django.conf import settings
from django.core import checks

from units.choices import Role


def check_accounts(**_: Any) -> list[checks.CheckMessage]:
    """Roles that do not exist, and single sign-on without a client."""
    found: list[checks.CheckMessage] = []
    unknown = sorted(set(settings.MFA_REQUIRED_ROLES) - set(Role.values))
    if unknown:
        found.append(
            checks.Error(
                f"MFA_REQUIRED_ROLES: không có vai trò {', '.join(unknown)}.",
                hint=f"Dùng các mã: {', '.join(Role.values)}.",
                id="units.E001",
            )
        )
    if settings.OIDC_ISSUER and not (settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET):
        found.append(
            checks.Error(
                "OIDC_ISSUER đã đặt nhưng thiếu OIDC_CLIENT_ID hoặc OIDC_CLIENT_SECRET.", id="units.E002"
            )
        )
    if settings.OIDC_ISSUER.startswith("http://") and settings.HTTPS:
        found.append(
            checks.Error("OIDC_ISSUER phải là địa chỉ https:// khi hệ thống chạy HTTPS.", id="units.E003")
        )
    return found
