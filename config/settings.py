"""All settings of the product, one file; what differs between places comes from the environment."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from config import env, services

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("STATE_DIR", str(BASE_DIR / "var")))

# --- the place ---------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)
SECRET_KEY = env.text("SECRET_KEY") or services.local_secret(STATE_DIR)
# Turns numbers of rows into the codes of addresses; changing it breaks links people have kept.
PUBLIC_CODE_KEY = env.text("PUBLIC_CODE_KEY") or services.local_secret(STATE_DIR, "code-key")
# Former keys: sessions, links and the sealed secrets of second factors stay readable after a change.
SECRET_KEY_FALLBACKS = env.text("SECRET_KEY_FALLBACKS").split()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# The demo ministry lives on a fixed day, so that its deadlines never rot; empty = the real calendar.
WORKING_DATE = env.day("WORKING_DATE")
# Code of the unit whose periodic reports the schedule builds (see reports.tasks.build_scheduled).
MINISTRY_CODE = env.text("MINISTRY_CODE", "M1" if DEMO else "M2")

# --- applications ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "guardian",
    "django_htmx",
    "csp",
    "core",
    "units",
    "campaigns",
    "awards",
    "reports",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.logs.access_log_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "units.sessions.session_middleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "units.middleware.actor_middleware",
    "units.sessions.factor_middleware",
    "core.web.no_store_middleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "units.navigation.frame",
            ],
            "builtins": ["core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data --------------------------------------------------------------------------------------
DATABASES = {
    "default": env.database(env.text("DATABASE_URL") or services.database_url(STATE_DIR))
    | {
        "CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        # A request waits for a lock for five seconds at most, then says so (see core.web.run_action).
        "OPTIONS": {"options": "-c lock_timeout=5000 -c timezone=UTC"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL") or services.redis_url(STATE_DIR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "thidua",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(STATE_DIR / "files")))
# folder = MEDIA_ROOT; s3 = a private bucket of an S3-compatible store inside the ministry's network.
FILE_STORAGE = env.one_of(env.text("FILE_STORAGE", "folder"), "FILE_STORAGE", ("folder", "s3"))
FILE_STORAGES = {
    "folder": {
        "BACKEND": "core.files.store.FolderStorage",
        "OPTIONS": {
            "location": str(MEDIA_ROOT),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "s3": {
        "BACKEND": "core.files.store.BucketStorage",
        "OPTIONS": {
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "bucket_name": env.text("S3_BUCKET"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "region_name": env.text("S3_REGION") or None,
            "default_acl": "private",
            "file_overwrite": True,
            "querystring_auth": True,
            "signature_version": "s3v4",
            "addressing_style": "path",
        },
    },
}
# A second copy of every file, on another disk: damaged files are mended from it. Empty = none.
FILE_COPY_DIR = env.text("FILE_COPY_DIR")
# The ClamAV daemon that sees new files before anybody else: unix:/path or host:port; empty = no scanning.
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS")
STORAGES = {
    "default": FILE_STORAGES[FILE_STORAGE],
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(STATE_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_LIMIT_BYTES = env.number("UPLOAD_LIMIT_MB", 25) * 1024 * 1024
# What one request may carry: five files of a form, and its fields. More is refused before it is read.
REQUEST_LIMIT_BYTES = 5 * UPLOAD_LIMIT_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
DOSSIER_FILE_LIMIT = 100
UNIT_QUOTA_MB = env.number("UNIT_QUOTA_MB", 1024)  # handed in by one unit in one year
FILE_UPLOAD_HANDLERS = [
    "core.files.upload.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.files.upload.DiskUpload",
]

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "units.validators.GuessablePasswordValidator"},
    {"NAME": "units.validators.LeakedPasswordValidator"},
]
# Optional file of leaked passwords: sorted SHA-1 hashes, one a line (the format of «Have I Been Pwned»).
PASSWORD_LEAK_FILE = env.text("PASSWORD_LEAK_FILE")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "units:desk"
ACCOUNT_ADAPTER = "units.accounts_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "units.password_links.PasswordLinkGenerator"  # noqa: S105
# An invitation may wait this long; a link for an account with a password lives one day (see the generator).
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60
ACCOUNT_FORMS = {
    "login": "units.account_forms.SignInForm",
    "reauthenticate": "units.account_forms.ConfirmForm",
    "change_password": "units.account_forms.ChangePasswordForm",
    "reset_password_from_key": "units.account_forms.NewPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "reset_password": "10/h/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "signup": "20/m/ip",
}
# A second factor: code of an app, passkey, recovery codes shown once.
MFA_ADAPTER = "units.accounts_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by the administrator, nobody confirms them
MFA_TOTP_ISSUER = "Thi đua Khen thưởng"
MFA_FORMS = {"add_webauthn": "units.account_forms.PasskeyForm"}
# Roles that may not work without a second factor; empty = nobody is made to.
MFA_REQUIRED_ROLES = env.words(
    "MFA_REQUIRED_ROLES",
    "" if DEMO else "award_specialist,council_secretary,ministry_leader,auditor,system_admin",
)
# Single sign-on with the identity provider of the state; empty issuer = none.
OIDC_ISSUER = env.text("OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", "định danh điện tử")
# The claim by which a first sign-in finds its account: email (verified), or one that holds the user name.
OIDC_MATCH_CLAIM = env.text("OIDC_MATCH_CLAIM", "email")
SOCIALACCOUNT_ADAPTER = "units.accounts_adapter.IdentityAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# A session ends after so long without activity, and in any case after half a day.
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_MINUTES", 30) * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False

# --- security ----------------------------------------------------------------------------------
HTTPS = env.flag("HTTPS", False)
SECURE_SSL_REDIRECT = HTTPS
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many of our own proxies stand before the web server; 0 = none, X-Forwarded-For is then ignored.
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "manifest-src": [SELF],
    }
}

# --- Celery ------------------------------------------------------------------------------------
CELERY_BROKER_URL = services.celery_url(REDIS_URL)
CELERY_RESULT_BACKEND = None  # the row is the truth (ReportRun); results are not kept anywhere else
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 40
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 60 * 60}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "reports.*": {"queue": "reports"},
    "awards.build_certificates": {"queue": "reports"},
    "core.backup": {"queue": "reports"},
    "core.restore_drill": {"queue": "reports"},
    "core.relay_outbox": {"queue": "mail"},
    "core.send_digests": {"queue": "mail"},
    "core.send_some_digests": {"queue": "mail"},
}
# Every queue shows every 30 seconds that somebody works on it (core.health).
WORKER_QUEUES = ("default", "reports", "mail")
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "six-month-report": {
        "task": "reports.build_scheduled",
        "schedule": crontab(minute=0, hour=18, day_of_month=30, month_of_year=6),
        "args": ["six_month"],
    },
    "year-end-report": {
        "task": "reports.build_scheduled",
        "schedule": crontab(minute=0, hour=18, day_of_month=31, month_of_year=12),
        "args": ["year_end"],
    },
    "sweep-sheets": {"task": "sheets.sweep", "schedule": 30.0},
    "expire-sheets": {"task": "sheets.expire", "schedule": crontab(minute=25, hour=3)},
    "sweep-stale-reports": {"task": "reports.sweep", "schedule": 30.0},
    "sweep-award-papers": {"task": "awards.sweep_papers", "schedule": 120.0},
    "sweep-files": {"task": "core.sweep_files", "schedule": crontab(minute=10, hour=2)},
    "scan-waiting-files": {"task": "core.scan_waiting_files", "schedule": 300.0, "options": {"expires": 300}},
    "expire-report-files": {"task": "reports.expire_files", "schedule": crontab(minute=40, hour=1)},
    "write-anchor": {"task": "core.write_anchor", "schedule": crontab(minute=5)},
    "verify-trail": {"task": "core.verify_trail", "schedule": crontab(minute=30, hour=2)},
    "sweep-access-log": {"task": "core.sweep_access", "schedule": crontab(minute=50, hour=1)},
    "follow-organisation": {"task": "units.follow_organisation", "schedule": crontab(minute=5, hour="0,6")},
    "relay-outbox": {"task": "core.relay_outbox", "schedule": 30.0, "options": {"expires": 60}},
    "send-digests": {"task": "core.send_digests", "schedule": crontab(minute=30, hour=7)},
    "sweep-old-rows": {"task": "core.sweep", "schedule": crontab(minute=10, hour=3)},
}
CELERY_BEAT_SCHEDULE |= {
    f"beat-{queue}": {
        "task": "core.beat",
        "schedule": 30.0,
        "args": [f"worker:{queue}"],
        "options": {"queue": queue, "expires": 60},
    }
    for queue in WORKER_QUEUES
}

# --- backups -----------------------------------------------------------------------------------
# Where the nightly backup goes; empty = no backup by the schedule. The newest is tried every Sunday.
BACKUP_DIR = env.text("BACKUP_DIR")
BACKUP_KEEP = env.number("BACKUP_KEEP", 14)
POSTGRES_TOOLS = services.postgres_tools()
if BACKUP_DIR:
    CELERY_BEAT_SCHEDULE |= {
        "nightly-backup": {"task": "core.backup", "schedule": crontab(minute=0, hour=2)},
        "weekly-drill": {"task": "core.restore_drill", "schedule": crontab(minute=0, hour=4, day_of_week=0)},
    }

# The trail (core.trail, core.anchors, core.access): who saw what is kept this long, changes for ever.
ACCESS_LOG_MONTHS = env.number("ACCESS_LOG_MONTHS", 24)
ANCHOR_DIR = Path(env.text("ANCHOR_DIR", str(STATE_DIR / "anchors")))
ANCHOR_KEY_IS_LOCAL = not env.text("AUDIT_ANCHOR_KEY")
AUDIT_ANCHOR_KEY = env.text("AUDIT_ANCHOR_KEY") or services.local_secret(STATE_DIR, "anchor-key")
# A run without a sign of life for this long is taken up again by another worker.
REPORT_HEARTBEAT_SECONDS = env.number("REPORT_HEARTBEAT_SECONDS", 60)

# --- messages and logs -------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
# Whether mail leaves the house at all: links for passwords are then sent, not shown.
MAIL_ENABLED = env.flag("MAIL_ENABLED", EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "thidua@localhost")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Address under which people reach the site: links in letters begin with it.
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")
# json = one JSON object per line (production); line = for a person at a terminal.
_LOG_FORMATS = ("json", "line")
LOG_FORMAT = env.one_of(env.text("LOG_FORMAT", _LOG_FORMATS[DEBUG or DEMO]), "LOG_FORMAT", _LOG_FORMATS)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonLine"}, "line": {"()": "core.logs.PlainLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.db.backends": {"level": "INFO"},  # never the values of statements
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
# Who sees the details of /readyz without signing in: addresses or networks.
HEALTH_ALLOWED = env.networks(
    env.words("HEALTH_ALLOWED", "127.0.0.1,::1" if TRUSTED_PROXY_COUNT or not BEHIND_PROXY else ""),
    "HEALTH_ALLOWED",
)
SILENCED_SYSTEM_CHECKS: list[str] = []
