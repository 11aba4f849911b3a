"""Everything that must stand before the first row is read."""

import gc
import os

import django

from seatbridge.config.keys import with_keys
from seatbridge.config.logs import set_up_logs
from seatbridge.config.settings import Settings, read_settings

_started: list[Settings] = []


def start() -> Settings:
    """Reads the environment once, makes the data folder and keys, sets Django up. Raises SettingsRefused."""
    if not _started:
        settings = with_keys(read_settings(os.environ))
        os.environ["DJANGO_SETTINGS_MODULE"] = "seatbridge.config.django_settings"
        set_up_logs(settings.log_format)
        _started.append(settings)
        django.setup()
        _collect_rarely()
    return _started[0]


def _collect_rarely() -> None:
    """A sync makes hundreds of thousands of records that all live to its end. With Python's presets, looking
    through them for cycles again and again took a quarter of its time and found none; so, a twentieth.

    Right for a server too: a page leaves few cycles behind, and 100,000 small objects are a few megabytes.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def current() -> Settings:
    """The settings of this process; before `start` (type checkers, migration tools) without any keys."""
    return _started[0] if _started else read_settings(os.environ)
