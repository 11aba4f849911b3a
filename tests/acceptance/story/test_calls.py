"""What a sync costs in calls, asserted exactly: as the client counted them, and as they arrived in BMS."""

from collections import Counter
from datetime import date
from math import ceil

import pytest

from seatbridge.catalog.refreshing import refresh
from tests.support.story import Ran, Settle, confirm_carried
from tests.support.story_world import (
    ACCOUNTS,
    BULK_UPDATE,
    CONTRACTS,
    INVOICES,
    JOB,
    LINES,
    POST_LINE,
    SIGN_IN,
    Client,
    clients,
)


def pages(rows: int) -> int:
    """An empty list is one page, too: only asking shows that it is empty."""
    return max(1, ceil(rows / 100))


def observations(times: int, contracts: int, *lines: int) -> Counter[str]:
    """One sign-in, and per observation all contracts and all lines of each mapped service."""
    reads = {CONTRACTS: times * pages(contracts), LINES: times * sum(map(pages, lines))}
    return Counter({SIGN_IN: 1, **reads})


def assert_cost(ran: Ran, expected: Counter[str]) -> None:
    assert ran.calls == expected
    assert ran.arrived == expected


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 250])
def test_an_observation_costs_the_floor_whatever_the_number_of_companies(settle: Settle, number: int) -> None:
    cast = clients(number) or [Client("new", {}, is_mapped=False, has_contract=False)]
    cast = [
        Client(client.ref, {**client.units, "advanced": 3}) if place % 2 and number else client
        for place, client in enumerate(cast)
    ]
    story = settle(cast, products=("standard", "advanced"))
    ran = story.sync()
    assert_cost(ran, observations(1, number, number, number // 2))
    assert ran.writes == []


def test_a_preview_costs_one_observation_and_a_change_one_call_and_one_more(settle: Settle) -> None:
    story = settle(clients(3, 100))
    story.count("client-002", standard=101)
    assert_cost(story.sync(dry_run=True), observations(1, 3, 3))
    assert_cost(story.sync(), observations(2, 3, 3) + Counter({POST_LINE: 1}))


def test_changes_on_different_contracts_share_one_wave(settle: Settle) -> None:
    story = settle(clients(30, 100))
    story.count_all({f"client-{each:03}": {"standard": 101} for each in range(1, 31)})
    ran = story.sync()
    assert_cost(ran, observations(2, 30, 30) + Counter({POST_LINE: 30}))
    assert ran.statuses() == {"synced"}


def test_two_changes_on_one_contract_are_two_waves(settle: Settle) -> None:
    cast = [Client("northwind", {"standard": 100, "advanced": 50}), *clients(4, 100)]
    story = settle(cast, products=("standard", "advanced"))
    story.count("northwind", standard=101, advanced=51)
    story.count("client-001", standard=101)
    ran = story.sync()
    assert_cost(ran, observations(3, 5, 5, 1) + Counter({POST_LINE: 3}))
    assert ran.status("northwind", "advanced") == "synced"


def test_replace_costs_a_call_a_change_and_one_bulk_update_a_batch(settle: Settle) -> None:
    story = settle(clients(40, 100), behaviour="appends", reading="appends", method="replace")
    story.count_all({f"client-{each:03}": {"standard": 101} for each in range(1, 27)})
    ran = story.sync(approve=True)
    # 26 changes are a batch of 25 and a batch of 1: each is read twice, once at 0 and once added again.
    expected = observations(5, 40, 40) + Counter({BULK_UPDATE: 2, JOB: 4, POST_LINE: 26})
    # Every dead line is a line, too: the lists have grown by then.
    assert_cost(ran, expected)
    assert [ran.status(f"client-{each:03}") for each in range(1, 27)] == ["synced"] * 26
    assert story.bms.watch.violations == []


def test_replace_sends_one_bulk_update_for_each_service_and_effective_date(settle: Settle) -> None:
    from_the_17th = {"start": "2026-01-17", "fiscal": False}
    cast = [
        Client("northwind", {"standard": 100}),
        Client("contoso", {"standard": 100}),
        Client("fabrikam", {"standard": 100}, contract=from_the_17th),
        Client("tailspin", {"advanced": 100}),
    ]
    products = ("standard", "advanced")
    story = settle(cast, products=products, behaviour="appends", reading="appends", method="replace")
    for ref in ("northwind", "contoso", "fabrikam"):
        story.count(ref, standard=101)
    story.count("tailspin", advanced=101)
    ran = story.sync(approve=True)
    assert_cost(ran, observations(3, 4, 3, 1) + Counter({BULK_UPDATE: 3, JOB: 6, POST_LINE: 4}))
    assert ran.line("fabrikam")["effective_date"] == "2026-10-17"


def test_a_job_is_polled_ever_more_slowly_until_it_has_ended(settle: Settle) -> None:
    story = settle(clients(2, 100), behaviour="appends", reading="appends", method="replace", job_seconds=20)
    story.count("client-001", standard=101)
    ran = story.sync(approve=True)
    # One look that no job runs; then after 0, 1, 3, 7, 15 and 30 seconds.
    assert ran.calls[JOB] == 1 + 6
    assert ran.calls[BULK_UPDATE] == 1


def test_price_carrying_costs_one_bulk_update_a_change(begin: Settle) -> None:
    cast = clients(5, 1, users={"standard": 20}, line={"unit_price": "100", "unit_cost": "60"})
    story = begin(cast, behaviour="rejects", reading="rejects")
    confirm_carried(story, cast)
    story.method("price-carrying")
    story.sync(approve=True)
    story.count("client-001", standard=21)
    story.count("client-002", standard=19)
    ran = story.sync(approve=True)
    # Its prices differ from line to line, and all of them are read again at once.
    assert_cost(ran, observations(2, 5, 5) + Counter({BULK_UPDATE: 2, JOB: 4}))
    assert [story.bill(ref)["total_now"] for ref in ("client-001", "client-002")] == ["105.00", "95.00"]


def test_a_test_write_costs_what_one_replaced_line_costs(settle: Settle) -> None:
    story = settle(clients(9, 100), reading="unknown")
    for each in range(1, 5):
        story.count(f"client-{each:03}", standard=101)
    ran = story.sync()
    canary = observations(2, 9, 9) + Counter({BULK_UPDATE: 1, JOB: 2, POST_LINE: 1}) - Counter({SIGN_IN: 1})
    assert_cost(ran, canary + observations(2, 9, 9) + Counter({POST_LINE: 3}))
    assert story.company.reading == "adjusts"


def test_invoices_are_read_only_for_lines_without_better_evidence_and_once_a_posting(begin: Settle) -> None:
    story = begin(clients(3, 10))
    floor = observations(1, 3, 3)
    assert_cost(story.sync(dry_run=True), floor + Counter({INVOICES: 1}))
    assert_cost(story.sync(), floor)
    story.day(date(2026, 11, 24))
    assert_cost(story.sync(), floor)
    story.day(date(2026, 12, 2))
    assert_cost(story.sync(), floor + Counter({INVOICES: 1}))
    assert_cost(story.sync(), floor)


def test_invoices_take_a_call_for_each_hundred_of_their_lines(begin: Settle) -> None:
    story = begin(clients(101, 10))
    story.day(date(2026, 12, 2))
    story.count_all({f"client-{each:03}": {"standard": 10} for each in range(1, 102)})
    ran = story.sync(approve=True)
    assert_cost(ran, observations(1, 101, 101) + Counter({INVOICES: 2}))
    assert ran.line("client-001")["evidence"] == "invoiced 10 on 1 Nov 2026"
    assert_cost(story.sync(), observations(1, 101, 101))


def test_accounts_are_read_when_the_catalogue_is_refreshed_and_never_by_a_sync(settle: Settle) -> None:
    story = settle(clients(120))
    assert ACCOUNTS not in story.sync().calls
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
        assert bms.calls[ACCOUNTS] == 2


@pytest.mark.parametrize(
    ("method", "reading"),
    [("auto", "adjusts"), ("adjust", "adjusts"), ("replace", "appends"), ("by-hand", "rejects")],
)
def test_a_second_sync_writes_nothing(settle: Settle, method: str, reading: str) -> None:
    story = settle(clients(3, 100), behaviour=reading, reading=reading, method=method)
    story.count("client-001", standard=101)
    first = story.sync(approve=True)
    assert (first.writes == []) == (method == "by-hand")
    for _ in range(2):
        again = story.sync(approve=True)
        assert again.writes == []
        assert_cost(again, observations(1, 3, 4 if method == "replace" else 3))


def test_a_second_sync_of_carried_prices_writes_nothing(begin: Settle) -> None:
    cast = clients(2, 1, users={"standard": 20}, line={"unit_price": "95", "unit_cost": "57"})
    story = begin(cast, behaviour="rejects", reading="rejects")
    confirm_carried(story, cast)
    story.method("price-carrying")
    assert len(story.sync(approve=True).writes) == 2
    assert story.sync(approve=True).writes == []
