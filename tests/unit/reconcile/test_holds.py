"""Limits per line: what waits for a person, and what releases it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.facts import CompanyState
from seatbridge.reconcile.planned import Outcome, Plan
from seatbridge.reconcile.rules import Rules
from tests.unit.reconcile.worlds import APPROVED, FIRST_RUN_DONE, STANDARD, World, one_line, row, write

BY_NAME = replace(FIRST_RUN_DONE, lines=frozenset({("northwind", "standard")}))
KEY = (1, STANDARD)
PER_LINE_ONLY = Rules(run_min_units=10_000)


def alone(count: int, units: int, **contract: Any) -> World:
    """One line, judged by its own limits and not by the run's."""
    world = one_line(count, units, **contract)
    world.rules = PER_LINE_ONLY
    return world


def assert_held(made: Plan, status: str, *words: str) -> None:
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.HOLD, status)
    assert line.fix
    for word in words:
        assert word in line.cause
    assert made.writes == ()


def assert_released_only_by_name(world: World, status: str) -> None:
    assert_held(world.plan(approvals=APPROVED), status)
    assert write(world.plan(approvals=BY_NAME)) is not None


def assert_released_only_by_the_whole_run(world: World, status: str) -> None:
    assert_held(world.plan(approvals=BY_NAME), status)
    assert write(world.plan(approvals=APPROVED)) is not None


@pytest.mark.parametrize(
    ("before", "count", "status"),
    [
        (6, 3, "held:anomaly"),  # 50 % and 3 units
        (4, 2, "planned"),  # 50 %, but 2 units
        (7, 4, "planned"),  # 3 units, but 43 %
        (40, 30, "held:anomaly"),  # 25 % and 10 units
        (41, 31, "planned"),  # 10 units, but 24 %
        (36, 27, "planned"),  # 25 %, but 9 units
    ],
)
def test_a_large_drop_waits(before: int, count: int, status: str) -> None:
    assert row(alone(count, before).plan()).status == status


def test_a_large_drop_is_released_by_name_alone() -> None:
    world = alone(22, 60)
    assert_held(world.plan(), "held:anomaly", "60 → 22 units", "63 %", "190.00 a month")
    assert "Decide before 1 Dec 2026." in row(world.plan()).fix
    assert_released_only_by_name(world, "held:anomaly")


def test_a_drop_of_much_money_waits_whatever_its_share() -> None:
    assert_held(alone(449, 500).plan(), "held:anomaly", "255.00 a month")
    assert row(alone(450, 500).plan()).status == "planned"


def test_money_is_compared_per_month() -> None:
    assert row(alone(449, 500, cycle="Yearly", end=None).plan()).status == "planned"


@pytest.mark.parametrize(
    ("before", "count", "status"),
    [(20, 30, "held:anomaly"), (20, 29, "planned"), (21, 31, "planned"), (0, 10, "held:anomaly")],
)
def test_a_large_rise_waits_where_licenses_are_unknown(before: int, count: int, status: str) -> None:
    assert row(alone(count, before).plan()).status == status


def test_a_large_rise_of_a_new_or_licensed_company_goes_on() -> None:
    world = alone(30, 20)
    world.change_company("northwind", known_since=date(2026, 8, 25))
    assert row(world.plan()).status == "planned"
    world.change_company("northwind", known_since=None)
    assert row(world.plan()).status == "planned"
    world.change_company("northwind", known_since=date(2025, 1, 1), licenses=30)
    assert row(world.plan()).status == "planned"
    world.change_company("northwind", licenses=None)
    assert_released_only_by_name(world, "held:anomaly")


def test_more_users_than_licenses_is_wrong_data() -> None:
    world = one_line(count=15, units=14)
    world.change_company("northwind", licenses=14)
    assert_held(world.plan(), "held:anomaly", "15 users", "14 licenses")
    assert_released_only_by_name(world, "held:anomaly")


def test_licenses_cover_all_products_of_a_company_together() -> None:
    world = one_line(count=15, units=14)
    world.company("northwind", 1, licenses=20, standard=15, advanced=6)
    assert row(world.plan()).status == "held:anomaly"


def test_a_real_zero_waits_and_no_approval_writes_it() -> None:
    world = one_line(count=0)
    both = replace(BY_NAME, whole_run=True, run_limits=True)
    assert_held(world.plan(), "held:zero", "14 → 0")
    assert_held(world.plan(approvals=both), "held:zero")


def test_a_zero_on_a_line_of_0_units_is_no_change() -> None:
    assert row(one_line(count=0, units=0).plan()).status == "no-change"


@pytest.mark.parametrize("state", [CompanyState.LEFT, CompanyState.INACTIVE])
def test_a_leaver_waits_and_no_approval_writes_it(state: CompanyState) -> None:
    world = one_line(count=None)
    world.change_company("northwind", state=state)
    both = replace(BY_NAME, whole_run=True, run_limits=True)
    assert_held(world.plan(), "left-password-boss", "14 units stay on the contract, $70.00 a month")
    assert_held(world.plan(approvals=both), "left-password-boss")


def test_a_company_without_licenses_has_left() -> None:
    world = one_line(count=14)
    world.change_company("northwind", licenses=0)
    assert_held(world.plan(), "left-password-boss", "no licenses")


def test_a_leaver_whose_line_stands_at_0_is_no_change() -> None:
    world = one_line(count=None, units=0)
    world.change_company("northwind", state=CompanyState.LEFT)
    assert row(world.plan()).status == "no-change"


def test_missing_is_not_zero() -> None:
    made = one_line(count=None).plan()
    line = row(made)
    assert (line.outcome, line.status, line.units_after) == (Outcome.BLOCKED, "stale-source", None)
    assert "not a zero" in line.cause
    assert made.writes == ()


def test_a_stale_count_is_not_written() -> None:
    world = one_line(count=17)
    world.count("northwind", "standard", stale="The file is 40 days old.")
    line = row(world.plan(approvals=replace(BY_NAME, whole_run=True)))
    assert (line.status, line.units_after) == ("stale-source", None)
    assert "The file is 40 days old." in line.cause


def test_a_hand_edit_that_is_read_waits_with_both_numbers() -> None:
    world = one_line(count=17, units=17)
    world.lines[0] = world.lines[0]._replace(units=20)
    line = row(world.plan())
    assert_held(world.plan(), "held:edited-in-bms", "20 units, we wrote 17")
    assert (line.units_before, line.units_after) == (20, 17)
    assert_released_only_by_name(world, "held:edited-in-bms")


def test_a_hand_edit_is_known_from_the_total_of_a_contract_with_one_line() -> None:
    world = one_line(count=17, units=17)
    world.remember(KEY, alone=True)
    world.move_total(1, "15.00")
    assert_held(world.plan(), "held:edited-in-bms", "20 units stand in BMS, we wrote 17", "+$15.00")


def test_a_hand_edit_to_the_count_itself_needs_no_decision() -> None:
    world = one_line(count=20, units=17)
    world.lines[0] = world.lines[0]._replace(units=20)
    assert row(world.plan()).status == "no-change"


def test_unknown_units_wait_for_the_whole_run() -> None:
    world = one_line(count=17)
    world.known.clear()
    assert_held(world.plan(), "current-units-unknown")
    assert row(world.plan()).money_delta is None
    assert_released_only_by_the_whole_run(world, "current-units-unknown")


@pytest.mark.parametrize(
    ("confirmed", "status"),
    [
        ({"standard": 17}, "planned"),
        ({"standard": 15}, "planned"),  # still about what was seen
        ({"standard": 30}, "current-units-unknown"),
        ({"advanced": 17}, "current-units-unknown"),
    ],
)
def test_unknown_units_wait_no_more_once_the_first_write_was_seen(
    confirmed: dict[str, int], status: str
) -> None:
    world = one_line(count=17)
    world.known.clear()
    world.map_again("northwind", first_units=tuple(confirmed.items()))
    assert row(world.plan()).status == status


def test_what_was_seen_of_a_first_write_says_nothing_of_a_line_that_was_written_since() -> None:
    world = one_line(count=17)
    world.map_again("northwind", first_units=(("standard", 17),))
    world.known = {key: known._replace(line_id=99) for key, known in world.known.items()}
    assert_held(world.plan(), "current-units-unknown")


def test_a_mapping_that_no_one_looked_at_waits_for_the_whole_run() -> None:
    world = one_line()
    world.map_again("northwind", first_write_approved=False)
    assert_held(world.plan(), "held:first-write", "14 → 17")
    assert_released_only_by_the_whole_run(world, "held:first-write")


def test_a_held_line_does_not_hold_the_others() -> None:
    world = one_line(count=2, units=60)
    world.contract(2)
    world.company("contoso", 2, standard=9)
    world.line(2, 8)
    made = world.plan()
    assert row(made).status == "held:anomaly"
    assert write(made, 2) is not None
    assert row(made, "contoso").money_delta == Decimal("5.00")
