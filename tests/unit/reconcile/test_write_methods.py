"""The write method in force decides whether, when and how a change is written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import BmsReading, CarriedPrice, Evidence, Invoiced, Method, Pending, Verdict
from seatbridge.reconcile.planned import Outcome
from tests.unit.reconcile.worlds import APPROVED, STANDARD, World, moment, one_line, row, write

KEY = (1, STANDARD)
REPLACE = Verdict(BmsReading.APPENDS, Method.REPLACE)
CARRYING = Verdict(BmsReading.REJECTS, Method.PRICE_CARRYING)


def test_without_a_verdict_a_due_line_may_be_the_canary() -> None:
    planned = write(one_line().plan(verdict=Verdict()))
    assert planned is not None
    assert planned.method is None
    assert planned.canary_able


@pytest.mark.parametrize(
    "case", [{"excluded_from_bulk": True}, {"effective_date": date(2026, 11, 25)}], ids=["excluded", "ahead"]
)
def test_a_line_that_is_excluded_from_bulk_or_ahead_is_no_canary(case: dict[str, Any]) -> None:
    world = one_line()
    world.lines[0] = world.lines[0]._replace(**case)
    planned = write(world.plan(verdict=Verdict()))
    assert planned is None or not planned.canary_able


@pytest.mark.parametrize(
    ("verdict", "choice"),
    [
        (Verdict(BmsReading.APPENDS), "replace, or by-hand"),
        (Verdict(BmsReading.APPENDS, Method.ADJUST), "replace, or by-hand"),
        (Verdict(BmsReading.REJECTS), "price-carrying, or by-hand"),
        (Verdict(BmsReading.UNDECIDED, why="the answer was lost"), "replace, or by-hand"),
    ],
)
def test_where_adjust_does_not_work_a_person_chooses(verdict: Verdict, choice: str) -> None:
    made = one_line().plan(verdict=verdict)
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.BLOCKED, "blocked:write-method")
    assert choice in line.fix
    assert verdict.why in line.cause
    assert made.writes == ()
    assert row(one_line(count=14).plan(verdict=verdict)).status == "no-change"


def test_by_hand_prints_the_checklist() -> None:
    line = row(one_line(count=17).plan(verdict=Verdict(BmsReading.APPENDS, Method.BY_HAND)))
    assert line.status == "blocked:write-method"
    assert line.fix == "In BMS set Contract 1 · Password Boss 101 from 14 to 17 units from 1 Nov 2026."


def test_replace_writes_in_an_approved_sync_now() -> None:
    planned = write(one_line().plan(verdict=REPLACE, approvals=APPROVED))
    assert planned is not None
    assert (planned.method, planned.effective_date, planned.ahead) == (
        Method.REPLACE,
        date(2026, 11, 1),
        False,
    )


def test_replace_is_planned_until_the_last_sync_before_posting() -> None:
    made = one_line().plan(verdict=REPLACE)
    assert (row(made).outcome, row(made).status) == (Outcome.CHANGE, "planned")
    assert "last sync before posting on 1 Dec 2026" in row(made).cause
    assert made.writes == ()


def test_replace_is_never_dated_ahead() -> None:
    line = row(one_line(issue_on=IssueOn.START).plan(verdict=REPLACE, approvals=APPROVED))
    assert line.status == "blocked:write-method"
    assert "posted before it has begun" in line.cause
    assert "In BMS set Contract 1" in line.fix


def test_replace_waits_for_a_period_that_begins_before_its_posting() -> None:
    world = one_line(issue_on=IssueOn.START)
    world.calendar = replace(world.calendar, start_posts_on=5)
    made = world.plan(verdict=REPLACE, approvals=APPROVED)
    assert (row(made).status, row(made).effective_date, made.writes) == ("planned", date(2026, 12, 1), ())
    planned = write(world.plan(verdict=REPLACE, approvals=APPROVED, now=moment("2026-12-02 06:00")))
    assert planned is not None
    assert planned.effective_date == date(2026, 12, 1)


def test_replace_writes_a_line_once_a_period_whatever_is_known_of_rewriting() -> None:
    world = one_line()
    world.remember(KEY, written_from=date(2026, 11, 1))
    made = world.plan(verdict=replace(REPLACE, rewrites_are_clean=True), approvals=APPROVED)
    assert (row(made).effective_date, made.writes) == (date(2026, 12, 1), ())


def test_replace_does_not_touch_a_line_with_a_pending_write() -> None:
    world = one_line(count=18, issue_on=IssueOn.START)
    world.remember(KEY, pending=Pending(17, date(2026, 12, 1)))
    made = world.plan(verdict=REPLACE, approvals=APPROVED)
    assert (row(made).status, row(made).effective_date, made.writes) == ("planned", date(2026, 12, 1), ())


@pytest.mark.parametrize("verdict", [REPLACE, CARRYING])
def test_a_line_excluded_from_bulk_is_blocked_only_where_bulk_is_needed(verdict: Verdict) -> None:
    world = one_line()
    world.change_company("northwind", licenses=20)
    world.lines[0] = world.lines[0]._replace(excluded_from_bulk=True)
    world.remember(KEY, carried=CarriedPrice(Decimal(5), Decimal(3)), written_units=1)
    assert row(world.plan(verdict=verdict, approvals=APPROVED)).status == "blocked:bulk-excluded"
    world.remember(KEY, carried=None, written_units=14)
    assert row(world.plan()).status == "planned"
    assert row(world.plan(verdict=Verdict())).status == "planned"


def cobalt(count: int, price: str = "160.00", **known: Any) -> World:
    """One unit whose price carries 32 users of $5.00."""
    world = World(verdict=CARRYING, approvals=APPROVED)
    world.contract(1)
    world.company("cobalt", 1, licenses=40, standard=count)
    world.line(1, 1, unit_price=Decimal(price), unit_cost=Decimal(96), known=False)
    world.remember(KEY, carried=CarriedPrice(Decimal("5.00"), Decimal("3.00")), **known)
    world.settle(1)
    return world


def test_a_carrying_line_is_compared_by_its_price() -> None:
    made = cobalt(29, confirmed_units=1).plan()
    line, planned = row(made, "cobalt"), write(made)
    assert (line.units_before, line.units_after, line.unit_price) == (32, 29, Decimal("5.00"))
    assert line.money_delta == Decimal("-15.00")
    assert line.evidence == "1 unit at $160.00 ÷ $5.00 = 32"
    assert planned is not None
    assert (planned.evidence, planned.unit_price, planned.unit_cost) == (
        Evidence.CARRIED,
        Decimal("5.00"),
        Decimal("3.00"),
    )
    assert row(cobalt(32, confirmed_units=1).plan(), "cobalt").status == "no-change"


@pytest.mark.parametrize(
    "known", [{"written_units": 1}, {"written_units": 32, "written_price": Decimal("5.00")}]
)
def test_one_unit_is_evidenced_by_our_own_writes(known: dict[str, Any]) -> None:
    assert write(cobalt(29, **known).plan()) is not None


def test_one_unit_is_evidenced_by_an_invoice_or_a_live_answer() -> None:
    world = cobalt(29)
    assert row(world.plan(), "cobalt").status == "blocked:write-method"
    world.invoiced[KEY] = Invoiced(1, date(2026, 11, 1), only_line=True)
    assert write(world.plan()) is not None
    world.invoiced.clear()
    world.lines[0] = world.lines[0]._replace(units=1)
    assert write(world.plan()) is not None
    world.lines[0] = world.lines[0]._replace(units=32)
    assert row(world.plan(), "cobalt").status == "blocked:write-method"


def test_a_price_that_carries_no_whole_number_of_users_is_not_written() -> None:
    line = row(cobalt(29, "161.00", confirmed_units=1).plan(), "cobalt")
    assert line.status == "blocked:write-method"
    assert "no whole multiple of $5.00" in line.cause


def test_price_carrying_without_a_confirmed_price_of_one_user_is_not_written() -> None:
    made = one_line().plan(verdict=CARRYING, approvals=APPROVED)
    assert row(made).status == "blocked:write-method"
    assert made.writes == ()


def test_a_carrying_line_is_not_written_by_another_method() -> None:
    for verdict in (Verdict(BmsReading.ADJUSTS), REPLACE, Verdict()):
        made = cobalt(29, confirmed_units=1).plan(verdict=verdict)
        assert row(made, "cobalt").status == "blocked:write-method"
        assert row(made, "cobalt").units_before == 32
        assert made.writes == ()


def test_a_price_changed_by_hand_on_a_carrying_line_is_known_as_an_edit() -> None:
    world = cobalt(29, "150.00", confirmed_units=1, written_units=32, written_price=Decimal("5.00"))
    line = row(world.plan(), "cobalt")
    assert line.status == "held:edited-in-bms"
    assert "stands for 30 users, we wrote 32" in line.cause
