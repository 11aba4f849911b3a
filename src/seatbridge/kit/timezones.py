"""IANA time zones by name."""

import zoneinfo
from functools import cache


def is_time_zone(name: str) -> bool:
    return name in _all()


@cache
def _all() -> frozenset[str]:
    """Asking for them looks through every file of the time zone database."""
    return frozenset(zoneinfo.available_timezones())
