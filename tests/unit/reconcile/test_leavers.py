"""Who left Password Boss is billed until the day that a person decides on, and asked about on return."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import (
    Ahead,
    BmsReading,
    CompanyState,
    Count,
    Instructions,
    Method,
    Stop,
    Verdict,
)
from seatbridge.reconcile.planned import Outcome, Plan
from tests.unit.reconcile.worlds import ADJUSTS, ADVANCED, World, moment, one_line, row, write

DEC, JAN = date(2026, 12, 1), date(2027, 1, 1)
REPLACE = Verdict(BmsReading.APPENDS, Method.REPLACE)


def gone(**contract: Any) -> World:
    world = one_line(count=5, units=5, **contract)
    leave(world, "northwind")
    return world


def leave(world: World, ref: str) -> None:
    world.companies[ref] = world.companies[ref]._replace(state=CompanyState.LEFT)


def stopped(world: World, on: date | None, *, product: str = "", done: bool = False, **more: Any) -> Plan:
    told = Instructions(stops={("northwind", product): Stop(on, done)})
    return world.plan(instructions=told, **more)


def test_nobody_decided_so_it_is_billed_on_and_asked_about() -> None:
    line = row(gone().plan())
    assert (line.outcome, line.status) == (Outcome.HOLD, "left-password-boss")
    assert "5 units stay on the contract, $25.00 a month" in line.cause
    assert "Decide before 1 Dec 2026" in line.fix


def test_from_the_next_period_it_waits_for_that_day_and_is_written_then() -> None:
    world = gone()
    line = row(stopped(world, DEC))
    assert (line.status, line.units_before, line.units_after) == ("planned", 5, 0)
    assert (line.effective_date, line.money_delta) == (DEC, Decimal("-25.00"))
    assert "billing stops that day, as decided" in line.cause
    world.now = moment("2026-12-01 19:00")
    sent = write(stopped(world, DEC))
    assert sent is not None
    assert (sent.units_after, sent.effective_date, sent.ahead) == (0, DEC, False)


def test_where_december_is_posted_before_it_begins_the_stop_is_written_ahead() -> None:
    sent = write(stopped(gone(issue_on=IssueOn.START), DEC))
    assert sent is not None
    assert (sent.units_after, sent.effective_date, sent.ahead) == (0, DEC, True)


def test_a_bms_that_moves_todays_line_is_left_to_a_person() -> None:
    re_dates = replace(ADJUSTS, ahead=Ahead.RE_DATES)
    made = stopped(gone(issue_on=IssueOn.START), DEC, verdict=re_dates)
    assert (row(made).status, made.writes) == ("blocked:write-method", ())
    assert "from 5 to 0 units from 1 Dec 2026" in row(made).fix


def test_a_day_within_the_period_is_prorated() -> None:
    world = gone()
    sent = write(stopped(world, date(2026, 11, 16)))
    assert sent is not None
    assert sent.effective_date == date(2026, 11, 16)
    assert row(stopped(world, date(2026, 11, 16))).proration == Decimal("-12.50")


def test_replace_ends_whole_periods_only() -> None:
    world = gone()
    line = row(stopped(world, date(2026, 11, 16), verdict=REPLACE))
    assert line.effective_date == DEC
    assert "You decided on 16 Nov 2026; 1 Dec 2026 is the first day left for it" in line.cause


def test_a_day_that_was_posted_meanwhile_becomes_the_next_one_that_can_be_changed() -> None:
    world = gone()
    world.now = moment("2027-01-03 06:00")
    world.contracts[1] = world.contracts[1]._replace(end=date(2027, 12, 31))
    sent = write(stopped(world, DEC))
    assert sent is not None
    assert sent.effective_date == JAN
    assert "You decided on 1 Dec 2026" in row(stopped(world, DEC)).cause


def test_at_the_contracts_end_nothing_is_written_and_nothing_is_asked_any_more() -> None:
    world = gone()
    line = row(stopped(world, None))
    assert (line.outcome, line.status) == (Outcome.NO_CHANGE, "planned")
    assert "its contract ends on 31 Dec 2026, as decided; 5 units stay until then" in line.cause
    world.now = moment("2027-02-01 06:00")
    assert row(stopped(world, None)).status == "no-change"
    assert row(world.plan()).status == "blocked:contract-ended"


def test_units_that_nobody_knows_are_stopped_as_well() -> None:
    world = gone()
    world.known.clear()
    assert row(stopped(world, date(2026, 11, 1))).status == "planned"
    assert write(stopped(world, date(2026, 11, 1))) is not None


def test_a_product_that_fell_to_0_is_stopped_by_the_same_decision() -> None:
    world = one_line(count=0, units=5)
    assert row(world.plan()).status == "held:zero"
    line = row(stopped(world, DEC, product="standard"))
    assert (line.status, line.effective_date) == ("planned", DEC)
    assert row(stopped(world, DEC, product="advanced")).status == "held:zero"


@pytest.mark.parametrize("done", [True, False])
def test_who_comes_back_is_asked_about(done: bool) -> None:  # noqa: FBT001
    world = one_line(count=6, units=0 if done else 5)
    made = stopped(world, DEC, done=done)
    assert (row(made).status, made.writes) == ("left-password-boss", ())
    assert "Northwind is back in Password Boss with 6 users of Standard" in row(made).cause


def test_many_stops_are_not_many_lost_companies() -> None:
    world = World(now=moment("2026-12-01 19:00"))
    refs = [f"client-{number}" for number in range(1, 31)]
    for number, ref in enumerate(refs, 1):
        world.contract(number)
        world.company(ref, number, standard=5 if number > 8 else None)
        world.line(number, 5)
        if number <= 8:
            leave(world, ref)
    told = Instructions(stops={(ref, ""): Stop(DEC) for ref in refs[:8]})
    made = world.plan(instructions=told)
    assert made.run_holds == ()
    assert len(made.writes) == 8


def test_on_a_shared_line_the_others_stay() -> None:
    world = one_line(count=11, units=17)
    world.company("marine", 1, standard=6)
    leave(world, "marine")
    assert row(world.plan()).status == "left-password-boss"
    told = Instructions(stops={("marine", ""): Stop(DEC)})
    line = row(world.plan(instructions=told))
    assert (line.status, line.units_after, line.effective_date) == ("planned", 11, DEC)
    world.now = moment("2026-12-01 19:00")
    sent = write(world.plan(instructions=told))
    assert sent is not None
    assert (sent.units_after, sent.effective_date) == (11, DEC)
    # Once that is done, the line follows its own rules again.
    world.lines.clear()
    world.line(1, 11)
    world.counts["northwind", "standard"] = Count(12, world.now)
    done = Instructions(stops={("marine", ""): Stop(DEC, done=True)})
    assert row(world.plan(instructions=done)).status == "planned"


def test_both_products_of_a_company_end_together() -> None:
    world = gone()
    world.company("northwind", 1, standard=5, advanced=3)
    world.line(1, 3, ADVANCED)
    leave(world, "northwind")
    made = stopped(world, date(2026, 11, 1))
    assert {sent.key[1]: sent.units_after for sent in made.writes} == {101: 0, 102: 0}
