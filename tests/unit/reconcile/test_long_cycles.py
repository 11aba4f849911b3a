"""Quarterly and yearly contracts: rises from the 1st of the next month, drops from the next period."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import Ahead, BmsReading, Method, Pending, Verdict
from seatbridge.reconcile.rules import Rules
from tests.unit.reconcile.worlds import APPROVED, STANDARD, World, moment, row, write

RE_DATES = Verdict(BmsReading.ADJUSTS, ahead=Ahead.RE_DATES)
REPLACE = Verdict(BmsReading.APPENDS, Method.REPLACE)


def ironbridge(count: int, cycle: str = "Yearly", **more: Any) -> World:
    """25 units at $60 a year from 1 March, Start of cycle: this year's period is posted long ago."""
    world = World(rules=Rules(run_min_units=10_000))
    given: dict[str, Any] = {
        "issue_on": IssueOn.START,
        "fiscal": False,
        "start": date(2026, 3, 1),
        "end": date(2027, 2, 28),
    }
    world.contract(1, cycle, **{**given, **more})
    world.company("ironbridge", 1, standard=count)
    world.line(1, 25, unit_price=Decimal("60.00"), effective_date=world.contracts[1].start)
    world.remember((1, STANDARD), written_from=world.contracts[1].start)
    return world


def test_a_rise_inside_a_posted_year_is_prorated_from_the_1st_of_the_next_month() -> None:
    made = ironbridge(28).plan()
    line, planned = row(made, "ironbridge"), write(made)
    assert (line.effective_date, line.proration) == (date(2026, 12, 1), Decimal("44.38"))
    assert (line.money_delta, line.money_delta_period) == (Decimal("15.00"), Decimal("180.00"))
    assert planned is not None
    assert (planned.effective_date, planned.ahead, planned.canary_able) == (date(2026, 12, 1), True, False)


def test_where_the_units_are_unknown_so_is_the_proration_and_the_plan_says_that() -> None:
    world = ironbridge(28)
    world.known.pop((1, STANDARD))
    line = row(world.plan(approvals=APPROVED), "ironbridge")
    assert (line.units_before, line.effective_date, line.proration) == (None, date(2026, 12, 1), None)
    assert "BMS prorates the difference, and by how much cannot be told" in line.cause


def test_a_drop_waits_for_the_next_year() -> None:
    planned = write(ironbridge(24, end=None).plan())
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2027, 3, 1), True)


def test_a_drop_in_the_last_period_of_a_contract_has_nowhere_to_go() -> None:
    made = ironbridge(24).plan()
    assert row(made, "ironbridge").status == "blocked:contract-ended"
    assert made.writes == ()


def test_a_rise_after_the_end_of_the_contract_is_not_written() -> None:
    made = ironbridge(28, end=date(2026, 11, 30)).plan()
    assert row(made, "ironbridge").status == "blocked:contract-ended"
    assert made.writes == ()


def test_a_quarters_rise_is_prorated_inside_an_open_quarter() -> None:
    line = row(ironbridge(28, "Quarterly", issue_on=IssueOn.END, fiscal=True).plan(), "ironbridge")
    # 31 of the 92 days from 1 October to 31 December.
    assert (line.effective_date, line.proration) == (date(2026, 12, 1), Decimal("60.65"))
    assert line.money_delta == Decimal("60.00")


def test_a_rise_from_the_first_day_of_an_open_period_is_not_prorated() -> None:
    world = ironbridge(28, "Quarterly", issue_on=IssueOn.END, fiscal=True)
    line = row(world.plan(now=moment("2026-12-10 06:00")), "ironbridge")
    assert (line.effective_date, line.proration) == (date(2027, 1, 1), None)


def test_a_rise_from_the_first_day_of_a_posted_period_is_charged_in_full() -> None:
    world = ironbridge(28, "Quarterly", fiscal=True)
    line = row(world.plan(now=moment("2026-12-28 06:00")), "ironbridge")
    assert (line.effective_date, line.proration) == (date(2027, 1, 1), Decimal("180.00") - Decimal("62.00"))


def test_a_second_rise_of_the_same_year_is_written_from_a_later_month() -> None:
    world = ironbridge(28)
    world.remember((1, STANDARD), written_from=date(2026, 11, 1))
    planned = write(world.plan())
    assert planned is not None
    assert planned.effective_date == date(2026, 12, 1)


def test_a_quarters_drop_is_written_ahead_of_the_next_quarter() -> None:
    planned = write(ironbridge(24, "Quarterly", issue_on=IssueOn.END, fiscal=True).plan())
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2027, 1, 1), True)


def test_a_pending_rise_in_a_posted_year_takes_the_newer_count_down_to_todays_units() -> None:
    for count, written in ((30, True), (25, True), (24, False)):
        world = ironbridge(count)
        world.remember((1, STANDARD), pending=Pending(28, date(2026, 12, 1), units_before=25))
        planned = write(world.plan())
        assert (planned is not None) is written
        if planned is not None:
            assert (planned.effective_date, planned.units_after) == (date(2026, 12, 1), count)


def test_where_writes_ahead_move_today_a_rise_is_written_on_the_1st_itself() -> None:
    waiting = ironbridge(28).plan(verdict=RE_DATES)
    assert (row(waiting, "ironbridge").status, waiting.writes) == ("planned", ())
    assert row(waiting, "ironbridge").effective_date == date(2026, 12, 1)
    planned = write(ironbridge(28).plan(verdict=RE_DATES, now=moment("2026-12-01 06:00")))
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2026, 12, 1), False)


def test_where_writes_ahead_move_today_a_drop_is_written_once_its_quarter_has_begun() -> None:
    world = ironbridge(24, "Quarterly", issue_on=IssueOn.END, fiscal=True, end=None)
    waiting = world.plan(verdict=RE_DATES)
    assert (row(waiting, "ironbridge").effective_date, waiting.writes) == (date(2027, 1, 1), ())
    planned = write(world.plan(verdict=RE_DATES, now=moment("2027-01-04 06:00")))
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2027, 1, 1), False)


@pytest.mark.parametrize("count", [28, 24])
def test_replace_writes_a_quarter_in_its_first_month(count: int) -> None:
    world = ironbridge(count, "Quarterly", issue_on=IssueOn.END, fiscal=True, end=None)
    waiting = world.plan(verdict=REPLACE, approvals=APPROVED)
    assert (row(waiting, "ironbridge").effective_date, waiting.writes) == (date(2027, 1, 1), ())
    planned = write(world.plan(verdict=REPLACE, approvals=APPROVED, now=moment("2027-01-04 06:00")))
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2027, 1, 1), False)
    late = row(world.plan(verdict=REPLACE, approvals=APPROVED, now=moment("2027-02-04 06:00")), "ironbridge")
    assert late.effective_date == date(2027, 4, 1)


def test_replace_leaves_a_year_posted_before_it_begins_to_a_person() -> None:
    line = row(ironbridge(28).plan(verdict=REPLACE, approvals=APPROVED), "ironbridge")
    assert line.status == "blocked:write-method"
    assert line.fix == "In BMS set Contract 1 · Password Boss 101 from 25 to 28 units from 1 Dec 2026."
    open_ended = row(ironbridge(28, end=None).plan(verdict=REPLACE, approvals=APPROVED), "ironbridge")
    assert "from 1 Mar 2027" in open_ended.fix


def test_the_checklist_by_hand_names_the_day_that_adjust_would_take() -> None:
    by_hand = replace(REPLACE, chosen=Method.BY_HAND)
    line = row(ironbridge(28).plan(verdict=by_hand), "ironbridge")
    assert (line.status, line.effective_date) == ("blocked:write-method", date(2026, 12, 1))
