"""When an integration syncs by itself."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from seatbridge.integrations.calendars import note_posted, set_calendar
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.cutoffs import Missed
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.schedules import (
    cutoffs_missed_by,
    is_any_due,
    next_run_of,
    plan_anew,
    schedule_of,
    schedule_sentence,
    set_schedule,
    take_due,
)
from seatbridge.integrations.switching import disable, enable
from seatbridge.ledger.models import LedgerEntry

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.fixture
def on(integration: Integration) -> Integration:
    # The first integration begins on the hour itself, others later in it: that is tried with the timetable.
    Integration.objects.filter(pk=integration.pk).update(id=1)
    first = Integration.objects.select_related("partner").get(pk=1)
    enable(first, actor="Alice")
    return first


def test_the_preset_is_daily_at_six_in_the_partners_zone(on: Integration) -> None:
    assert next_run_of(on, at("2026-11-23T09:00")) == at("2026-11-24T06:00")
    assert schedule_sentence(schedule_of(on)).startswith("Daily at 06:00 (America/New_York)")


def test_an_integration_that_is_off_does_not_run_by_itself(on: Integration) -> None:
    disable(on, actor="Alice")
    assert next_run_of(on, at("2026-11-23T09:00")) is None


def test_a_weekly_schedule_in_a_zone_of_its_own(on: Integration) -> None:
    row = set_schedule(
        on,
        actor="Alice",
        now=at("2026-11-03T09:00"),
        cadence="weekly",
        at=time(22, 15),
        weekday=4,
        timezone="Europe/Berlin",
    )
    assert row.next_run_at == datetime(2026, 11, 6, 21, 15, tzinfo=UTC)


def test_what_was_set_is_in_the_ledger_once(on: Integration) -> None:
    for _ in range(2):
        set_schedule(on, actor="Alice", now=at("2026-11-03T09:00"), cadence="daily", at=time(4, 30))
    (entry,) = LedgerEntry.objects.filter(event="integration.schedule-set")
    assert '"at":"04:30"' in entry.data
    assert '"at":"06:00"' in entry.data


@pytest.mark.parametrize(
    "wrong",
    [
        {"cadence": "hourly"},
        {"cadence": "weekly"},
        {"cadence": "weekly", "weekday": 7},
        {"cadence": "daily", "timezone": "Mars/Olympus"},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(on: Integration, wrong: dict[str, object]) -> None:
    with pytest.raises(SettingRefused):
        set_schedule(on, actor="Alice", now=at("2026-11-03T09:00"), at=time(4), **wrong)  # type: ignore[arg-type]
    (row,) = Schedule.objects.all()
    assert (row.cadence, row.at, row.timezone) == ("daily", time(6), "")


def test_the_last_sync_is_the_evening_before_posting(on: Integration) -> None:
    """End of cycle, posted on the 1st."""
    assert next_run_of(on, at("2026-11-30T09:00")) == at("2026-11-30T18:00")
    assert next_run_of(on, at("2026-11-30T18:00")) == at("2026-12-01T06:00")


def test_a_posting_day_that_is_moved_moves_the_last_sync(on: Integration) -> None:
    now = at("2026-11-23T09:00")
    set_schedule(on, actor="Alice", now=now, cadence="daily", at=time(6))
    set_calendar(on, actor="Alice", end_posts_on=24)
    assert next_run_of(on, now) == at("2026-11-23T18:00")


def test_what_is_due_is_taken_once_and_the_last_one_before_posting_is_known(on: Integration) -> None:
    assert take_due(at("2026-11-30T09:00")) == []
    (due,) = take_due(at("2026-11-30T18:00"))
    assert due.last_before_posting
    assert take_due(at("2026-11-30T18:01")) == []
    (following,) = take_due(at("2026-12-03T12:00"))
    assert not following.last_before_posting


def test_a_billing_clock_that_is_turned_back_does_not_silence_the_schedule(on: Integration) -> None:
    set_schedule(on, actor="Alice", now=at("2027-06-01T09:00"), cadence="daily", at=time(6))
    plan_anew(at("2026-11-23T09:00"))
    assert schedule_of(on).next_run_at == at("2026-11-24T06:00")


def test_what_a_former_release_switched_on_is_planned_at_the_next_start(on: Integration) -> None:
    """It left it to the engine to make the row of a schedule."""
    Schedule.objects.all().delete()
    plan_anew(at("2026-11-23T09:00"))
    assert take_due(at("2026-11-23T09:00")) == []
    assert schedule_of(on).next_run_at == at("2026-11-24T06:00")


def test_an_integration_that_is_switched_on_is_looked_at_once_and_then_left_until_its_moment(
    on: Integration,
) -> None:
    assert is_any_due(at("2026-11-23T09:00"))
    take_due(at("2026-11-23T09:00"))
    assert not is_any_due(at("2026-11-24T05:59"))
    assert is_any_due(at("2026-11-24T06:00"))


def test_what_was_missed_while_nothing_ran_runs_once_and_knows_that_it_is_the_last_before_posting(
    on: Integration,
) -> None:
    """Nobody asked from before six in the morning until the evening: one run makes up for both."""
    assert take_due(at("2026-11-30T05:00")) == []
    (due,) = take_due(at("2026-11-30T19:30"))
    assert due.last_before_posting
    assert take_due(at("2026-11-30T19:31")) == []


def test_posting_done_lets_a_sync_follow_at_once(on: Integration) -> None:
    assert take_due(at("2026-12-01T09:00")) == []
    note_posted(on, date(2026, 12, 1), today=date(2026, 12, 1), actor="Alice")
    (due,) = take_due(at("2026-12-01T09:00"))
    assert not due.last_before_posting
    assert next_run_of(on, at("2026-12-01T09:01")) == at("2026-12-01T18:00")


def test_without_that_it_follows_when_the_freeze_is_over(on: Integration) -> None:
    assert next_run_of(on, at("2026-12-01T06:00")) == at("2026-12-01T18:00")
    set_calendar(on, actor="Alice", freeze_until=time(12, 30))
    assert next_run_of(on, at("2026-12-01T06:00")) == at("2026-12-01T12:30")


def test_a_weekly_schedule_that_misses_the_month_end_count_is_told(on: Integration) -> None:
    set_calendar(on, actor="Alice", end_posts_on=10)
    now = at("2026-11-23T09:00")
    assert cutoffs_missed_by(on, now) == []
    set_schedule(on, actor="Alice", now=now, cadence="weekly", at=time(6), weekday=2)
    (missed,) = cutoffs_missed_by(on, now)
    assert (missed.missed, missed.on) == (Missed.MONTH_END_COUNT, date(2026, 11, 30))
    disable(on, actor="Alice")
    assert cutoffs_missed_by(on, now) == []
