from datetime import date
from itertools import islice

import pytest

from bms_simulator.knobs import Knobs
from bms_simulator.periods import periods_from
from bms_simulator.posting import periods_posted_on
from bms_simulator.reading import Fields
from bms_simulator.records import Contract
from bms_simulator.world_reading import read_contract


def contract(start: str, end: str, cycle: str = "Monthly", **changes: object) -> Contract:
    values = {"id": 1, "account_id": 1, "name": "c", "start": start, "end": end, "billing_cycle": cycle}
    values |= {"fiscal": False, "posted_until": start} | changes
    return read_contract(Fields(values, "contract"), Knobs(), date.fromisoformat(start))


def starts(agreed: Contract, day: str, count: int = 3) -> list[str]:
    return [
        period.start.isoformat() for period in islice(periods_from(agreed, date.fromisoformat(day)), count)
    ]


def test_periods_from_a_month_end_clamp_to_shorter_months() -> None:
    agreed = contract("2026-01-31", "2026-12-31")
    assert starts(agreed, "2026-01-31", 4) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("cycle", "fiscal", "expected"),
    [
        ("Monthly", True, ["2026-05-01", "2026-06-01", "2026-07-01"]),
        ("Monthly", False, ["2026-04-17", "2026-05-17", "2026-06-17"]),
        ("Quarterly", True, ["2026-04-17", "2026-07-01", "2026-10-01"]),
        ("Quarterly", False, ["2026-04-17", "2026-07-17", "2026-10-17"]),
        ("Weekly", True, ["2026-05-04", "2026-05-11", "2026-05-18"]),
        ("Weekly", False, ["2026-05-01", "2026-05-08", "2026-05-15"]),
        ("yearly ", False, ["2026-04-17", "2027-04-17", "2028-04-17"]),
    ],
)
def test_periods_are_of_the_calendar_or_from_the_start(
    cycle: str, fiscal: object, expected: list[str]
) -> None:
    agreed = contract("2026-04-17", "2029-12-31", cycle, fiscal=fiscal)
    assert starts(agreed, "2026-05-07") == expected


def test_a_fiscal_year_is_the_calendar_year_cut_at_the_start_of_the_contract() -> None:
    first, second = islice(
        periods_from(contract("2026-03-01", "2027-12-31", "Yearly", fiscal=True), date(2026, 3, 1)), 2
    )
    assert (first.start, first.last_day) == (date(2026, 3, 1), date(2026, 12, 31))
    assert (second.start, second.share) == (date(2027, 1, 1), 1)


def test_the_last_period_is_cut_at_the_end_of_the_contract() -> None:
    *_, last = periods_from(contract("2026-01-01", "2026-12-15"), date(2026, 11, 1))
    assert (last.start, last.last_day) == (date(2026, 12, 1), date(2026, 12, 15))
    assert last.whole_days == 31


def test_a_cycle_that_nobody_knows_has_no_periods() -> None:
    assert starts(contract("2026-01-01", "2026-12-31", "Fortnightly"), "2026-01-01") == []


@pytest.mark.parametrize(
    ("issue_on", "start", "day", "expected"),
    [
        # The 25th posts the periods that begin before the next 25th: from 1 December and from 17 December.
        ("start", "2026-11-01", "2026-11-25", ["2026-11-01", "2026-12-01"]),
        ("start", "2026-11-17", "2026-11-25", ["2026-11-17", "2026-12-17"]),
        ("start", "2026-12-25", "2026-11-25", []),
        # A day before the 15th posts those that have begun.
        ("start", "2026-11-01", "2026-12-03", ["2026-11-01", "2026-12-01"]),
        ("start", "2026-11-04", "2026-12-03", ["2026-11-04"]),
        # End of cycle: those that ended before the day.
        ("end", "2026-11-01", "2026-12-01", ["2026-11-01"]),
        ("end", "2026-11-01", "2026-11-30", []),
        ("end", "2026-11-17", "2026-12-01", []),
        ("end", "2026-11-17", "2026-12-17", ["2026-11-17"]),
    ],
)
def test_a_posting_day_posts(issue_on: str, start: str, day: str, expected: list[str]) -> None:
    agreed = contract(start, "2027-12-31", issue_on=issue_on)
    posted = periods_posted_on(agreed, Knobs(), date.fromisoformat(day))
    assert [period.start.isoformat() for period in posted] == expected


@pytest.mark.parametrize(
    ("issue_on", "today", "posted_until"),
    [
        ("end", "2026-12-01", "2026-11-01"),
        ("end", "2026-12-02", "2026-12-01"),
        ("start", "2026-11-25", "2026-12-01"),
        ("start", "2026-11-26", "2027-01-01"),
        ("start", "2026-01-10", "2026-02-01"),
    ],
)
def test_a_world_begins_with_the_posting_days_before_its_date_behind_it(
    issue_on: str, today: str, posted_until: str
) -> None:
    values = {"id": 1, "account_id": 1, "name": "c", "start": "2026-01-01", "end": "2027-12-31"}
    agreed = read_contract(Fields(values | {"issue_on": issue_on}, "c"), Knobs(), date.fromisoformat(today))
    assert agreed.posted_until.isoformat() == posted_until


def test_posting_done_today_can_be_said_of_a_world() -> None:
    values = {"id": 1, "account_id": 1, "name": "c", "start": "2026-01-01", "end": "2027-12-31"}
    today = date(2026, 11, 25)
    assert read_contract(Fields(values, "c"), Knobs(), today, today).posted_until == date(2027, 1, 1)
