"""Sign-in: the library's pages with what ours add, and the identity provider of the state by OpenID Connect
(code, PKCE, state, nonce).
"""

import logging
from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.account.views import LoginView, PasswordResetView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from requests import RequestException

log = logging.getLogger(__name__)
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}


class SignIn(LoginView):
    """The sign-in page knows which other ways are open."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = {
            "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
            "sends_mail": settings.MAIL_ENABLED,
        }
        return super().get_context_data(**kwargs) | ways


class PasswordReset(PasswordResetView):
    """Reset by mail; where no mail leaves the house the page says whom to ask."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if settings.MAIL_ENABLED else self.get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sends_mail": settings.MAIL_ENABLED}


class PasskeyAgain(ReauthenticateWebAuthnView):
    """Confirming by passkey: what the device refused is tried again here, not on the sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, "Thiết bị chưa xác nhận được. Hãy thử lại hoặc dùng cách khác.")
        return redirect(self.request.get_full_path())


sign_in = SignIn.as_view()
passkey_again = PasskeyAgain.as_view()
password_reset = PasswordReset.as_view()


class StrictAdapter(OpenIDConnectOAuth2Adapter):
    """The library's client with what it leaves out: the signature of the identity token is always checked,
    the nonce must be ours, discovery must speak for the issuer we know, both answers for one person.
    """

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("issuer of the discovery document is not the configured one")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no identity token")
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        if data["userinfo"].get("sub") != data["id_token"].get("sub"):
            raise OAuth2Error("userinfo speaks of another person")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
                raise OAuth2Error("identity token without a proper signature")
            data = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("identity token cannot be read") from error
        if not self.nonce or not constant_time_compare(str(data.get("nonce", "")), self.nonce):
            raise OAuth2Error("nonce is not ours")
        return data


class Callback(OAuth2CallbackView):
    """Hands the nonce kept with the state to the client."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce", "")
        return state, response


def _adapter(request: HttpRequest, provider_id: str) -> StrictAdapter:
    if not settings.OIDC_ISSUER:
        raise Http404
    return StrictAdapter(request, provider_id)


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider with a fresh state, nonce and PKCE challenge."""
    provider = _adapter(request, provider_id).get_provider()
    wanted = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    nonce = get_random_string(32)
    try:
        return provider.redirect(
            request,
            process="login",
            next_url=wanted if inside else None,
            auth_params={"nonce": nonce},
            nonce=nonce,
        )
    except (RequestException, OAuth2Error, ValueError, KeyError) as error:
        log.warning("identity provider not reached: %s", type(error).__name__)
        return render_authentication_error(request, provider, exception=error)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer: sign the matching account in, or say why not."""
    adapter = _adapter(request, provider_id)
    try:
        return Callback.adapter_view(adapter)(request)
    except (ValueError, KeyError, TypeError) as error:
        log.warning("identity provider answered wrongly: %s", type(error).__name__)
        return render_authentication_error(request, get_adapter().get_provider(request, provider_id))
