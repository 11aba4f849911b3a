"""One product rises while another of the same company falls to zero or goes missing: both or neither."""

from dataclasses import replace
from datetime import date

import pytest

from seatbridge.reconcile.facts import Count
from seatbridge.reconcile.planned import Outcome, Plan
from tests.unit.reconcile.worlds import ADVANCED, APPROVED, FIRST_RUN_DONE, World, row


def granite(standard: int | None = 0, advanced: int = 38, *, had: tuple[int, int] = (38, 0)) -> World:
    world = World()
    world.contract(1)
    world.company("granite", 1, licenses=40, standard=standard, advanced=advanced)
    world.line(1, had[0])
    world.line(1, had[1], ADVANCED)
    return world


def statuses(made: Plan) -> set[str]:
    return {row(made, "granite", product).status for product in ("standard", "advanced")}


def test_a_move_between_products_is_one_decision() -> None:
    made = granite().plan()
    line = row(made, "granite")
    assert (line.outcome, statuses(made)) == (Outcome.HOLD, {"held:plan-change"})
    assert line.cause == "Granite changes its plan: advanced 0 → 38, standard 38 → 0, +$95.00 a month."
    assert made.writes == ()
    assert granite().plan(approvals=APPROVED).writes == ()


@pytest.mark.parametrize("product", ["standard", "advanced"])
def test_naming_either_product_releases_both(product: str) -> None:
    named = replace(FIRST_RUN_DONE, lines=frozenset({("granite", product)}))
    made = granite().plan(approvals=named)
    assert {write.key[1]: write.units_after for write in made.writes} == {101: 0, 102: 38}


def test_a_small_rise_beside_a_zero_is_held_too() -> None:
    assert statuses(granite(advanced=6, had=(38, 5)).plan()) == {"held:plan-change"}


def test_a_product_that_goes_missing_holds_its_rising_sister() -> None:
    world = granite(standard=None)
    named = replace(FIRST_RUN_DONE, lines=frozenset({("granite", "advanced")}))
    assert statuses(world.plan()) == {"held:plan-change"}
    assert "38 → missing" in row(world.plan(), "granite").cause
    assert statuses(world.plan(approvals=named)) == {"held:plan-change"}
    assert world.plan(approvals=named).writes == ()


def test_a_side_that_cannot_be_written_keeps_the_other_back() -> None:
    world = granite()
    world.lines[1] = world.lines[1]._replace(effective_date=date(2027, 2, 1))
    named = replace(FIRST_RUN_DONE, lines=frozenset({("granite", "advanced")}))
    made = world.plan(approvals=named)
    assert row(made, "granite", "advanced").status == "blocked:contract-ended"
    assert row(made, "granite", "standard").status == "held:plan-change"
    assert made.writes == ()


def test_a_zero_beside_a_line_that_is_missing_stays_a_zero() -> None:
    world = granite()
    world.lines.pop()
    made = world.plan(approvals=replace(FIRST_RUN_DONE, lines=frozenset({("granite", "standard")})))
    assert row(made, "granite", "advanced").status == "blocked:line-missing"
    assert row(made, "granite", "standard").status == "held:zero"


def test_two_products_that_rise_and_fall_without_reaching_zero_are_two_changes() -> None:
    assert statuses(granite(standard=37, advanced=3, had=(38, 2)).plan()) == {"planned"}


def test_products_of_different_companies_are_no_plan_change() -> None:
    world = granite(advanced=0)
    world.contract(2)
    world.company("contoso", 2, advanced=9)
    world.line(2, 8, ADVANCED)
    made = world.plan()
    assert row(made, "granite").status == "held:zero"
    assert row(made, "contoso", "advanced").status == "planned"


def test_a_product_that_always_stood_at_0_did_not_go_missing() -> None:
    world = granite(standard=None, advanced=9, had=(0, 8))
    world.counts["granite", "standard"] = Count(None, None)
    made = world.plan()
    assert row(made, "granite", "standard").status == "no-change"
    assert row(made, "granite", "advanced").status == "planned"
