"""The provider process: `python -m tests.oidc_provider.server FOLDER REDIRECT_URIS PERSON…`.

Prints its port when it listens. The RSA key is made at the start and lives as long as the process.
"""

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD

LOGIN_PAGE = "<form method=post>{% csrf_token %}{{ form.as_p }}<button>Xác nhận danh tính</button></form>"


def configure(folder: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="nha-cung-cap-dinh-danh-thu-nghiem-khong-dung-that",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF="tests.oidc_provider.urls",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.sqlite")}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        SESSION_COOKIE_NAME="provider_session",  # cookies know no ports: not the product's name
        CSRF_COOKIE_NAME="provider_csrf",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": LOGIN_PAGE},
                        )
                    ]
                },
            }
        ],
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.decode(),
            "OAUTH2_VALIDATOR_CLASS": "tests.oidc_provider.claims.Validator",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "openid", "profile": "profile", "email": "email"},
        },
    )
    django.setup()


def fill(redirect_uris: str, people: list[str]) -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415 (models need the settings)
    from oauth2_provider.models import Application  # noqa: PLC0415

    for person in people:
        name, email, verified = person.split(":")
        user = User.objects.create_user(name, email, PASSWORD)
        user.last_name = verified  # «yes» = the address was verified
        user.save()
    Application.objects.create(
        name="Thi đua", client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uris=redirect_uris,
        client_type="confidential", authorization_grant_type="authorization-code", algorithm="RS256",
        skip_authorization=True,
    )  # fmt: skip


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        return None


def main() -> None:
    folder, redirect_uris, *people = sys.argv[1:]
    configure(Path(folder))
    call_command("migrate", verbosity=0)
    fill(redirect_uris, people)
    with make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
