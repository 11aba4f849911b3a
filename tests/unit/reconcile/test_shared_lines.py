"""Companies and products that share one line add up; what one of them waits for, all wait for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from seatbridge.reconcile.facts import CompanyState, Count
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.summary import once_per_key, summarize
from tests.unit.reconcile.worlds import FIRST_RUN_DONE, STANDARD, World, row, write


def hollis(holdings: int | None = 11, marine: int | None = 6, units: int = 16) -> World:
    world = World()
    world.contract(1)
    world.company("hollis holdings", 1, standard=holdings)
    world.company("hollis marine", 1, standard=marine)
    world.line(1, units)
    return world


def test_counts_add_up_and_the_explanation_names_them() -> None:
    made = hollis().plan()
    planned = write(made)
    assert planned is not None
    assert (planned.units_before, planned.units_after) == (16, 17)
    assert planned.members == (("hollis holdings", "standard"), ("hollis marine", "standard"))
    for company in ("hollis holdings", "hollis marine"):
        line = row(made, company)
        assert line.explanation == "11 (Hollis Holdings) + 6 (Hollis Marine) = 17 users = 17 units"
        assert (line.units_before, line.units_after, line.money_delta) == (16, 17, Decimal("5.00"))


def test_sums_count_a_shared_line_once() -> None:
    lines = hollis().plan().lines
    assert len([line for line in lines if line.outcome is Outcome.CHANGE]) == 2
    assert summarize(lines).lines[Outcome.CHANGE] == 1
    assert summarize(lines).money_delta == Decimal("5.00")
    assert len(list(once_per_key(lines))) == len(lines) - 2  # standard and advanced, each shared by two


def test_a_company_without_a_count_stops_the_line_that_it_shares() -> None:
    made = hollis(marine=None).plan()
    assert {row(made, company).status for company in ("hollis holdings", "hollis marine")} == {"stale-source"}
    assert "Hollis Marine" in row(made, "hollis holdings").cause
    assert made.writes == ()


def test_a_stale_count_stops_the_line_that_it_shares() -> None:
    world = hollis()
    world.count("hollis marine", "standard", stale="Absent from the feed of 22 Nov 2026.")
    line = row(world.plan(), "hollis holdings")
    assert line.status == "stale-source"
    assert line.cause.startswith("Hollis Marine: Absent from the feed")


def test_a_leaver_holds_the_line_that_it_shares() -> None:
    world = hollis()
    world.change_company("hollis marine", state=CompanyState.LEFT)
    line = row(world.plan(), "hollis holdings")
    assert (line.outcome, line.status) == (Outcome.HOLD, "left-password-boss")
    assert "Hollis Marine" in line.cause


def test_a_wrong_account_of_one_stops_both() -> None:
    world = hollis()
    world.map_again("hollis marine", account_id=9)
    assert row(world.plan(), "hollis holdings").status == "blocked:account-mismatch"


def test_one_company_at_zero_is_a_plain_drop_of_the_sum() -> None:
    made = hollis(marine=0, units=12).plan()
    assert row(made, "hollis marine").status == "planned"
    assert (
        row(made, "hollis marine").explanation
        == "11 (Hollis Holdings) + 0 (Hollis Marine) = 11 users = 11 units"
    )


@pytest.mark.parametrize("named", ["hollis holdings", "hollis marine"])
def test_naming_either_company_releases_the_shared_line(named: str) -> None:
    world = hollis(units=60)
    assert row(world.plan(), "hollis holdings").status == "held:anomaly"
    approvals = replace(FIRST_RUN_DONE, lines=frozenset({(named, "standard")}))
    assert write(world.plan(approvals=approvals)) is not None


def two_products(advanced: Count | None) -> World:
    world = World()
    world.contract(1)
    world.company("northwind", 1, standard=11)
    if advanced is not None:
        world.counts["northwind", "advanced"] = advanced
    world.line(1, 12)
    return world


def test_two_products_on_one_service_add_up() -> None:
    made = two_products(Count(3, None)).plan(product_mappings={"standard": STANDARD, "advanced": STANDARD})
    assert row(made).explanation == "3 (Northwind, Advanced) + 11 (Northwind, Standard) = 14 users = 14 units"
    assert [planned.units_after for planned in made.writes] == [14]


def test_a_product_that_was_never_counted_adds_nothing_to_its_sister() -> None:
    made = two_products(None).plan(product_mappings={"standard": STANDARD, "advanced": STANDARD})
    assert row(made).explanation == "11 users = 11 units"
    assert [planned.units_after for planned in made.writes] == [11]


def test_a_product_whose_count_went_missing_stops_its_sister() -> None:
    world = two_products(Count(None, None, stale="Absent from the feed."))
    made = world.plan(product_mappings={"standard": STANDARD, "advanced": STANDARD})
    assert row(made).status == "stale-source"
    assert made.writes == ()
