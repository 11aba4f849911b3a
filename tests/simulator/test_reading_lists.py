from typing import Any

import pytest

from bms_simulator.knobs import Knobs
from bms_simulator.sample import PASSWORD, USERNAME, sample_world
from tests.simulator.worlds import CONTOSO, NORTHWIND, STANDARD, Bms, Clock, read, world

ACCOUNTS = "/v2/crm/accounts/lookup"
CONTRACTS = "/v2/finance/contracts/summary"
LOOKUP = "/v2/finance/contracts/lookup"


def sample(companies: int, **knobs: Any) -> Bms:
    seeded = sample_world(companies, Knobs(**knobs), Clock()().date()).to_json()
    bms = Bms(seeded, user="")
    bms.token = bms.sign_in(USERNAME, PASSWORD)["result"]["accessToken"]
    return bms


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in read(answer)["result"]]


def test_a_page_larger_than_the_cap_is_cut_without_a_word() -> None:
    bms = sample(250)
    answer = bms.send("GET", CONTRACTS, PageSize=1000)
    assert len(ids(answer)) == 100
    assert read(answer)["totalRecords"] == 250


def test_pages_count_from_1_and_the_last_is_short() -> None:
    bms = sample(25)
    pages = [ids(bms.send("GET", CONTRACTS, PageSize=10, PageNumber=number)) for number in (1, 2, 3, 4)]
    assert pages == [[*range(1, 11)], [*range(11, 21)], [*range(21, 26)], []]


def test_lines_are_paged_with_their_total() -> None:
    bms = sample(25)
    path = f"/v2/admin/finance/services/{STANDARD}/relatedservices/search"
    answer = bms.send("POST", path, {"PageSize": 10, "PageNumber": 3, "Filter": {}})
    assert len(ids(answer)) == 5
    assert read(answer)["totalRecords"] == 25


def test_the_same_seed_makes_the_same_world_and_another_one_another() -> None:
    assert sample(5).json_world == sample(5).json_world
    assert sample(5).json_world != sample(5, seed=1).json_world


def test_inactive_accounts_show_only_when_asked_for() -> None:
    bms = Bms()
    bms.simulator.edit_account(2, is_active=False)
    assert ids(bms.send("GET", ACCOUNTS)) == [1]
    assert ids(bms.send("GET", ACCOUNTS, Filter_WithInactiveAccounts="true")) == [1, 2]


def test_accounts_and_contracts_are_found_by_a_part_of_the_name_in_any_case() -> None:
    bms = Bms()
    assert ids(bms.send("GET", ACCOUNTS, Filter_Name="CONTO")) == [2]
    assert ids(bms.send("GET", CONTRACTS, Filter_AccountName="north")) == [NORTHWIND]
    assert ids(bms.send("GET", CONTRACTS, Filter_Status="inactive")) == []


def test_the_contracts_of_one_account_are_looked_up() -> None:
    bms = Bms()
    bms.simulator.edit_contract(CONTOSO, end="2026-11-01")
    assert ids(bms.send("GET", LOOKUP, AccountId=2)) == [CONTOSO]
    assert ids(bms.send("GET", LOOKUP, AccountId=2, ExcludeExpiredContracts="true")) == []


def test_lines_are_searched_by_contract_name_and_dates() -> None:
    bms = Bms()
    bms.simulator.add_line(contract_id=CONTOSO, service_id=STANDARD, units=2)
    assert [line["contractId"] for line in bms.lines(ContractName="contoso monthly")] == [CONTOSO]
    assert [line["contractId"] for line in bms.lines(EffectiveDateTo="2026-06-01T00:00:00")] == [NORTHWIND]
    assert bms.lines(UnitPrice=4.99) == []


@pytest.mark.parametrize("body", [[], "x", {"Filter": [1]}, {"Filter": "x"}])
def test_a_body_that_is_no_search_is_refused(body: object) -> None:
    answer = Bms().send("POST", f"/v2/admin/finance/services/{STANDARD}/relatedservices/search", body)
    assert read(answer)["success"] is False


def test_services_are_found_by_name_and_activity() -> None:
    bms = Bms(world(services=[{"id": 501, "name": "Standard", "is_active": False}], lines=[]))
    path = "/v2/admin/finance/services"
    assert ids(bms.send("GET", f"{path}/lookup", Filter_Name="stan")) == [501]
    assert ids(bms.send("POST", f"{path}/search", {"Filter": {"IsActive": 1}})) == []
    assert ids(bms.send("POST", f"{path}/search", {"Filter": {"IsActive": 0}})) == [501]


def test_a_renamed_account_shows_its_new_name_everywhere_under_the_same_id() -> None:
    bms = Bms()
    bms.simulator.edit_account(1, name="Northwind Traders")
    assert bms.contracts()[NORTHWIND]["accountName"] == "Northwind Traders"
    assert (bms.lines()[0]["accountName"], bms.lines()[0]["accountId"]) == ("Northwind Traders", 1)


def test_other_lines_move_the_total_of_the_contract() -> None:
    bms = Bms()
    assert bms.contracts()[CONTOSO]["contractBillingPrice"] == 358.0
    bms.simulator.edit_line(93, units=10)
    assert bms.contracts()[CONTOSO]["contractBillingPrice"] == 377.5


def test_the_billing_price_may_be_scaled_to_a_month() -> None:
    bms = Bms(world(billing_price_per="month"))
    bms.simulator.edit_contract(NORTHWIND, billing_cycle="Yearly")
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 13.33
