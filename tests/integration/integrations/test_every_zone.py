"""Every cadence, in every zone there is, through every change of the clock from 2024 to 2030. No rows."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from seatbridge.integrations.due_times import instant_at
from seatbridge.integrations.timetable import Timetable

zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
timetables = st.builds(
    Timetable,
    at=minutes,
    weekday=st.none() | st.integers(0, 6),
    zone=zones,
    home=zones,
    posting_days=st.frozensets(st.integers(1, 31), min_size=1, max_size=2),
    freeze_until=minutes,
    share=st.floats(0, 0.999),
)


def dues(table: Timetable, since: datetime, days: int) -> list[datetime]:
    found, until = [table.next_after(since)], since + timedelta(days=days)
    while found[-1] < until:
        found.append(table.next_after(found[-1]))
    return found


def shifts_of(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours of that year, in UTC, after which the zone's clock was moved."""
    begin = datetime(year, 1, 1, tzinfo=UTC)
    days = [begin + timedelta(days=number) for number in range(367)]
    found = []
    for day, following in pairwise(days):
        if zone.utcoffset(day.astimezone(zone)) != zone.utcoffset(following.astimezone(zone)):
            hours = [day + timedelta(hours=number) for number in range(25)]
            found += [
                hour
                for hour, later in pairwise(hours)
                if zone.utcoffset(hour.astimezone(zone)) != zone.utcoffset(later.astimezone(zone))
            ]
    return found


def test_every_change_of_the_clock_in_every_zone_is_met_once_by_every_hour_of_the_day() -> None:
    """Not drawn: all of them. A skipped minute runs at the next one that exists, a repeated one once."""
    met = set()
    for name in sorted(available_timezones() - {"localtime"}):
        zone = ZoneInfo(name)
        for year in (2024, 2027, 2030):
            for shift in shifts_of(zone, year):
                key = (
                    shift,
                    zone.utcoffset(shift.astimezone(zone)),
                    shift.astimezone(zone).replace(tzinfo=None),
                )
                if key in met:
                    continue  # zones that share a history
                met.add(key)
                _meets_each_minute_once(zone, shift.astimezone(zone).date())
    assert len(met) > 100


def _meets_each_minute_once(zone: ZoneInfo, day: date) -> None:
    for hour in range(24):
        for minute in (0, 30):
            wished = datetime.combine(day, time(hour, minute))
            found = instant_at(day, wished.time(), zone)
            seen = found.astimezone(zone).replace(tzinfo=None)
            if seen == wished:
                assert found.astimezone(zone).fold == 0, "of two, the first"
            else:
                before = (found - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
                assert before < wished < seen, (zone, wished, seen)


@settings(max_examples=120, deadline=None)
@given(table=timetables, now=moments)
def test_no_two_syncs_at_once_and_none_is_skipped(table: Timetable, now: datetime) -> None:
    found = dues(table, now, 40)
    assert all(earlier < later for earlier, later in pairwise(found))
    # Whoever looks later, but before the next one, finds that same one: nothing hangs on when one looks.
    for earlier, later in pairwise(found):
        assert table.next_after(earlier + (later - earlier) / 2) == later
        assert table.next_after(later - timedelta(microseconds=1)) == later
    longest = timedelta(days=8 if table.weekday is not None else 2, hours=3)
    assert all(later - earlier <= longest for earlier, later in pairwise(found))


@settings(max_examples=120, deadline=None)
@given(table=timetables, now=moments)
def test_there_is_a_last_sync_on_the_evening_before_every_posting_day(
    table: Timetable, now: datetime
) -> None:
    found = dues(table, now, 40)
    for midnight in table.posting_midnights(now + timedelta(days=5)):
        evening = midnight - timedelta(hours=8), midnight
        if now < evening[0] and evening[1] < found[-1]:
            last = [each for each in found if evening[0] <= each < evening[1]]
            assert any(table.has_last_sync(each, each) for each in last), (table, midnight, last)
