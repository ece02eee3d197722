"""Settings of the test run: the same product with a fast hasher, mail in memory and a fixed day.

`tests/plugin_services.py` has started throw-away servers before this file is read.
"""

from datetime import date

from config.settings import *  # noqa: F403
from config.settings import STORAGES as _STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = _STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WORKING_DATE = date(2024, 12, 16)
MFA_REQUIRED_ROLES: list[str] = []
MAIL_ENABLED = True
OIDC_ISSUER = ""
PASSWORD_LEAK_FILE = ""
