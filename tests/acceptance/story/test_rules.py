"""Rules that Northgate sets: a limit is tripped, loosened, approved; other days; zeros; who counts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.rule_sets import try_rules
from seatbridge.sync.approvable import may_be_approved
from seatbridge.sync.shown.effect import Effect, effect_of
from seatbridge.sync.shown.shown_lines import read_lines
from tests.support.story import ALICE, Settle, Story, confirm, confirm_carried
from tests.support.story_world import Client, clients

DROP = Client("northwind", {"standard": 60}, users={"standard": 22})


def ruled(story: Story, company: str = "", **changes: Any) -> None:
    change_rules(story.integration, changes, ALICE, story.time.now, company=company)


def effect(story: Story, **changes: Any) -> Effect:
    rules = read_rules(story.integration)
    found = effect_of(story.integration, rules, try_rules(rules, changes))
    assert found is not None
    return found


def test_a_limit_is_tripped_then_loosened_then_approved(settle: Settle) -> None:
    story = settle([DROP, *clients(60)])
    held = story.sync()
    assert held.status("northwind") == "held:anomaly"
    assert held.writes == []

    seen = effect(story, drop_share="70", big_drop_share="70")
    assert [line.would_be.company for line in seen.released.lines] == ["northwind"]
    assert seen.released.money == Decimal(-190)
    ruled(story, drop_share="70", big_drop_share="70")

    # The run as a whole still has its say: 38 of 660 units are more than 5 %.
    waiting = story.sync()
    assert waiting.state == "awaiting-approval"
    assert waiting.status("northwind") == "awaiting-approval"
    assert seen.would_wait == tuple(waiting.shown["waits"])
    released = story.sync(approves_run=waiting.run)
    assert released.status("northwind") == "synced"
    assert story.units("northwind") == 22


def test_a_rule_changed_between_preview_and_approval_refuses_its_lines_and_no_others(settle: Settle) -> None:
    story = settle([Client("northwind", users={"standard": 12}), Client("contoso", users={"standard": 11})])
    preview = story.sync(dry_run=True)
    ruled(story, "northwind", effective_dates="from-the-day")
    approved = story.sync(approves_run=preview.run)
    assert approved.status("northwind") == "blocked:changed-since-preview"
    assert approved.line("northwind")["cause"].startswith("The rules moved")
    assert approved.status("contoso") == "synced"
    assert (story.units("northwind"), story.units("contoso")) == (10, 11)


@pytest.mark.parametrize("users", [13, 8])
def test_a_change_from_the_day_is_invoiced_as_the_preview_said(settle: Settle, users: int) -> None:
    story = settle([Client("northwind", users={"standard": users}), *clients(5)])
    ruled(story, effective_dates="from-the-day")
    ran = story.sync()
    line = ran.line("northwind")
    assert (ran.status("northwind"), line["effective_date"]) == ("synced", "2026-11-23")
    story.day(date(2026, 12, 2))
    november = [row for row in story.invoiced("northwind") if row[3] == "proration"]
    assert [row[2] for row in november] == [Decimal(line["proration"])]
    assert story.invoice_totals("northwind")[-1] == 50 + Decimal(line["proration"])


def test_a_change_from_the_day_inside_posted_periods_is_invoiced_as_the_preview_said(settle: Settle) -> None:
    """Start of cycle, posted on the 25th: on the 26th December is on its invoice already."""
    start = {"issue_on": "start"}
    story = settle([Client("northwind", users={"standard": 13}, contract=start)])
    story.day(date(2026, 11, 26))
    story.count("northwind", standard=13)
    ruled(story, effective_dates="from-the-day")
    line = story.sync().line("northwind")
    assert (line["status"], line["effective_date"]) == ("synced", "2026-11-26")
    story.day(date(2026, 12, 26))
    prorated = sum(row[2] for row in story.invoiced("northwind") if row[3] == "proration")
    assert prorated == Decimal(line["proration"]) == Decimal("17.50")


def test_a_drop_from_the_next_period_is_written_ahead_and_invoiced_whole(settle: Settle) -> None:
    story = settle([Client("northwind", users={"standard": 9}), *clients(5)])
    ruled(story, effective_dates="rises-from-the-day")
    ran = story.sync()
    assert (ran.status("northwind"), ran.line("northwind")["effective_date"]) == ("scheduled", "2026-12-01")
    assert story.units("northwind") == 10
    assert story.sync().writes == []
    story.day(date(2027, 1, 2))
    assert story.units("northwind") == 9
    assert [row[1] for row in story.invoiced("northwind")][-2:] == [10, 9]
    assert not [row for row in story.invoiced("northwind") if row[3] == "proration"]


def test_from_the_day_follows_each_new_count_and_the_second_run_writes_nothing(settle: Settle) -> None:
    story = settle([Client("northwind", users={"standard": 11}), *clients(5)])
    ruled(story, effective_dates="from-the-day")
    assert story.sync().status("northwind") == "synced"
    assert story.sync().writes == []
    story.day(date(2026, 11, 26))
    story.count("northwind", standard=12)
    ran = story.sync()
    assert (ran.status("northwind"), ran.line("northwind")["effective_date"]) == ("synced", "2026-11-26")
    assert story.units("northwind") == 12


@pytest.mark.parametrize(("method", "reading"), [("auto", "adjusts"), ("replace", "appends")])
def test_a_real_zero_is_written_where_the_rule_says_so(settle: Settle, method: str, reading: str) -> None:
    story = settle(
        [Client("northwind", {"standard": 4}, users={"standard": 0}), *clients(9)],
        method=method,
        reading=reading,
        behaviour=reading,
    )
    assert story.sync().status("northwind") == "held:zero"
    ruled(story, "northwind", zero_policy="write")
    assert story.sync(approve=True).status("northwind") == "synced"
    assert story.units("northwind") == 0
    assert story.sync().writes == []


def test_a_zero_that_is_dear_waits_and_a_person_may_let_it_go(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 60}, users={"standard": 0}), *clients(9)])
    held = story.sync()
    assert not [line for line in read_lines(held.shown["lines"]) if may_be_approved(line)]
    ruled(story, "northwind", zero_policy="write")
    dear = story.sync()
    assert dear.status("northwind") == "held:anomaly"
    offered = [line.key for line in read_lines(dear.shown["lines"]) if may_be_approved(line)]
    assert offered == [("northwind", "standard")]
    assert story.sync(approve_lines=offered).status("northwind") == "synced"
    assert story.units("northwind") == 0


def test_a_real_zero_is_carried_in_the_price(settle: Settle, begin: Settle) -> None:
    cast = [Client("northwind", {"standard": 4}, line={"units": 1, "unit_price": "20"}), *clients(9)]
    story = begin(cast, reading="rejects", behaviour="rejects")
    confirm_carried(story, cast[:1])
    confirm(story, cast[1:])
    story.method("price-carrying")
    assert story.sync(approve=True).status("northwind") == "no-change"
    story.count("northwind", standard=0)
    ruled(story, "northwind", zero_policy="write")
    assert story.sync(approve=True).status("northwind") == "synced"
    assert Decimal(story.bill("northwind")["lines"][0]["unit_price_now"]) == 0
    assert story.sync(approve=True).writes == []
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=2)
    assert story.sync(approve=True).status("northwind") == "synced"
    assert Decimal(story.bill("northwind")["lines"][0]["unit_price_now"]) == 10


def test_a_zero_that_is_left_is_neither_asked_about_nor_written(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 4}, users={"standard": 0}), *clients(9)])
    ruled(story, zero_policy="leave")
    ran = story.sync()
    assert (ran.status("northwind"), ran.state) == ("skipped:excluded", "succeeded")
    assert story.units("northwind") == 4


def test_disabled_users_count_for_the_company_whose_rule_says_so(settle: Settle) -> None:
    story = settle([Client("northwind"), Client("contoso"), *clients(9)])
    rows = [
        f"{ref},{ref}{each},{'active' if each < 10 else 'disabled'},standard"
        for ref in ("northwind", "contoso")
        for each in range(11)
    ]
    story.bring("users", ["company,user,status,product", *rows])
    ruled(story, "northwind", count_policy="with-disabled")
    ran = story.sync()
    assert ran.line("northwind")["units_after"] == 11
    assert ran.line("contoso")["units_after"] == 10
