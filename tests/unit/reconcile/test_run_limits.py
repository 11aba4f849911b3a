"""Limits per run: everything waits, and what lets it go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from seatbridge.reconcile.facts import Approvals, CompanyState, FeedSizes, Invoiced
from seatbridge.reconcile.planned import Plan
from tests.unit.reconcile.worlds import FIRST_RUN_DONE, STANDARD, World, one_line


def many(units: int, counts: Sequence[int | None]) -> World:
    world = World()
    for number, count in enumerate(counts, start=1):
        world.contract(number)
        world.company(f"company-{number:02}", number, standard=count)
        world.line(number, units)
    return world


def assert_waits(world: World, *words: str) -> None:
    made = world.plan()
    assert made.waits_for_approval
    text = " ".join(made.run_holds)
    for word in words:
        assert word in text
    assert made.writes == ()
    assert not [line for line in made.lines if line.status == "planned"]
    approved = world.plan(approvals=replace(FIRST_RUN_DONE, run_limits=True))
    assert approved.writes
    assert not approved.waits_for_approval
    # On a later run a person's Sync Now alone does not lift the limits.
    assert world.plan(approvals=replace(FIRST_RUN_DONE, whole_run=True)).writes == ()


def assert_goes_on(world: World) -> None:
    made = world.plan()
    assert made.run_holds == ()
    assert made.writes


def test_a_net_rise_of_a_tenth_waits() -> None:
    assert_waits(many(20, [22] * 10), "10 %", "+20 units", "+$100.00 a month")
    assert_goes_on(many(20, [22] * 9 + [21]))


def test_a_net_drop_of_a_twentieth_waits() -> None:
    assert_waits(many(20, [19] * 10), "\N{MINUS SIGN}5 % net (\N{MINUS SIGN}10 units)")
    assert_goes_on(many(20, [19] * 9 + [20]))


def test_many_changes_wait_even_where_they_cancel_out() -> None:
    assert_waits(many(20, [23, 17] * 5 + [24, 16]), "of all units (38)")
    assert_goes_on(many(20, [23, 17] * 5))


def test_fewer_than_10_units_trip_nothing() -> None:
    assert_goes_on(one_line(count=20, units=14))


def test_small_steps_add_up_against_what_was_invoiced() -> None:
    world = many(21, [22] * 10)
    assert_goes_on(world)
    for number in range(1, 11):
        world.invoiced[number, STANDARD] = Invoiced(19, date(2026, 11, 1), only_line=False)
    assert_waits(world, "against the units last invoiced")


def test_without_an_invoice_steps_add_up_against_what_was_first_seen() -> None:
    world = many(21, [22] * 10)
    for number in range(1, 11):
        world.remember((number, STANDARD), first_seen_units=19)
    assert_waits(world, "net")


def test_what_the_invoices_of_the_last_posting_billed_comes_before_what_was_first_seen() -> None:
    """A line that we write ourselves needs no invoice as evidence; its base moves on all the same."""
    world = many(21, [22] * 10)
    for number in range(1, 11):
        world.remember((number, STANDARD), written_units=21, first_seen_units=12, last_invoiced=21)
    assert_goes_on(world)
    for number in range(1, 11):
        world.remember((number, STANDARD), written_units=21, first_seen_units=21, last_invoiced=19)
    assert_waits(world, "net")


def test_a_line_that_a_person_named_does_not_count_for_the_movement() -> None:
    world = one_line(count=22, units=60)
    named = replace(FIRST_RUN_DONE, lines=frozenset({("northwind", "standard")}))
    assert len(world.plan(approvals=named).writes) == 1


def test_lines_that_a_limit_holds_do_not_count_for_the_movement() -> None:
    assert_goes_on(many(100, [2, 101, 101, 101]))


@pytest.mark.parametrize(("lost", "waits"), [(5, False), (6, True)])
def test_many_companies_at_zero_wait(lost: int, *, waits: bool) -> None:
    world = many(100, [0] * lost + [101] * 30)
    assert world.plan().waits_for_approval is waits


def test_companies_that_left_or_are_missing_count_as_lost() -> None:
    world = many(100, [0, None, None, 100, 100, 100, 101])
    world.change_company("company-04", state=CompanyState.LEFT)
    world.count("company-05", "standard", stale="Absent from the feed.")
    assert not world.plan().waits_for_approval
    world.change_company("company-06", state=CompanyState.LEFT)
    assert_waits(world, "6 of 7 companies fall to zero users or are missing")


@pytest.mark.parametrize(("held", "waits"), [(8, False), (9, True)])
def test_many_held_lines_wait(held: int, *, waits: bool) -> None:
    world = many(100, [40] * held + [101] * 30)
    assert world.plan().waits_for_approval is waits


def test_first_writes_of_a_bulk_mapping_are_no_sign_of_wrong_data() -> None:
    world = many(100, [101] * 30)
    for ref in list(world.mappings)[:20]:
        world.map_again(ref, first_write_approved=False)
    made = world.plan()
    assert not made.waits_for_approval
    assert len(made.writes) == 10


def test_a_feed_that_shrank_waits_where_units_are_missing() -> None:
    world = many(100, [None, 101, 101])
    assert world.plan(feed=FeedSizes(now=97, before=100)).run_holds == ()
    (hold,) = world.plan(feed=FeedSizes(now=96, before=100)).run_holds
    assert (
        hold
        == "The newest feed names 96 companies, the one before 100; 100 units are missing, $500.00 a month."
    )
    assert many(100, [100, 101, 101]).plan(feed=FeedSizes(now=50, before=100)).run_holds == ()


def test_a_run_without_changes_waits_for_no_one() -> None:
    assert many(100, [0] * 8).plan().run_holds == ()


def first_run(made: Plan) -> None:
    assert [line.status for line in made.lines if line.product == "standard"] == ["awaiting-approval"]
    assert made.writes == ()


def test_the_first_run_is_a_preview_with_its_calendar() -> None:
    world = one_line()
    made = world.plan(approvals=Approvals())
    first_run(made)
    assert "posted on the 25th" in made.run_holds[0]
    assert "End of cycle with calendar periods" in made.run_holds[0]
    assert made.run_holds[0].endswith("1 contract differs from that.")
    assert "14 → 17 units" in made.lines[1].cause
    # Naming a line does not approve the run.
    first_run(world.plan(approvals=Approvals(lines=frozenset({("northwind", "standard")}))))


def test_a_persons_approval_lets_the_first_run_go_limits_and_all() -> None:
    world = many(20, [30] * 10)
    for ref in world.companies:
        world.change_company(ref, licenses=50)
    made = world.plan(approvals=Approvals(whole_run=True))
    assert made.run_holds == ()
    assert len(made.writes) == 10
