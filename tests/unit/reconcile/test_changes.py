"""The plain path: counts that changed, and counts that did not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import Ahead, BmsReading, Count, Evidence, Method, Pending, Verdict
from seatbridge.reconcile.planned import Outcome
from tests.unit.reconcile.worlds import (
    ADVANCED,
    FIRST_RUN_DONE,
    STANDARD,
    World,
    moment,
    one_line,
    row,
    write,
)


def test_an_equal_count_changes_nothing() -> None:
    made = one_line(count=14).plan()
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.NO_CHANGE, "no-change")
    assert line.explanation == "14 users = 14 units"
    assert (line.money_delta, line.effective_date) == (Decimal(0), None)
    assert made.writes == ()
    assert not made.waits_for_approval


def test_a_rise_is_written_from_the_first_day_of_the_open_period() -> None:
    made = one_line(count=17).plan()
    line, planned = row(made), write(made)
    assert (line.outcome, line.status) == (Outcome.CHANGE, "planned")
    assert (line.units_before, line.units_after, line.unit_price) == (14, 17, Decimal("5.00"))
    assert (line.money_delta, line.money_delta_period) == (Decimal("15.00"), Decimal("15.00"))
    assert line.effective_date == date(2026, 11, 1)
    assert line.cause == "14 → 17 units, +$15.00 a month from 1 Nov 2026."
    assert line.proration is None
    assert planned is not None
    assert (planned.units_before, planned.units_after, planned.ahead) == (14, 17, False)
    assert (planned.method, planned.evidence) == (Method.ADJUST, Evidence.WRITTEN)
    assert planned.members == (("northwind", "standard"),)
    assert planned.stake == Decimal("85.00")


def test_a_drop_is_written_from_the_same_day_as_a_rise() -> None:
    line = row(one_line(count=13).plan())
    assert (line.status, line.effective_date) == ("planned", date(2026, 11, 1))
    assert line.money_delta == Decimal("-5.00")
    assert "\N{MINUS SIGN}$5.00 a month" in line.cause


def test_a_contract_posted_before_its_period_begins_is_written_ahead() -> None:
    made = one_line(issue_on=IssueOn.START).plan()
    planned = write(made)
    assert planned is not None
    assert (planned.effective_date, planned.ahead) == (date(2026, 12, 1), True)
    assert not planned.canary_able


def test_a_contract_posted_after_its_period_begins_waits_for_that_day() -> None:
    world = one_line(issue_on=IssueOn.START)
    early = replace(world.calendar, start_posts_on=5)
    made = world.plan(calendar=early)
    assert row(made).effective_date == date(2026, 12, 1)
    assert row(made).status == "planned"
    assert made.writes == ()
    written = write(world.plan(calendar=early, now=moment("2026-12-01 06:00")))
    assert written is not None
    assert (written.effective_date, written.ahead) == (date(2026, 12, 1), False)


def test_a_bms_that_moves_todays_line_is_never_written_ahead() -> None:
    world = one_line(issue_on=IssueOn.START)
    line = row(world.plan(verdict=Verdict(BmsReading.ADJUSTS, ahead=Ahead.RE_DATES)))
    assert line.status == "blocked:write-method"
    assert line.fix == "In BMS set Contract 1 · Password Boss 101 from 14 to 17 units from 1 Dec 2026."


def test_a_line_that_began_inside_the_period_keeps_its_own_start() -> None:
    world = World()
    world.contract(1)
    world.company("northwind", 1, standard=15)
    world.line(1, 14, effective_date=date(2026, 11, 10))
    assert row(world.plan()).effective_date == date(2026, 11, 10)


def test_a_contract_that_began_inside_the_period_is_not_written_before_its_start() -> None:
    world = one_line(start=date(2026, 11, 9))
    world.lines[0] = world.lines[0]._replace(effective_date=date(2026, 11, 5))
    world.remember((1, STANDARD), written_from=None)
    assert row(world.plan()).effective_date == date(2026, 11, 9)


def test_a_line_is_written_once_a_period() -> None:
    world = one_line()
    world.remember((1, STANDARD), written_from=date(2026, 11, 1))
    made = world.plan()
    assert (row(made).status, row(made).effective_date) == ("planned", date(2026, 12, 1))
    assert made.writes == ()


def test_a_line_is_written_again_where_rewriting_is_known_to_be_clean() -> None:
    world = one_line()
    world.remember((1, STANDARD), written_from=date(2026, 11, 1))
    planned = write(world.plan(verdict=Verdict(BmsReading.ADJUSTS, rewrites_are_clean=True)))
    assert planned is not None
    assert planned.effective_date == date(2026, 11, 1)


def test_nothing_is_written_on_the_posting_day_until_posting_is_done() -> None:
    world = one_line()
    made = world.plan(now=moment("2026-12-01 08:00"))
    assert row(made).status == "planned"
    assert "nothing is written before 18:00 unless posting is recorded as done" in row(made).cause
    assert made.writes == ()
    done = replace(world.calendar, posted_on=frozenset({date(2026, 12, 1)}))
    planned = write(world.plan(now=moment("2026-12-01 08:00"), calendar=done))
    assert planned is not None
    assert planned.effective_date == date(2026, 12, 1)


def pending_world(count: int, *, unknown: bool = False) -> World:
    world = one_line(count=count, issue_on=IssueOn.START)
    world.remember((1, STANDARD), pending=Pending(17, date(2026, 12, 1), outcome_unknown=unknown))
    return world


def test_a_write_dated_ahead_is_scheduled_until_its_day() -> None:
    made = pending_world(17).plan()
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.NO_CHANGE, "scheduled")
    assert (line.units_before, line.units_after, line.effective_date) == (14, 17, date(2026, 12, 1))
    assert made.writes == ()


def test_a_newer_count_is_written_at_the_pending_date_too() -> None:
    planned = write(pending_world(18).plan())
    assert planned is not None
    assert (planned.units_before, planned.units_after) == (14, 18)
    assert (planned.effective_date, planned.ahead) == (date(2026, 12, 1), True)


def test_a_count_that_falls_back_is_written_over_the_pending_one() -> None:
    planned = write(pending_world(14).plan())
    assert planned is not None
    assert (planned.units_after, planned.effective_date) == (14, date(2026, 12, 1))


def test_a_newer_count_waits_once_the_pending_period_is_posted() -> None:
    made = pending_world(18).plan(now=moment("2026-11-26 06:00"))
    assert (row(made).status, row(made).effective_date) == ("planned", date(2026, 12, 1))
    assert made.writes == ()


def test_a_lost_write_dated_ahead_is_not_sent_again() -> None:
    made = pending_world(18, unknown=True).plan()
    assert (row(made).outcome, row(made).status) == (Outcome.BLOCKED, "outcome-unknown")
    assert made.writes == ()


def test_a_lost_write_that_the_count_agrees_with_stays_unknown() -> None:
    assert row(pending_world(17, unknown=True).plan()).status == "outcome-unknown"


def test_a_missing_count_beside_a_lost_write_is_still_missing() -> None:
    world = pending_world(17, unknown=True)
    world.count("northwind", "standard", value=None)
    assert row(world.plan()).status == "stale-source"


def test_a_zero_beside_a_pending_write_waits_like_any_zero() -> None:
    world = one_line(count=0, units=0, issue_on=IssueOn.START)
    world.remember((1, STANDARD), pending=Pending(17, date(2026, 12, 1)))
    assert row(world.plan()).status == "held:zero"


def test_a_lost_write_is_sent_again_by_name() -> None:
    world = pending_world(17, unknown=True)
    world.approvals = replace(FIRST_RUN_DONE, lines=frozenset({("northwind", "standard")}))
    planned = write(world.plan())
    assert planned is not None
    assert (planned.units_after, planned.effective_date) == (17, date(2026, 12, 1))


def test_a_warning_on_the_count_is_shown_on_the_line() -> None:
    world = one_line(count=14)
    world.count("northwind", "standard", warning="The roster says 15.", detail="12 active, 2 invited")
    line = row(world.plan())
    assert (line.status, line.cause) == ("no-change", "The roster says 15.")
    assert line.explanation == "14 users (12 active, 2 invited) = 14 units"


def test_a_product_without_users_and_without_a_line_is_no_change() -> None:
    world = one_line(count=14)
    world.counts["northwind", "advanced"] = Count(0, world.now)
    assert row(world.plan(), product="advanced").status == "no-change"


def test_lines_come_in_order_of_company_and_product() -> None:
    world = World()
    for number, ref in enumerate(("contoso", "Alpine", "northwind"), start=1):
        world.contract(number)
        world.company(ref, number, standard=5, advanced=6)
        world.line(number, 5)
        world.line(number, 6, ADVANCED)
    assert [(line.company_name, line.product) for line in world.plan().lines] == [
        (name, product) for name in ("Alpine", "Contoso", "Northwind") for product in ("advanced", "standard")
    ]
