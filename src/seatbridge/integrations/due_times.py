"""The instants of a schedule: local times of day, on days that may have 23 or 25 hours. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY, ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)
_LONGEST_GAP = 25 * 60  # minutes; whole days were skipped at the date line


def instant_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC. A minute that the clock skips: the next one that exists; one that comes twice: the first."""
    naive = datetime.combine(day, at.replace(second=0, microsecond=0, tzinfo=None))
    for _ in range(_LONGEST_GAP):
        instant = naive.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == naive:
            return instant
        naive += ONE_MINUTE
    raise ValueError(f"{zone.key} has no {at:%H:%M} around {day}")


def next_at(after: datetime, at: time, zone: ZoneInfo, fits: Callable[[date], bool]) -> datetime:
    """The first such instant after that moment, on a day that fits; one day of eight must."""
    day = after.astimezone(zone).date() - ONE_DAY  # a skipped minute may have moved yesterday's into today
    for _ in range(10):
        if fits(day):
            instant = instant_at(day, at, zone)
            if instant > after:
                return instant
        day += ONE_DAY
    raise ValueError("no day fits")
