"""Single sign-on against a real OpenID Connect provider in a process of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from tests.builders import make_user
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, provider
from tests.world import World
from units.models import User

pytestmark = pytest.mark.django_db
PEOPLE = ["an:an@example.test:yes", "binh:binh@example.test:no", "la:nguoi.la@example.test:yes"]


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("provider")
    with provider(folder, ["http://testserver/accounts/sso/callback/"], PEOPLE) as address:
        yield address


@pytest.fixture
def site(issuer: str, settings: Any) -> Client:
    settings.OIDC_ISSUER = issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    return Client()


def start(site: Client) -> str:
    answer = site.get(reverse("openid_connect_login"))
    assert answer.status_code == 302
    return answer["Location"]


def at_provider(address: str, name: str) -> str:
    """Confirm one's identity there; the address the provider sends the browser back to."""
    with requests.Session() as browser:
        page = browser.get(address)
        form = {"username": name, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = browser.cookies["provider_csrf"]
        answer = browser.post(page.url, form, allow_redirects=False)
        while not answer.headers["Location"].startswith("http://testserver/"):
            answer = browser.get(
                requests.compat.urljoin(page.url, answer.headers["Location"]), allow_redirects=False
            )
        return answer.headers["Location"]


def changed(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return parts._replace(query=urlencode(query)).geturl()


def back(site: Client, address: str) -> "requests.Response":
    parts = urlsplit(address)
    return site.get(f"{parts.path}?{parts.query}")


def nobody_signed_in(site: Client) -> bool:
    return "_auth_user_id" not in site.session


def test_a_verified_address_opens_the_existing_account_and_links_it(site: Client) -> None:
    user = make_user("an")

    asked = start(site)
    answer = back(site, at_provider(asked, "an"))

    query = parse_qs(urlsplit(asked).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["nonce"]
    assert query["state"]
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert site.session["_auth_user_id"] == str(user.pk)
    assert SocialAccount.objects.get().user == user
    assert AuditEntry.objects.get().action == "account.identity"


def test_the_link_and_not_the_address_decides_the_second_time(site: Client) -> None:
    user = make_user("an")
    back(site, at_provider(start(site), "an"))
    user.email = "dia.chi.moi@example.test"
    user.save()
    other = make_user("khac")
    User.objects.filter(pk=other.pk).update(email="an@example.test")
    site.logout()

    back(site, at_provider(start(site), "an"))

    assert site.session["_auth_user_id"] == str(user.pk)


def test_an_unknown_person_is_told_so_and_nothing_is_created(site: Client) -> None:
    make_user("an")

    answer = back(site, at_provider(start(site), "la"))

    assert answer.status_code == 403
    assert "Chưa có tài khoản nào trong hệ thống ứng với tài khoản định danh này." in answer.content.decode()
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert nobody_signed_in(site)


def test_an_unverified_address_opens_nothing(site: Client) -> None:
    make_user("binh")

    answer = back(site, at_provider(start(site), "binh"))

    assert answer.status_code == 403
    assert "chưa được xác minh" in answer.content.decode()
    assert nobody_signed_in(site)


def test_the_user_name_may_be_the_claim_that_matches(site: Client, settings: Any) -> None:
    settings.OIDC_MATCH_CLAIM = "preferred_username"
    user = make_user("binh")

    back(site, at_provider(start(site), "binh"))

    assert site.session["_auth_user_id"] == str(user.pk)


def test_an_account_linked_to_one_identity_is_not_taken_by_another(site: Client) -> None:
    user = make_user("an")
    SocialAccount.objects.create(user=user, provider="sso", uid="nguoi-khac")

    answer = back(site, at_provider(start(site), "an"))

    assert answer.status_code == 403
    assert "đã liên kết với một tài khoản định danh khác" in answer.content.decode()
    assert nobody_signed_in(site)


def test_a_suspended_account_stays_closed(site: Client) -> None:
    user = make_user("an")
    User.objects.filter(pk=user.pk).update(is_active=False)

    answer = back(site, at_provider(start(site), "an"))

    assert answer["Location"] == reverse("account_inactive")
    assert nobody_signed_in(site)


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("asked", {"nonce": "cua-ke-khac"}),
        ("answered", {"state": "cua-ke-khac"}),
        ("answered", {"code": "sai"}),
    ],
)
def test_a_tampered_exchange_signs_nobody_in(site: Client, where: str, what: dict[str, str]) -> None:
    make_user("an")
    asked = start(site)

    answered = at_provider(changed(asked, **what) if where == "asked" else asked, "an")
    answer = back(site, changed(answered, **what) if where == "answered" else answered)

    assert answer.status_code == 401
    assert "Không xác nhận được với hệ thống định danh" in answer.content.decode()
    assert nobody_signed_in(site)
    assert not SocialAccount.objects.exists()


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(site: Client) -> None:
    make_user("an")
    address = at_provider(start(site), "an")

    stolen = back(Client(), address)
    first = back(site, address)
    again = back(Client(), address)

    assert (stolen.status_code, first.status_code, again.status_code) == (401, 302, 401)


def test_a_provider_that_is_down_is_told_in_words(site: Client, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://localhost:9/o"

    answer = site.get(reverse("openid_connect_login"))

    assert answer.status_code == 401
    assert "Chưa đăng nhập được" in answer.content.decode()


def test_the_sign_in_page_offers_the_button_only_when_it_works(site: Client, settings: Any) -> None:
    settings.OIDC_NAME = "VNeID"
    assert "Đăng nhập bằng tài khoản VNeID" in site.get(reverse("account_login")).content.decode()

    settings.OIDC_ISSUER = ""

    assert "Đăng nhập bằng tài khoản" not in site.get(reverse("account_login")).content.decode()
    assert site.get(reverse("openid_connect_login")).status_code == 404


def test_single_sign_on_does_not_spare_the_second_factor(world: World, site: Client, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["system_admin"]
    settings.OIDC_MATCH_CLAIM = "email"
    User.objects.filter(pk=world.admin.user_id).update(email="an@example.test")

    back(site, at_provider(start(site), "an"))
    answer = site.get("/")

    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
