"""Between preview and approval any movement refuses the line, says what moved, and lets the others go on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from seatbridge.reconcile.basis import Basis
from seatbridge.reconcile.facts import Approvals
from seatbridge.reconcile.planned import Outcome, Plan
from tests.unit.reconcile.worlds import STANDARD, World, row, write


def world() -> World:
    made = World()
    for number, ref in enumerate(("northwind", "contoso"), start=1):
        made.contract(number)
        made.company(ref, number, standard=17)
        made.line(number, 14)
    return made


def bases(made: Plan) -> dict[tuple[str, str], Basis]:
    return {(line.company, line.product): line.basis for line in made.lines}


def approved(previewed: World, now: World) -> Plan:
    preview = previewed.plan(approvals=Approvals())
    return now.plan(approvals=Approvals(whole_run=True, run_limits=True, bases=bases(preview)))


def test_what_stands_as_previewed_is_written() -> None:
    made = approved(world(), world())
    assert {planned.key[0] for planned in made.writes} == {1, 2}


def count(moved: World) -> None:
    moved.count("northwind", "standard", value=18)


def price(moved: World) -> None:
    moved.lines[0] = moved.lines[0]._replace(unit_price=Decimal("5.50"))


def units(moved: World) -> None:
    moved.remember((1, STANDARD), written_units=15)


def contract(moved: World) -> None:
    moved.contracts[1] = moved.contracts[1]._replace(end=date(2027, 6, 30))


def calendar(moved: World) -> None:
    terms = {**moved.calendar.contracts, 1: replace(moved.calendar.contracts[1], fiscal=False)}
    moved.calendar = replace(moved.calendar, contracts=terms)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (count, "The count moved from 17 to 18 since"),
        (price, "The price in BMS moved from 5.00 to 5.50 since"),
        (units, "The units on the contract moved from 14 to 15 since"),
        (contract, "The contract's end moved from 31 Dec 2026 to 30 Jun 2027 since"),
        (
            calendar,
            "The billing calendar moved from end of cycle, fiscal to end of cycle, from its start since",
        ),
    ],
)
def test_a_line_that_moved_is_refused_and_the_other_goes_on(move: Callable[[World], None], said: str) -> None:
    now = world()
    move(now)
    made = approved(world(), now)
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.BLOCKED, "blocked:changed-since-preview")
    assert line.cause.startswith(said)
    assert [planned.key[0] for planned in made.writes] == [2]


def test_the_contracts_total_and_the_accounts_name_move_nothing() -> None:
    now = world()
    now.move_total(1, "12.50")
    now.contracts[1] = now.contracts[1]._replace(account_name="Northwind Freight & Logistics")
    assert write(approved(world(), now), 1) is not None


def test_a_line_that_was_not_previewed_waits() -> None:
    previewed = world()
    del previewed.companies["contoso"]
    made = approved(previewed, world())
    assert (row(made, "contoso").outcome, row(made, "contoso").status) == (Outcome.HOLD, "awaiting-approval")
    assert [planned.key[0] for planned in made.writes] == [1]


def test_one_member_that_moved_refuses_the_line_that_it_shares() -> None:
    def shared(marine: int) -> World:
        made = World()
        made.contract(1)
        made.company("hollis holdings", 1, standard=11)
        made.company("hollis marine", 1, standard=marine)
        made.line(1, 16)
        return made

    made = approved(shared(6), shared(7))
    assert {line.status for line in made.lines if line.product == "standard"} == {
        "blocked:changed-since-preview"
    }
    assert made.writes == ()


def test_a_line_that_was_skipped_in_the_preview_has_moved_altogether() -> None:
    previewed = world()
    previewed.map_again("northwind", excluded="pro bono")
    line = row(approved(previewed, world()))
    assert line.status == "blocked:changed-since-preview"
    assert line.cause.startswith("The mapping moved")
