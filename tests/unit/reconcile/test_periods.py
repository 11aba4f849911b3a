from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.reconcile.periods import Cycle, Period, Rhythm, add_months, cycle_of


@pytest.mark.parametrize(
    ("word", "cycle"),
    [
        ("Monthly", Cycle.MONTHLY),
        (" WEEKLY ", Cycle.WEEKLY),
        ("quarterly", Cycle.QUARTERLY),
        ("Yearly", Cycle.YEARLY),
        ("Annual", Cycle.YEARLY),
        ("Annually", Cycle.YEARLY),
        ("Biweekly", None),
        ("", None),
    ],
)
def test_billing_cycle_words_are_matched_whatever_their_case(word: str, cycle: Cycle | None) -> None:
    assert cycle_of(word) is cycle


def test_month_ends_clamp_and_come_back() -> None:
    last = date(2026, 1, 31)
    assert [add_months(last, number) for number in (1, 2, 13)] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2027, 2, 28),
    ]
    assert add_months(last, -2) == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("cycle", "fiscal", "first", "last", "days"),
    [
        (Cycle.MONTHLY, True, date(2026, 11, 1), date(2026, 11, 30), 30),
        (Cycle.QUARTERLY, True, date(2026, 10, 1), date(2026, 12, 31), 92),
        (Cycle.YEARLY, True, date(2026, 2, 17), date(2026, 12, 31), 365),
        (Cycle.WEEKLY, True, date(2026, 11, 23), date(2026, 11, 29), 7),
        (Cycle.MONTHLY, False, date(2026, 11, 17), date(2026, 12, 16), 30),
        (Cycle.QUARTERLY, False, date(2026, 11, 17), date(2027, 2, 16), 92),
        (Cycle.YEARLY, False, date(2026, 2, 17), date(2027, 2, 16), 365),
        (Cycle.WEEKLY, False, date(2026, 11, 17), date(2026, 11, 23), 7),
    ],
)
def test_the_period_around_a_monday_in_november(
    cycle: Cycle, *, fiscal: bool, first: date, last: date, days: int
) -> None:
    rhythm = Rhythm(cycle, date(2026, 2, 17), None, fiscal)
    assert rhythm.containing(date(2026, 11, 23)) == Period(first, last, days)


def test_periods_are_cut_at_the_contracts_start_and_end() -> None:
    rhythm = Rhythm(Cycle.MONTHLY, date(2026, 1, 20), date(2026, 3, 10), fiscal=True)
    assert rhythm.containing(date(2026, 1, 25)) == Period(date(2026, 1, 20), date(2026, 1, 31), 31)
    assert rhythm.containing(date(2026, 3, 1)) == Period(date(2026, 3, 1), date(2026, 3, 10), 31)
    assert rhythm.containing(date(2026, 1, 19)) is None
    assert rhythm.containing(date(2026, 3, 11)) is None
    assert rhythm.after(Period(date(2026, 3, 1), date(2026, 3, 10), 31)) is None


def test_a_contract_from_the_31st_has_a_period_in_every_month() -> None:
    rhythm = Rhythm(Cycle.MONTHLY, date(2026, 1, 31), None, fiscal=False)
    starts = []
    period = rhythm.containing(date(2026, 1, 31))
    for _ in range(4):
        assert period is not None
        starts.append(period.start)
        period = rhythm.after(period)
    assert starts == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@given(
    cycle=st.sampled_from(Cycle),
    fiscal=st.booleans(),
    start=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    days=st.integers(0, 2500),
)
def test_periods_follow_one_another_without_gap(
    cycle: Cycle, *, fiscal: bool, start: date, days: int
) -> None:
    rhythm = Rhythm(cycle, start, None, fiscal)
    day = start + timedelta(days=days)
    period = rhythm.containing(day)
    assert period is not None
    assert period.start <= day <= period.end
    following = rhythm.after(period)
    assert following is not None
    assert following.start == period.end + timedelta(days=1)
    assert rhythm.containing(period.start) == rhythm.containing(period.end) == period
