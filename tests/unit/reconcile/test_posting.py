from datetime import date, datetime
from typing import Any

import pytest

from seatbridge.psa.records import Contract
from seatbridge.reconcile import posting
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.periods import Cycle, Period, Rhythm
from seatbridge.reconcile.posting import (
    Posting,
    earliest_unposted,
    is_posted,
    next_posting,
)
from tests.unit.reconcile.worlds import World, moment

DEMO = BillingCalendar(start_posts_on=25, end_posts_on=1)
END, START = IssueOn.END, IssueOn.START


def posting_at(calendar: BillingCalendar, issue_on: IssueOn, now: datetime) -> Posting:
    return posting.posting_at(calendar, calendar.kind_of(issue_on), now)


def contract(issue_on: IssueOn, **more: Any) -> tuple[Contract, BillingCalendar]:
    world = World(calendar=DEMO)
    world.contract(1, issue_on=issue_on, **more)
    return world.contracts[1], world.calendar


@pytest.mark.parametrize(
    ("issue_on", "now", "start"),
    [
        (END, "2026-11-23 06:00", date(2026, 11, 1)),
        (END, "2026-12-01 06:00", date(2026, 11, 1)),  # posting day, and not posted yet
        (END, "2026-12-01 18:00", date(2026, 12, 1)),
        (START, "2026-11-23 06:00", date(2026, 12, 1)),
        (START, "2026-11-25 17:59", date(2026, 12, 1)),
        (START, "2026-10-25 17:59", date(2026, 11, 1)),
    ],
)
def test_the_earliest_period_that_is_not_posted(issue_on: IssueOn, now: str, start: date) -> None:
    row, calendar = contract(issue_on)
    period = earliest_unposted(row, calendar, moment(now))
    assert period is not None
    assert period.start == start


def test_a_late_start_posting_also_bills_periods_from_the_17th() -> None:
    row, calendar = contract(START, fiscal=False, start=date(2026, 2, 17), end=None)
    before = earliest_unposted(row, calendar, moment("2026-11-23 06:00"))
    after = earliest_unposted(row, calendar, moment("2026-11-26 06:00"))
    assert before is not None
    assert after is not None
    assert (before.start, after.start) == (date(2026, 12, 17), date(2027, 1, 17))


def test_an_early_start_posting_bills_what_has_begun() -> None:
    early = BillingCalendar(start_posts_on=5)
    found = posting_at(early, START, moment("2026-11-23 06:00"))
    rhythm = Rhythm(Cycle.MONTHLY, date(2026, 1, 1), None, fiscal=True)
    november = Period(date(2026, 11, 1), date(2026, 11, 30), 30)
    december = found.earliest_unposted(rhythm)
    assert found.has_posted(november)
    assert december is not None
    assert december.start == date(2026, 12, 1)
    assert found.posts_on(december) == date(2026, 12, 5)


def test_a_period_that_begins_on_the_posting_day_is_posted_by_it() -> None:
    found = posting_at(DEMO, START, moment("2026-11-26 06:00"))
    assert found.posts_on(Period(date(2026, 11, 25), date(2026, 12, 24), 30)) == date(2026, 11, 25)
    assert found.posts_on(Period(date(2026, 12, 24), date(2027, 1, 23), 31)) == date(2026, 11, 25)
    assert found.posts_on(Period(date(2027, 1, 1), date(2027, 1, 31), 31)) == date(2026, 12, 25)


def test_a_month_without_the_posting_day_posts_on_its_last_one() -> None:
    found = posting_at(BillingCalendar(start_posts_on=31), START, moment("2027-02-10 06:00"))
    assert (found.last, found.next) == (date(2027, 1, 31), date(2027, 2, 28))


def test_nothing_is_left_where_every_period_of_the_contract_is_posted() -> None:
    row, calendar = contract(START, end=date(2026, 12, 31))
    assert earliest_unposted(row, calendar, moment("2026-12-26 06:00")) is None
    assert is_posted(row, date(2027, 1, 1), calendar, moment("2026-12-26 06:00"))


def test_an_unknown_billing_cycle_has_no_open_period() -> None:
    row, calendar = contract(END, cycle="Biweekly")
    assert earliest_unposted(row, calendar, moment("2026-11-23 06:00")) is None
    assert is_posted(row, date(2026, 11, 23), calendar, moment("2026-11-23 06:00"))


def test_the_posting_day_is_frozen_until_the_set_hour() -> None:
    assert posting_at(DEMO, START, moment("2026-11-25 00:00")).frozen
    assert posting_at(DEMO, START, moment("2026-11-25 17:59")).frozen
    assert not posting_at(DEMO, START, moment("2026-11-25 18:00")).frozen
    assert not posting_at(DEMO, START, moment("2026-11-24 23:59")).frozen
    assert not posting_at(DEMO, END, moment("2026-11-25 12:00")).frozen


@pytest.mark.parametrize("said_on", [date(2026, 11, 24), date(2026, 11, 25)])
def test_posting_done_ends_the_freeze_and_closes_the_period(said_on: date) -> None:
    calendar = BillingCalendar(posted_on=frozenset({said_on}))
    found = posting_at(calendar, START, moment("2026-11-25 09:00"))
    assert not found.frozen
    assert (found.last, found.next) == (date(2026, 11, 25), date(2026, 12, 25))


def test_posting_done_for_one_kind_says_nothing_of_the_other() -> None:
    calendar = BillingCalendar(posted_on=frozenset({date(2026, 11, 25)}))
    assert posting_at(calendar, END, moment("2026-11-25 09:00")).next == date(2026, 12, 1)


def test_posting_done_two_days_early_closes_the_end_of_cycle_period() -> None:
    calendar = BillingCalendar(posted_on=frozenset({date(2026, 11, 29)}))
    found = posting_at(calendar, END, moment("2026-11-29 09:00"))
    assert found.has_posted(Period(date(2026, 11, 1), date(2026, 11, 30), 30))


def test_posting_done_in_the_future_or_far_away_counts_for_nothing() -> None:
    calendar = BillingCalendar(posted_on=frozenset({date(2026, 12, 1), date(2026, 11, 12)}))
    assert posting_at(calendar, END, moment("2026-11-23 09:00")).next == date(2026, 12, 1)
    assert posting_at(calendar, START, moment("2026-11-23 09:00")).next == date(2026, 11, 25)


def test_the_deadline_is_midnight_of_the_next_posting_day() -> None:
    row, calendar = contract(START)
    assert next_posting(calendar, row.id, moment("2026-11-23 06:00")) == moment("2026-11-25 00:00")
    assert next_posting(calendar, row.id, moment("2026-11-25 06:00")) == moment("2026-11-25 00:00")
    assert next_posting(calendar, row.id, moment("2026-11-25 19:00")) == moment("2026-12-25 00:00")
