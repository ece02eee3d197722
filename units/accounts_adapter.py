"""How the account library behaves here: nobody signs up, accounts are given; factors are kept sealed; the
identity provider of the state opens existing accounts only.
"""

import base64
import hashlib
import logging
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import get_random_string

from core import outbox, wall
from core.text import clean
from units.actions import identities
from units.models import User
from units.navigation import PRODUCT_NAME
from units.permissions import system_actor
from units.sessions import STRONG, must_have_factor

log = logging.getLogger(__name__)
PROVIDER = "sso"


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up; says when to try again; sends mail through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            again = timezone.localtime(timezone.now() + timedelta(minutes=5))
            raise ValidationError(
                f"Đã đăng nhập sai quá nhiều lần nên tạm dừng nhận mật khẩu. Hãy thử lại sau {again:%H:%M}; "
                "nếu quên mật khẩu, làm theo hướng dẫn ở dưới.",
                code="too_many_login_attempts",
            ) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        user = context.get("user")
        with transaction.atomic():
            outbox.write(
                f"account:{get_random_string(32)}",
                email,
                str(message.subject),
                str(message.body),
                user_id=user.pk if user else None,
            )


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed with the key of the site, names in Vietnamese, the last one kept where
    the role demands it.
    """

    def _seal(self) -> MultiFernet:
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = [hashlib.sha256(b"units.factors:" + str(secret).encode()).digest() for secret in secrets]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._seal().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if authenticator.type not in STRONG:
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG)
        return others.exclude(pk=authenticator.pk).exists() or not must_have_factor(authenticator.user)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return f"Khóa truy cập {number}"

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return PRODUCT_NAME


class IdentityAdapter(DefaultSocialAccountAdapter):
    """One provider, from the settings; it opens an existing account or says why it does not."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        if not settings.OIDC_ISSUER or provider not in (None, PROVIDER, "openid_connect"):
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=settings.OIDC_NAME[:40],
                client_id=settings.OIDC_CLIENT_ID,
                secret=settings.OIDC_CLIENT_SECRET,
                settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account by the identity linked before, else by the configured claim, which links them."""
        if sociallogin.is_existing:
            return
        found = self._account_for(sociallogin)
        if isinstance(found, str):
            log.warning("single sign-on refused: %s (sub %s)", found, sociallogin.account.uid)
            raise ImmediateHttpResponse(
                render(request, "socialaccount/unknown_account.html", {"reason": found}, status=403)
            )
        with wall.as_system("liên kết tài khoản định danh"):
            sociallogin.connect(request, found)
            identities.record_link(
                found, sociallogin.account.uid, actor=system_actor("đăng nhập bằng tài khoản định danh")
            )

    def _account_for(self, sociallogin: SocialLogin) -> User | str:
        claims: dict[str, Any] = {}
        for part in ("id_token", "userinfo"):
            claims |= sociallogin.account.extra_data.get(part) or {}
        name = settings.OIDC_MATCH_CLAIM
        value = claims.get(name)
        value = clean(value) if isinstance(value, str) else ""
        if not value:
            return "Tài khoản định danh không kèm thông tin dùng để tìm tài khoản trong hệ thống."
        if name == "email" and claims.get("email_verified") is not True:
            return "Địa chỉ thư của tài khoản định danh chưa được xác minh."
        lookup = {"email__iexact": value} if name == "email" else {"username__iexact": value}
        user = User.objects.filter(**lookup).first()
        if user is None:
            return "Chưa có tài khoản nào trong hệ thống ứng với tài khoản định danh này."
        if SocialAccount.objects.filter(user=user, provider=PROVIDER).exists():
            return "Tài khoản trong hệ thống đã liên kết với một tài khoản định danh khác."
        return user
