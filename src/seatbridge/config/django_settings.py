"""What Django wants to know, derived from `settings`; read through `start`, never on its own."""

from typing import Any
from urllib.parse import urlsplit

from seatbridge.config.database_url import Database
from seatbridge.config.mail import mail_settings
from seatbridge.config.start import current

_SETTINGS = current()
_PUBLIC = urlsplit(_SETTINGS.public_url)
_HTTPS = _PUBLIC.scheme == "https"


def _database(database: Database) -> dict[str, Any]:
    if database.is_postgresql:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database.name,
            "USER": database.user,
            "PASSWORD": database.password,
            "HOST": database.host,
            "PORT": database.port,
            "OPTIONS": dict(database.options),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": database.name,
        # A file, as in real life: an in-memory database knows neither WAL nor two processes.
        "TEST": {"NAME": str(_SETTINGS.home / "test.sqlite3")},
        "OPTIONS": {
            # Writers queue up at the beginning of a transaction instead of failing in its middle.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: an intent must be on the disk before the call that it announces goes out.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


SECRET_KEY = _SETTINGS.secret_key
SEAL = _SETTINGS.seal if _SETTINGS.seal_keys else None  # ours: `settings.SEAL`
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database(_SETTINGS.database)}
# Marks of forms that were sent, and guesses of passwords: of all processes that serve the portal together.
_SHARED_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "seatbridge_cache"}
_OWN_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _SHARED_CACHE if _SETTINGS.database.is_postgresql else _OWN_CACHE}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "seatbridge.users",
    "seatbridge.vitals",
    "seatbridge.partners",
    "seatbridge.ledger",
    "seatbridge.integrations",
    "seatbridge.catalog",
    "seatbridge.usage",
    "seatbridge.mappings",
    "seatbridge.sync",
    "seatbridge.reminders",
    "seatbridge.api",
    "seatbridge.web",  # before allauth: our templates are found first
    "allauth",
    "allauth.account",
    "django_htmx",
    *(["procrastinate.contrib.django"] if _SETTINGS.database.is_postgresql else []),
]
LOGGING_CONFIG = None  # config.logs decides; Django must not write anywhere of its own accord

# --- Web ---
ROOT_URLCONF = "seatbridge.config.urls"
WSGI_APPLICATION = "seatbridge.config.wsgi.application"
PUBLIC_URL = _SETTINGS.public_url  # ours: where links in mails point
MAIL_IS_SENT = bool(_SETTINGS.email_url)  # ours: without, one-time links are handed on by people
DATE_OFFSET_DAYS = _SETTINGS.date_offset_days  # ours: said on every page where it is not 0
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, [_PUBLIC.hostname])]
METRICS_TOKEN = _SETTINGS.metrics_token  # ours: without one nobody may read /metrics
MIDDLEWARE = [
    "seatbridge.operations.doors.Doors",  # before hosts, sessions and sign-in: programs ask, by address
    "seatbridge.api.door.Door",  # it tells programs what any other refused
    "django.middleware.security.SecurityMiddleware",
    "seatbridge.web.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "seatbridge.web.addresses.ShortAddresses",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "seatbridge.web.sign_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "seatbridge.web.frame.frame",
            ],
            "builtins": ["django.templatetags.static", "seatbridge.web.templatetags.show"],
        },
    }
]
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept as a file
    "staticfiles": {"BACKEND": "seatbridge.web.static_files.StampedFiles"},
}
WHITENOISE_USE_FINDERS = True  # served from where the packages hold them: no build step
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 86_400  # safe: `StampedFiles` gives each version a URL of its own

# --- Sign-in ---
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "seatbridge.web.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up: an owner vouches for each address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _PUBLIC.scheme or "http"

# --- Cookies and forms ---
SESSION_COOKIE_NAME = "seatbridge_session"
SESSION_COOKIE_AGE = 7 * 86_400
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "seatbridge_csrf"
CSRF_FAILURE_VIEW = "seatbridge.web.failures.stale_form"
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if _SETTINGS.public_url else []
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # forms and JSON; files are streamed and not meant
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a page of mappings accepted at once

globals().update(mail_settings(_SETTINGS.email_url, _SETTINGS.public_url))
