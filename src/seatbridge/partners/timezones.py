"""IANA time zones by name."""

import zoneinfo


def is_time_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()
