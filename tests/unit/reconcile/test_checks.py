"""Traps: each its own status, cause and fix, and nothing written."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.planned import Outcome, Plan
from tests.unit.reconcile.worlds import STANDARD, World, one_line, row

KEY = (1, STANDARD)


def assert_stopped(made: Plan, status: str, *words: str) -> None:
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.BLOCKED, status)
    assert line.fix
    for word in words:
        assert word in line.cause
    assert made.writes == ()


@pytest.mark.parametrize(
    ("contract", "status", "word"),
    [
        ({"end": date(2026, 10, 31)}, "blocked:contract-ended", "ended on 31 Oct 2026"),
        ({"status": "Draft"}, "blocked:contract-inactive", '"Draft"'),
        ({"start": date(2026, 12, 1)}, "blocked:contract-inactive", "starts on 1 Dec 2026"),
        ({"type": "Retainer - Hours"}, "blocked:contract-type", '"Retainer - Hours"'),
        ({"cycle": "Biweekly"}, "blocked:contract-type", '"Biweekly"'),
    ],
)
def test_a_contract_that_cannot_be_written(contract: dict[str, Any], status: str, word: str) -> None:
    assert_stopped(one_line(**contract).plan(), status, word)


@pytest.mark.parametrize(
    "words", [{"status": "ACTIVE"}, {"type": "recurring services"}, {"cycle": "MONTHLY"}]
)
def test_the_vendors_words_are_matched_whatever_their_case(words: dict[str, Any]) -> None:
    assert row(one_line(**words).plan()).status == "planned"


def test_a_contract_that_bms_does_not_list_any_more() -> None:
    world = one_line()
    del world.contracts[1]
    assert_stopped(world.plan(), "blocked:contract-missing", "contract 1")


def test_an_ended_contract_is_never_silent() -> None:
    assert_stopped(one_line(count=14, end=date(2026, 10, 31)).plan(), "blocked:contract-ended")


def test_a_contract_whose_last_period_is_posted_takes_no_change() -> None:
    world = one_line(issue_on=IssueOn.START, end=date(2026, 11, 30))
    assert_stopped(world.plan(), "blocked:contract-ended", "30 Nov 2026", "is posted")


def test_a_missing_line_says_what_is_not_billed() -> None:
    world = one_line(count=18)
    world.lines.clear()
    assert_stopped(world.plan(), "blocked:line-missing", "18 users, $90.00 a month")
    assert row(world.plan()).money_delta == Decimal("90.00")


def test_a_dead_line_is_no_line() -> None:
    world = one_line(count=18)
    world.lines[0] = world.lines[0]._replace(unit_price=Decimal(0))
    world.remember(KEY, dead_lines=frozenset({world.lines[0].id}))
    assert_stopped(world.plan(), "blocked:line-missing")


def test_two_priced_lines_are_reported_never_guessed() -> None:
    world = one_line()
    world.line(1, 12, line_id=77)
    assert_stopped(world.plan(), "blocked:duplicate-lines", "77 at $5.00", "2 lines")


def test_a_second_line_at_price_0_does_not_count() -> None:
    world = one_line()
    world.lines.append(world.lines[0]._replace(id=77, unit_price=Decimal(0)))
    assert row(world.plan()).line_id == world.lines[0].id
    assert row(world.plan()).status == "planned"


def test_a_line_without_a_price_waits() -> None:
    world = World()
    world.contract(1)
    world.company("northwind", 1, standard=17)
    world.line(1, 14, unit_price=Decimal(0))
    line = row(world.plan())
    assert (line.outcome, line.status) == (Outcome.HOLD, "held:anomaly")
    assert "no price in BMS" in line.cause


def test_the_line_of_another_account_is_not_written() -> None:
    world = one_line()
    world.map_again("northwind", account_id=9)
    assert_stopped(world.plan(), "blocked:account-mismatch", "account 9", "account 1")


def test_a_renamed_account_changes_nothing() -> None:
    world = one_line()
    before = row(world.plan())
    world.contracts[1] = world.contracts[1]._replace(account_name="Northwind Freight & Logistics")
    assert row(world.plan()) == before


def test_a_line_counted_by_bms_itself_is_left_alone() -> None:
    world = one_line()
    world.remember(KEY, automatic=True)
    assert_stopped(world.plan(), "blocked:automatic-line")


def test_what_is_owed_goes_before_a_missing_line() -> None:
    world = one_line()
    world.lines.clear()
    world.remember(KEY, owed="the line stands at 0 since 22 Nov 2026; 17 units are owed")
    assert_stopped(world.plan(), "outcome-unknown", "17 units are owed")


def test_what_is_owed_is_said_also_where_no_one_is_counted() -> None:
    world = one_line(count=0)
    world.lines.clear()
    world.remember(KEY, owed="the line stands at 0")
    assert_stopped(world.plan(), "outcome-unknown")


def test_a_failed_check_stops_every_line_of_its_contract() -> None:
    world = one_line()
    world.remember((1, 999), stopped="the total moved by $30.00, expected $15.00")
    assert_stopped(world.plan(), "error:verification", "$30.00", "$15.00")


def test_a_dead_line_with_a_price_is_an_error() -> None:
    world = one_line(count=14)
    world.lines.append(world.lines[0]._replace(id=77))
    world.remember(KEY, dead_lines=frozenset({77}))
    assert_stopped(world.plan(), "error:verification", "Line 77", "$5.00")


def test_a_stopped_integration_writes_nothing() -> None:
    assert_stopped(
        one_line().plan(stopped="three contracts failed"), "error:verification", "three contracts failed"
    )
    assert row(one_line(count=14).plan(stopped="three contracts failed")).status == "no-change"


def test_a_disabled_integration_still_shows_the_numbers() -> None:
    made = one_line().plan(enabled=False)
    line = row(made)
    assert (line.outcome, line.status) == (Outcome.SKIPPED, "skipped:disabled")
    assert (line.units_before, line.units_after, line.money_delta) == (14, 17, Decimal("15.00"))
    assert made.writes == ()
    assert not made.waits_for_approval


def test_companies_and_products_that_are_not_mapped_are_named() -> None:
    world = one_line(count=14)
    world.company("juniper", None, standard=18, advanced=0)
    world.company("maple", None, standard=4)
    world.map_again("maple", excluded="in bundle", review_on=date(2027, 3, 1))
    made = world.plan(product_mappings={"standard": STANDARD})
    juniper, maple = row(made, "juniper"), row(made, "maple")
    assert (juniper.outcome, juniper.status) == (Outcome.SKIPPED, "skipped:unmapped-company")
    assert (juniper.explanation, juniper.money_delta) == ("18 users", Decimal("90.00"))
    assert (maple.status, maple.cause) == ("skipped:excluded", "Excluded: in bundle, review on 1 Mar 2027.")
    world.company("contoso", 1, standard=0, advanced=3)
    assert row(world.plan(product_mappings={}), "contoso", "advanced").status == "skipped:unmapped-product"


def test_an_excluded_company_without_users_is_shown_once() -> None:
    world = World()
    world.company("kestrel", None)
    world.map_again("kestrel", excluded="trial")
    assert [line.status for line in world.plan().lines] == ["skipped:excluded"]


def test_an_excluded_company_is_not_added_to_the_line_that_it_shared() -> None:
    world = one_line(count=14)
    world.company("contoso", 1, standard=6)
    world.map_again("contoso", excluded="internal")
    assert row(world.plan()).status == "no-change"
