"""What Django wants to know, derived from `settings`; read through `start`, never on its own."""

from typing import Any

from seatbridge.config.database_url import Database
from seatbridge.config.start import current

_SETTINGS = current()


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
INSTALLED_APPS = [
    "seatbridge.partners",
    "seatbridge.ledger",
    "seatbridge.integrations",
    "seatbridge.catalog",
    "seatbridge.usage",
    "seatbridge.mappings",
    "seatbridge.sync",
]
LOGGING_CONFIG = None  # config.logs decides; Django must not write anywhere of its own accord
