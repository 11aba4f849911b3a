"""What a schedule says by example; tests/integration tries every cadence in every zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.integrations.cutoffs import Missed, missed_cutoffs
from seatbridge.integrations.timetable import Timetable

NEW_YORK = ZoneInfo("America/New_York")
zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def daily(**changes: object) -> Timetable:
    preset = {"at": time(6), "weekday": None, "zone": NEW_YORK, "home": NEW_YORK}
    return Timetable(**preset | {"posting_days": frozenset({1})} | changes)  # type: ignore[arg-type]


def dues(table: Timetable, since: datetime, days: int) -> list[datetime]:
    found, until = [table.next_after(since)], since + timedelta(days=days)
    while found[-1] < until:
        found.append(table.next_after(found[-1]))
    return found


@given(at=minutes, zone=zones, now=moments, share=st.floats(0, 0.999))
def test_a_regular_sync_begins_within_the_hour_that_was_asked_for(
    at: time, zone: ZoneInfo, now: datetime, share: float
) -> None:
    """But where the clock skips that hour: then at the next minute that exists, spread the same way."""
    table = Timetable(at, None, zone, zone, frozenset(), share=share)
    plain = Timetable(at, None, zone, zone, frozenset())
    begun = plain.next_after(now)
    spread = table.next_after(begun - timedelta(microseconds=1))
    assert timedelta(0) <= spread - begun < timedelta(minutes=60 - at.minute)


def test_the_spread_is_even_and_the_first_one_begins_on_the_hour() -> None:
    golden = (5**0.5 - 1) / 2
    begins = sorted(
        daily(share=number * golden % 1).next_after(local("2026-11-23T00:00")) for number in range(233)
    )
    assert begins[0] == local("2026-11-23T06:00")
    assert begins[-1] < local("2026-11-23T07:00")
    assert max(later - earlier for earlier, later in pairwise(begins)) < timedelta(seconds=20)


def test_what_the_freeze_keeps_from_writing_is_made_up_for_when_it_ends() -> None:
    found = dues(daily(), local("2026-11-30T12:00"), 2)
    assert found == [
        local("2026-11-30T18:00"),  # the last before posting
        local("2026-12-01T06:00"),  # in the freeze: it reads, and settles what is owed
        local("2026-12-01T18:00"),  # the freeze is over
        local("2026-12-02T06:00"),
        local("2026-12-03T06:00"),
    ]


def test_a_weekly_schedule_gets_a_last_sync_too_but_none_after_a_freeze_that_it_does_not_meet() -> None:
    found = dues(daily(weekday=2), local("2026-11-26T12:00"), 10)
    assert found == [local("2026-11-30T18:00"), local("2026-12-02T06:00"), local("2026-12-09T06:00")]


@pytest.mark.parametrize(
    ("since", "until", "last"),
    [
        ("2026-11-30T18:00", "2026-11-30T18:00", True),
        ("2026-11-30T06:00", "2026-11-30T19:00", True),  # down from morning to night: one run for both
        ("2026-11-30T06:00", "2026-11-30T06:00", False),
        ("2026-12-01T06:00", "2026-12-01T06:00", False),
        ("2026-09-15T06:00", "2026-11-15T06:00", True),
    ],
)
def test_a_run_that_makes_up_for_the_last_one_before_posting_knows_it(
    since: str, until: str, *, last: bool
) -> None:
    assert daily().has_last_sync(local(since), local(until)) is last


@pytest.mark.parametrize(
    ("table", "now", "missed"),
    [
        (daily(), "2026-11-23T09:00", []),
        (daily(), "2026-11-30T17:00", []),
        (daily(), "2026-11-30T19:00", [Missed.INVOICE_RUN]),
        (daily(), "2026-12-01T09:00", []),
        (daily(weekday=2), "2026-11-23T09:00", []),  # the last sync runs on the day of the count
        (daily(weekday=2, posting_days=frozenset({10})), "2026-11-23T09:00", [Missed.MONTH_END_COUNT]),
        (daily(weekday=0, posting_days=frozenset({10})), "2026-11-23T09:00", []),  # the 30th is a Monday
        (daily(posting_days=frozenset({10})), "2026-11-30T23:00", []),
    ],
)
def test_a_schedule_that_would_be_late_is_known_beforehand(
    table: Timetable, now: str, missed: list[Missed]
) -> None:
    moment = local(now)
    day = min(
        midnight.date() for midnight in map(_at_home, table.posting_midnights(moment)) if midnight > moment
    )
    assert [each.missed for each in missed_cutoffs(moment, table.next_after, [day])] == missed


def _at_home(moment: datetime) -> datetime:
    return moment.astimezone(NEW_YORK)


def test_the_month_end_count_is_on_the_vendors_last_day_of_the_month() -> None:
    # The evening of the 30th in New York is the 1st in Auckland.
    table, moment = daily(at=time(23), weekday=0, posting_days=frozenset({10})), local("2026-11-23T23:30")
    assert missed_cutoffs(moment, table.next_after, []) == []
    (missed,) = missed_cutoffs(moment, table.next_after, [], vendor=ZoneInfo("Pacific/Auckland"))
    assert (missed.missed, missed.on) == (Missed.MONTH_END_COUNT, date(2026, 11, 30))
    assert missed.after == local("2026-11-30T23:00")
    assert missed.after.tzinfo == NEW_YORK


def test_a_batch_that_needs_two_hours_is_late_before_others_are() -> None:
    table = daily(at=time(23), zone=NEW_YORK)
    moment, posting = local("2026-11-30T18:30"), date(2026, 12, 1)
    assert missed_cutoffs(moment, table.next_after, [posting]) == []
    (late,) = missed_cutoffs(moment, table.next_after, [posting], needs=timedelta(hours=2))
    assert late.after == local("2026-11-30T23:00")
