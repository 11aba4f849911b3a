"""Lists are read to the end while their rows move, or not at all."""

import json
from typing import Any

import httpx
import pytest

from seatbridge.psa.errors import NotUnderstood
from tests.unit.psa.scripted import ACCOUNTS, CONTRACTS, LINES, Host, contract_row, line_row, ok, pages_of


def contracts(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [contract_row(number) for number in range(first, first + count)]


def accounts(count: int) -> list[dict[str, Any]]:
    return [{"Id": number, "Name": f"Account {number}", "IsActive": True} for number in range(1, count + 1)]


@pytest.mark.parametrize(("rows", "calls"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (250, 3)])
def test_a_list_with_a_total_costs_one_call_per_hundred(rows: int, calls: int) -> None:
    host = Host()
    host.on(CONTRACTS, pages_of(contracts(rows)))
    assert list(host.bms().contracts()) == list(range(1, rows + 1))
    assert host.seen[CONTRACTS] == calls


@pytest.mark.parametrize(("rows", "calls"), [(0, 1), (99, 1), (100, 2), (101, 2)])
def test_without_a_total_a_short_or_empty_page_ends_the_list(rows: int, calls: int) -> None:
    host = Host()
    host.on(ACCOUNTS, pages_of(accounts(rows), total=False))
    assert len(host.bms().accounts()) == rows
    assert host.seen[ACCOUNTS] == calls


def test_pages_are_asked_for_by_hundreds_from_one() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of(contracts(101)))
    host.on(LINES, pages_of([line_row(number) for number in range(1, 102)]))
    bms = host.bms()
    bms.contracts()
    bms.lines(501, "Northwind")
    assert [dict(r.url.params) for r in host.sent(CONTRACTS)] == [
        {"PageSize": "100", "PageNumber": "1"},
        {"PageSize": "100", "PageNumber": "2"},
    ]
    assert [json.loads(r.content) for r in host.sent(LINES)] == [
        {"PageSize": 100, "PageNumber": 1, "Filter": {"ContractName": "Northwind"}},
        {"PageSize": 100, "PageNumber": 2, "Filter": {"ContractName": "Northwind"}},
    ]


def test_inactive_accounts_come_only_where_they_are_wanted() -> None:
    host = Host()
    host.on(ACCOUNTS, pages_of(accounts(1), total=False))
    bms = host.bms()
    bms.accounts()
    bms.accounts(include_inactive=False)
    asked = [dict(request.url.params).get("Filter.WithInactiveAccounts") for request in host.sent(ACCOUNTS)]
    assert asked == ["true", None]


def test_a_server_that_caps_its_pages_is_read_to_the_end() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of(contracts(130), cap=50))
    assert len(host.bms().contracts()) == 130
    assert host.seen[CONTRACTS] == 3


def test_a_cap_that_was_seen_once_is_known_for_lists_without_a_total() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of(contracts(130), cap=50))
    host.on(ACCOUNTS, pages_of(accounts(130), cap=50, total=False))
    bms = host.bms()
    bms.contracts()
    assert len(bms.accounts()) == 130


def test_a_server_that_sends_all_rows_whatever_page_is_asked_for_is_not_read_forever() -> None:
    host = Host()
    host.on(ACCOUNTS, ok(accounts(250)))
    assert len(host.bms().accounts()) == 250
    assert host.seen[ACCOUNTS] == 2


def test_a_total_that_the_server_never_fills_is_no_total() -> None:
    host = Host()
    host.on(CONTRACTS, ok(contracts(100), 0), ok(contracts(7, first=101), 0))
    assert len(host.bms().contracts()) == 107


def moving(*pages: httpx.Response) -> Host:
    """The pages of a first reading that moves; after it the list stands still at contracts 2 to 150."""
    host = Host()
    still = pages_of(contracts(149, first=2))
    host.on(CONTRACTS, *pages, still)
    return host


def test_a_row_that_leaves_between_two_pages_is_no_reason_to_miss_another() -> None:
    # Contract 1 leaves after page 1; contract 101 slips to page 1 and is on neither. The count would agree.
    host = moving(ok(contracts(100), 150), ok(contracts(49, first=102), 149))
    assert list(host.bms().contracts()) == list(range(2, 151))
    assert host.seen[CONTRACTS] == 4


def test_one_id_with_two_contents_is_read_again() -> None:
    twice = [contract_row(100, contractBillingPrice=999.0), *contracts(50, first=101)]
    host = moving(ok(contracts(100), 150), ok(twice, 150))
    found = host.bms().contracts()
    assert list(found) == list(range(2, 151))
    assert found[100].billing_price == 160


def test_fewer_ids_than_the_total_are_read_again() -> None:
    host = moving(ok(contracts(100), 150), ok(contracts(50, first=100), 150))
    assert list(host.bms().contracts()) == list(range(2, 151))


def test_a_list_that_never_stands_still_is_given_up_with_its_numbers() -> None:
    host = Host()
    host.on(CONTRACTS, ok(contracts(40), 41))
    with pytest.raises(NotUnderstood, match="could not be read whole") as caught:
        host.bms().contracts()
    assert "40 different ids and a total of 41" in caught.value.why
    assert "Run again" in caught.value.fix
    assert host.time.slept == [1, 2, 4]


def test_the_same_row_twice_counts_once() -> None:
    host = Host()
    host.on(ACCOUNTS, ok([*accounts(3), *accounts(2)]))
    assert [account.id for account in host.bms().accounts()] == [1, 2, 3]
