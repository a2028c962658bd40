"""Settings: one file that reads the environment once. What each variable means: docs/operating.md."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

from csp.constants import NONCE, NONE, SELF

from .clock import system_clock
from .env import Environment
from .sqlite import init_command

env = Environment()

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("VICEVERSA_DATA_DIR", Path.home() / ".local" / "share" / "viceversa")
BASE_URL = env.base_url("VICEVERSA_BASE_URL", "http://127.0.0.1:8000")
SECRET_KEY = env.secret_key("VICEVERSA_SECRET_KEY", DATA_DIR / "secret-key")
FIELD_KEY_FILE = Path(env.text("VICEVERSA_FIELD_KEY_FILE") or DATA_DIR / "field-key")
METRICS_TOKEN = env.long_secret("VICEVERSA_METRICS_TOKEN")  # without it /metrics is not there
LOG_FORMAT = env.choice("VICEVERSA_LOG_FORMAT", ("text", "json"), "text")

DEBUG = False
CLOCK = system_clock
DEMO_SEATS = False  # one-click sign-in; only `viceversa demo` turns it on, for its own loopback process
ORGANISATION_NAME = env.text("VICEVERSA_ORGANISATION", "Viceversa")

_SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = sorted({urlsplit(BASE_URL).hostname or "", "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "viceversa.accounts",
    "viceversa.outbox",
    "viceversa.people",
    "viceversa.programmes",
    "viceversa.pairing",
    "viceversa.journey",
    "viceversa.insights",
    "viceversa.web",
    "viceversa.integrations.calendar",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # first, so that a refusal by any other carries the policy too
    "django.middleware.security.SecurityMiddleware",
    "viceversa.web.middleware.no_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "viceversa.web.middleware.clock",
    "viceversa.web.middleware.private_pages",
    "viceversa.web.middleware.last_programme",
    "viceversa.web.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "viceversa.config.urls"
WSGI_APPLICATION = "viceversa.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "viceversa.web.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "viceversa.web.templatetags.words",
                "viceversa.web.templatetags.viceversa",
            ],
        },
    }
]
FORM_RENDERER = "viceversa.web.forms.drawing.DrawnWidgets"

# Databases ---------------------------------------------------------------------------------------
# Whoever writes waits for a turn and is not turned away: a part of an import takes a second on a busy machine.
_SQLITE_OPTIONS = {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": init_command()}


def _database(variable: str, default: Path) -> dict[str, object]:
    database = env.database(variable, f"sqlite://{quote(str(default))}")
    if database["ENGINE"].endswith("sqlite3"):
        return database | {"OPTIONS": dict(_SQLITE_OPTIONS)}
    return database | {
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}} | database["OPTIONS"],
    }


# Private fields' keys live in a database of their own, so that a backup of the first cannot read them.
DATABASES = {
    "default": _database("VICEVERSA_DATABASE_URL", DATA_DIR / "viceversa.sqlite3"),
    "keys": _database("VICEVERSA_KEY_STORE_URL", DATA_DIR / "keys.sqlite3"),
}
DATABASE_ROUTERS = ["viceversa.accounts.keys.router.KeyRouter"]
INSTALLED_APPS += ["viceversa.accounts.keys"]
ON_POSTGRESQL = str(DATABASES["default"]["ENGINE"]).endswith("postgresql")
if ON_POSTGRESQL:  # its migrations stop on SQLite, where `serve` runs the same handlers in one loop
    INSTALLED_APPS += ["procrastinate.contrib.django"]
    PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "procrastinate_wake"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People who sign in ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "viceversa.accounts.codes.CodeBackend",
]
PASSWORD_HASHERS = ["viceversa.accounts.hashers.OneAtATime"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_RESET_TIMEOUT = 60 * 60
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours; by account and address together, so that a victim is not locked out
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "viceversa.web.pages.sign_in.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the event log says who came in, without addresses and browsers

# The tones of notices in the stylesheet, by Django's levels.
MESSAGE_TAGS = {20: "plain", 25: "good", 30: "warn", 40: "warn"}

SESSION_COOKIE_NAME = "viceversa_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "viceversa.web.pages.errors.csrf_failure"
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; docs/operating.md
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o600

# Words and times ---------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Mail --------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("VICEVERSA_MAIL_FROM", "Viceversa <viceversa@localhost>")
EMAIL_TIMEOUT = 10
_smtp = env.smtp("VICEVERSA_SMTP_URL")
if _smtp:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(_smtp)
else:  # no mail server yet: every letter is kept as a file, and `doctor` says so
    EMAIL_BACKEND = "viceversa.outbox.kept_letters.KeptLetters"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# Logs carry ids and codes, never people's words ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "viceversa.config.logs.TextLines"},
        "json": {"()": "viceversa.config.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "viceversa": {"level": "INFO"},
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

# Last, when every variable has been asked for: what looks like ours and nothing reads.
UNKNOWN_VARIABLES = env.unknown()
