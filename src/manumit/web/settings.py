"""Django settings, from the environment alone; a missing or weak secret stops the start.

What can be set, and what it means, is the table in `environment.py` and `docs/settings.md`.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from manumit.web import environment


def _text(name: str) -> str:
    return environment.value(name, os.environ, lambda path: Path(path).expanduser().read_text())


def _private_directory(path: Path) -> Path:
    """Make the data directory if need be, and keep everybody else out of it."""
    os.umask(0o077)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid == os.getuid():
        path.chmod(0o700)
    return path


WEB = Path(__file__).parent

try:
    SECRET_KEY = _text("MANUMIT_SECRET_KEY")
    if weak := environment.why_weak(SECRET_KEY):
        raise environment.BadSetting(weak)
    MANUMIT_LOG_KEY = _text("MANUMIT_LOG_KEY")
    environment.log_key(MANUMIT_LOG_KEY)
    MANUMIT_HTTPS = environment.flag("MANUMIT_HTTPS", _text("MANUMIT_HTTPS"))
    MANUMIT_PROXIES = environment.number("MANUMIT_PROXIES", _text("MANUMIT_PROXIES"))
    MANUMIT_COUNTRY = environment.country(_text("MANUMIT_COUNTRY"))
    MANUMIT_LEAVE_TO = _text("MANUMIT_LEAVE_TO")
    MANUMIT_GOAML_XSD = _text("MANUMIT_GOAML_XSD")
    ALLOWED_HOSTS = environment.hosts(_text("MANUMIT_HOSTS"), https=MANUMIT_HTTPS)
    DEBUG = environment.flag("MANUMIT_DEBUG", _text("MANUMIT_DEBUG"))
    LANGUAGE_CODE = environment.language(_text("MANUMIT_LANGUAGE"))
    TIME_ZONE = _text("MANUMIT_TIME_ZONE")
    _database_url = _text("DATABASE_URL")
except environment.BadSetting as error:
    raise ImproperlyConfigured(str(error)) from error

MANUMIT_DATA = _private_directory(Path(_text("MANUMIT_DATA")).expanduser())

# --- databases -----------------------------------------------------------------------------------
# synchronous=FULL: what was acknowledged survives a power cut. secure_delete: an erased key is
# overwritten, not only unlinked. temp_store=MEMORY: no sorting file on disk.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768;"
)


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(MANUMIT_DATA / name),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,  # seconds to wait for who writes; a slow answer is better than none
            "init_command": _PRAGMAS,
        },
    }


def _content() -> dict[str, Any]:
    if not _database_url:
        return _sqlite("manumit.db")
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(_database_url, conn_max_age=600))
    except ValueError:
        # The address holds a password: say what is wrong with it without repeating it.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. It looks like postgres://user:secret@host:5432/name."
        ) from None
    if "sqlite" in parsed["ENGINE"]:
        raise ImproperlyConfigured(
            "DATABASE_URL is for PostgreSQL. For SQLite leave it out and set MANUMIT_DATA."
        )
    return parsed | {"CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _content(), "keys": _sqlite("keys.db")}
DATABASE_ROUTERS = ["manumit.core.models.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by every worker process; holds used one-time codes and nothing sealed.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cacheentry",
        "TIMEOUT": 300,
    }
}

# --- parts ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "manumit.core",
    "manumit.assessments",
    "manumit.directory",
    "manumit.cases",
    "manumit.flows",
    "manumit.network",
    "manumit.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "manumit.web.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "manumit.web.nameless.nameless",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "manumit.web.middleware.session",
    "manumit.web.middleware.language",
    "manumit.web.middleware.plain_errors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "manumit.web.urls"
WSGI_APPLICATION = "manumit.web.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "manumit.web.context.page",
            ],
            "builtins": ["manumit.web.templatetags.words"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "manumit.web.rendering.Pages"

# --- languages -----------------------------------------------------------------------------------
LANGUAGES = list(environment.LANGUAGES)
LOCALE_PATHS = [WEB / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if MANUMIT_HTTPS else "language"
FORMAT_MODULE_PATH = ["manumit.web.formats"]
USE_TZ = True
USE_I18N = True

# --- static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = WEB / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9A-Za-z_-]{8,12}\.(css|js|woff2)$"
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["manumit.web.hashing.Argon2"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # `throttle.py` counts instead: theirs can lock somebody else out
MFA_ADAPTER = "manumit.web.second_factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_TOTP_ISSUER = "Manumit"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not MANUMIT_HTTPS

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
_PREFIX = "__Host-" if MANUMIT_HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
MANUMIT_UNLOCK_COOKIE = f"{_PREFIX}unlock"
MANUMIT_DEVICE_COOKIE = f"{_PREFIX}device"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = MANUMIT_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "manumit.web.views.errors.csrf_failure"
CSRF_COOKIE_AGE = None
# A message may name a case: the browser keeps it until shown, the session table never does.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- headers -------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 63_072_000 if MANUMIT_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_SSL_REDIRECT = MANUMIT_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^alive$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if MANUMIT_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}

# --- limits on what comes in ---------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 26_214_400  # nothing that is uploaded touches the disk unsealed
FILE_UPLOAD_PERMISSIONS = 0o600

# --- logging -------------------------------------------------------------------------------------
# No request bodies, no SQL, no local variables: a line names what failed and where, never values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "manumit.web.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.db.backends": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "manumit": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
DEFAULT_EXCEPTION_REPORTER = "manumit.web.logs.Reporter"
