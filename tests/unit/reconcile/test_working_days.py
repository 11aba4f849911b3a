"""Three and one working days before a deadline, in the morning of who is reminded."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.reminders.working_days import ends_at, step_at, working_days_before

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("deadline", "three", "one"),
    [
        (date(2026, 12, 1), date(2026, 11, 26), date(2026, 11, 30)),  # a Tuesday, over a weekend
        (date(2026, 11, 25), date(2026, 11, 20), date(2026, 11, 24)),  # a Wednesday
        (date(2026, 11, 1), date(2026, 10, 28), date(2026, 10, 30)),  # a Sunday
        (date(2026, 11, 28), date(2026, 11, 25), date(2026, 11, 27)),  # a Saturday
        (date(2027, 1, 1), date(2026, 12, 29), date(2026, 12, 31)),
    ],
)
def test_weekends_do_not_count(deadline: date, three: date, one: date) -> None:
    assert (working_days_before(deadline, 3), working_days_before(deadline, 1)) == (three, one)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 5))
def test_it_is_a_working_day_and_the_others_lie_between(deadline: date, number: int) -> None:
    day = working_days_before(deadline, number)
    between = [day + timedelta(days=each) for each in range((deadline - day).days)]
    assert day.weekday() < 5
    assert sum(each.weekday() < 5 for each in between) == number


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ("2026-11-26 07:59", None),
        ("2026-11-26 08:00", 3),
        ("2026-11-28 12:00", 3),
        ("2026-11-30 07:59", 3),
        ("2026-11-30 08:00", 1),
        ("2026-11-30 23:59", 1),
        ("2026-12-01 00:00", None),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, BERLIN], ids=str)
def test_which_one_is_due_by_the_partners_clock(zone: ZoneInfo, now: str, step: int | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    assert step_at(date(2026, 12, 1), moment, zone) == step


def test_the_deadline_is_midnight_where_the_partner_is() -> None:
    assert ends_at(date(2026, 12, 1), BERLIN).isoformat() == "2026-12-01T00:00:00+01:00"
