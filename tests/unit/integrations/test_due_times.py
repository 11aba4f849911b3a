"""Local times of day on every day there is, also on those with 23 and 25 hours."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.integrations.due_times import instant_at, next_at

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Santiago",  # at midnight
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2005, 1, 1), date(2035, 12, 31))
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
NEW_YORK = ZoneInfo("America/New_York")


def every_day(_day: date) -> bool:
    return True


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_a_minute_that_the_clock_skips_runs_at_the_next_one_that_exists() -> None:
    found = instant_at(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert found == local("2026-03-08T03:00", "America/New_York")


def test_a_minute_that_comes_twice_runs_once_and_the_first_time() -> None:
    first = instant_at(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    following = next_at(first, time(1, 30), NEW_YORK, every_day)
    assert following == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_a_day_that_was_skipped_whole_does_not_stop_the_schedule() -> None:
    apia = ZoneInfo("Pacific/Apia")
    before = local("2011-12-29T12:00", "Pacific/Apia")
    found = next_at(before, time(6), apia, every_day)
    assert found.astimezone(apia).date() == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("after", "at", "expected"),
    [
        ("2026-11-23T05:59", time(6), "2026-11-23T06:00"),
        ("2026-11-23T06:00", time(6), "2026-11-24T06:00"),
        ("2026-12-31T23:00", time(6), "2027-01-01T06:00"),
        ("2026-03-07T12:00", time(2, 30), "2026-03-08T03:00"),
    ],
)
def test_the_next_one_is_never_now(after: str, at: time, expected: str) -> None:
    zone = "America/New_York"
    assert next_at(local(after, zone), at, NEW_YORK, every_day) == local(expected, zone)


@given(day=days, at=minutes, zone=zones)
def test_an_instant_is_the_wished_minute_or_the_first_after_a_gap(
    day: date, at: time, zone: ZoneInfo
) -> None:
    found = instant_at(day, at, zone)
    seen = found.astimezone(zone).replace(tzinfo=None)
    wished = datetime.combine(day, at)
    assert seen >= wished
    if seen != wished:
        just_before = (found - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < wished, "a minute nearer to the wish existed"
    else:
        assert (found - timedelta(hours=1)).astimezone(zone).replace(tzinfo=None) != wished


@given(day=days, at=minutes, zone=zones, days_on=st.integers(3, 40))
def test_a_daily_schedule_runs_once_a_day_through_every_change_of_the_clock(
    day: date, at: time, zone: ZoneInfo, days_on: int
) -> None:
    start = datetime.combine(day, time(0), tzinfo=UTC)
    ran: list[datetime] = []
    moment = start
    for _ in range(days_on):
        moment = next_at(moment, at, zone, every_day)
        ran.append(moment)
    assert ran == sorted(set(ran))
    gaps = [(later - earlier) for earlier, later in itertools.pairwise(ran)]
    assert all(timedelta(hours=20) <= gap <= timedelta(hours=49) for gap in gaps)


@given(day=days, at=minutes, zone=zones, weekday=st.integers(0, 6))
def test_a_weekly_schedule_keeps_to_its_day(day: date, at: time, zone: ZoneInfo, weekday: int) -> None:
    after = datetime.combine(day, time(12), tzinfo=UTC)
    found = next_at(after, at, zone, lambda each: each.weekday() == weekday)
    assert timedelta(0) < found - after <= timedelta(days=15)
    assert (found.astimezone(zone).weekday() - weekday) % 7 in (0, 1)  # 1: the day's minute fell into a gap
