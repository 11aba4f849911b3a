"""A decision covers later plans within its band, until the next invoice run, while nothing else moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.decided import Choice, Decided, Waited, is_within
from seatbridge.reconcile.planned import Outcome, Plan
from seatbridge.reconcile.rules import Rules
from tests.unit.reconcile.worlds import ADVANCED, STANDARD, World, moment, one_line, row, write

KEY = (1, STANDARD)
RUN = date(2026, 12, 1)


def approved(world: World, *, kept: bool = True, key: tuple[int, int] = KEY) -> Decided:
    """What Alice saw of this line in a plan of this very world."""
    line = next(each for each in world.plan().lines if (each.contract_id, each.service_id) == key)
    assert line.deadline is not None
    return Decided(
        Choice.APPROVE,
        ((line.company, line.product),),
        line.deadline,
        "Alice",
        world.now.date(),
        line.status,
        line.units_after,
        line.units_before,
        line.basis,
        kept=kept,
    )


def plan_with(world: World, decided: Decided) -> Plan:
    return world.plan(decisions={KEY: decided})


def drop(count: int = 22, **contract: object) -> World:
    return one_line(count, 60, **contract)


def test_a_large_drop_waits_and_says_until_when_and_what_waiting_costs_either_way() -> None:
    line = row(drop().plan())
    assert (line.status, line.deadline) == ("held:anomaly", RUN)
    assert line.waiting == (
        "If 22 is right, waiting invoices $190.00 a month too much; "
        "if 60 is right, writing 22 invoices $190.00 a month too little."
    )


def test_a_rise_that_waits_costs_the_other_way_round() -> None:
    world = one_line(40, 14, issue_on=IssueOn.START)
    line = row(world.plan())
    assert (line.status, line.deadline) == ("held:anomaly", date(2026, 11, 25))
    assert line.waiting.startswith("If 40 is right, waiting invoices $130.00 a month too little; if 14")


def test_a_line_that_does_not_wait_costs_nothing() -> None:
    line = row(one_line(15).plan())
    assert (line.outcome, line.waiting, line.deadline) == (Outcome.CHANGE, "", RUN)


class TestUntilAPlanStoodAsApproved:
    def test_the_same_plan_is_written(self) -> None:
        made = plan_with(drop(), approved(drop(), kept=False))
        assert row(made).outcome is Outcome.CHANGE
        assert write(made) is not None

    def test_one_unit_more_refuses_the_line(self) -> None:
        made = plan_with(drop(23), approved(drop(22), kept=False))
        assert row(made).status == "blocked:changed-since-preview"
        assert row(made).cause == "The count moved from 22 to 23 since the plan was approved."
        assert made.writes == ()


@pytest.mark.parametrize(("count", "is_covered"), [(20, True), (24, True), (19, False), (25, False)])
def test_within_two_units_it_holds_on(count: int, *, is_covered: bool) -> None:
    made = plan_with(drop(count), approved(drop()))
    assert (write(made) is not None) is is_covered
    if not is_covered:
        assert row(made).status == "held:anomaly"
        assert (
            "Approved by Alice on 23 Nov 2026: 60 → 22 units, which does not cover this." in row(made).cause
        )


@pytest.mark.parametrize(("count", "is_covered"), [(180, True), (220, True), (179, False), (221, False)])
def test_within_a_tenth_it_holds_on(count: int, *, is_covered: bool) -> None:
    made = plan_with(one_line(count, 600), approved(one_line(200, 600)))
    assert (write(made) is not None) is is_covered


def price(world: World) -> None:
    world.lines[0] = world.lines[0]._replace(unit_price=Decimal("5.50"))


def contract_end(world: World) -> None:
    world.contracts[1] = world.contracts[1]._replace(end=date(2027, 6, 30))


def units(world: World) -> None:
    world.remember(KEY, written_units=59)


def account(world: World) -> None:
    world.map_again("northwind", account_id=9)


def own_rule(world: World) -> None:
    world.company_rules = {"northwind": Rules(rise_share=Decimal("0.90"))}


def rule_of_all(world: World) -> None:
    world.rules = Rules(auto_approve_under=Decimal(1000))


def licenses(world: World) -> None:
    world.change_company("northwind", licenses=5)


@pytest.mark.parametrize(
    "move", [price, contract_end, units, account, own_rule, licenses], ids=lambda move: move.__name__
)
def test_whatever_else_moves_ends_it(move: Callable[[World], None]) -> None:
    now = drop()
    move(now)
    made = plan_with(now, approved(drop()))
    assert row(made).outcome is not Outcome.CHANGE
    assert made.writes == ()


def test_a_rule_that_lets_it_go_asks_nobody() -> None:
    now = drop()
    rule_of_all(now)
    assert write(plan_with(now, approved(drop()))) is not None


def test_our_own_write_ends_nothing() -> None:
    """1,000 → 900 was approved and is written; $275 a month less is held again, and within a tenth of 900."""
    decided = approved(one_line(900, 1000))
    written = one_line(845, 900)
    written.verdict = replace(written.verdict, rewrites_are_clean=True)
    written.remember(KEY, written_from=date(2026, 11, 1))
    assert row(written.plan()).status == "held:anomaly"
    assert row(plan_with(written, decided)).outcome is Outcome.CHANGE


def test_a_person_who_edits_our_write_ends_it() -> None:
    decided = approved(one_line(900, 1000))
    written = one_line(845, 900)
    written.verdict = replace(written.verdict, rewrites_are_clean=True)
    written.lines[0] = written.lines[0]._replace(units=901)
    assert row(plan_with(written, decided)).outcome is not Outcome.CHANGE


def test_a_real_zero_is_covered_by_no_approval() -> None:
    made = plan_with(one_line(0, 14), approved(one_line(2, 14)))
    assert row(made).status == "held:zero"


@given(approved_count=st.integers(1, 400), count=st.integers(0, 500), days=st.integers(0, 70))
def test_it_never_covers_a_count_outside_its_band_and_never_outlives_its_run(
    approved_count: int, count: int, days: int
) -> None:
    decided = approved(one_line(approved_count, 1000))
    now = one_line(count, 1000)
    now.now += timedelta(days=days)
    world_without = now.plan()
    made = plan_with(now, decided)
    if write(made) is not None and write(world_without) is None:
        assert is_within(count, approved_count)
        assert now.now.date() < RUN


class TestLeftAsItIs:
    def left(self, world: World) -> Decided:
        return approved(world)._replace(choice=Choice.LEAVE)

    @pytest.mark.parametrize("count", [22, 15, 59, 80])
    def test_it_stays_whatever_the_count_does(self, count: int) -> None:
        made = plan_with(drop(count), self.left(drop()))
        assert (row(made).outcome, row(made).status) == (Outcome.SKIPPED, "skipped:excluded")
        words = f"Kept at 60 by Alice until you post on 1 Dec 2026; the count asks for {count}"
        assert row(made).cause.startswith(words)
        assert made.writes == ()

    def test_it_ends_with_the_invoice_run(self) -> None:
        now = drop()
        now.now = moment("2026-12-02 06:00")
        assert row(plan_with(now, self.left(drop()))).status == "held:anomaly"

    def test_it_lasts_through_the_posting_day(self) -> None:
        now = drop()
        now.now = moment("2026-12-01 06:00")
        assert row(plan_with(now, self.left(drop()))).status == "skipped:excluded"

    def test_a_line_that_agrees_again_is_up_to_date(self) -> None:
        assert row(plan_with(drop(60), self.left(drop()))).status == "no-change"

    def test_another_contract_is_another_line(self) -> None:
        now = drop()
        now.contract(2)
        now.line(2, 60)
        now.map_again("northwind", account_id=2, contract_id=2)
        assert row(plan_with(now, self.left(drop()))).status == "held:anomaly"


class TestAChangeOfPlan:
    def world(self, standard: int = 0, advanced: int = 38) -> World:
        world = World()
        world.contract(1)
        world.company("northwind", 1, standard=standard, advanced=advanced)
        world.line(1, 38, STANDARD)
        world.line(1, 0, ADVANCED)
        return world

    def decisions(self) -> dict[tuple[int, int], Decided]:
        return {key: approved(self.world(), key=key) for key in ((1, STANDARD), (1, ADVANCED))}

    def test_waiting_costs_what_both_sides_make_together(self) -> None:
        made = self.world().plan()
        said = (
            "If the new plan is right, waiting invoices $95.00 a month too little; "
            "if the former one is, writing invoices $95.00 a month too much."
        )
        assert {line.waiting for line in made.lines} == {said}

    def test_both_sides_are_covered(self) -> None:
        made = self.world(0, 37).plan(decisions=self.decisions())
        assert {each.units_after for each in made.writes} == {0, 37}

    def test_one_side_alone_is_not(self) -> None:
        decisions = self.decisions()
        del decisions[1, ADVANCED]
        made = self.world().plan(decisions=decisions)
        assert made.writes == ()
        assert row(made).status == "held:plan-change"

    def test_a_side_that_came_back_takes_the_other_with_it(self) -> None:
        """Both products counted at once is no change of plan, so nobody approved it."""
        made = self.world(38, 38).plan(decisions=self.decisions())
        assert made.writes == ()
        assert row(made, product="advanced").status == "held:anomaly"


def test_an_approved_movement_does_not_hold_later_runs() -> None:
    """12 % more at one company was approved and written; the next new user anywhere needs nobody."""
    world = World()
    for number, (ref, count, stands) in enumerate((("northwind", 130, 130), ("contoso", 21, 20)), start=1):
        world.contract(number)
        world.company(ref, number, standard=count)
        world.line(number, stands)
    world.remember((1, STANDARD), first_seen_units=100)
    assert world.plan().waits_for_approval
    then = replace(world, lines=list(world.lines), known=dict(world.known))
    then.remember((1, STANDARD), written_units=100)
    decided = approved(then)._replace(units=130, units_before=100)
    made = world.plan(decisions={KEY: decided})
    assert not made.waits_for_approval
    assert write(made, 2) is not None


def test_a_line_that_nobody_decided_on_missed_its_run() -> None:
    world = drop()
    world.now = moment("2026-12-02 06:00")
    made = world.plan(waited={KEY: Waited(RUN)})
    assert "Missed the run of 1 Dec 2026: nobody had decided, so 60 units stayed" in row(made).cause
    assert row(made).deadline == date(2027, 1, 1)


def test_a_line_that_waits_has_missed_nothing_before_its_deadline() -> None:
    assert "Missed" not in row(drop().plan(waited={KEY: Waited(RUN)})).cause
