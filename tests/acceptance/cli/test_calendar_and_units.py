"""The calendar by contract and the units that stand in BMS, by command: shown first, then kept."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge

HEADER = "contract_id,issue_on,posts_on,periods\n"


def a_year_ago() -> dict[str, Any]:
    """Contoso is posted on the 10th, Northwind on the 1st."""
    found = worlds.world(date="2025-11-23")
    for contract in found["contracts"]:
        contract |= {"start": "2025-01-01", "end": "2027-12-31"}
        if contract["id"] == worlds.CONTOSO:
            contract["posts_on"] = 10
    for line in found["lines"]:
        line["effective_date"] = "2025-01-01"
    return found


@pytest.fixture
def invoiced(mapped: Seatbridge, bms: BmsProcess) -> Seatbridge:
    """A year of invoices lies in BMS, and nobody said what stands there."""
    bms.load(a_year_ago())
    bms.ask("POST", "date", {"date": worlds.TODAY.isoformat()})
    with closing(sqlite3.connect(mapped.home / "seatbridge.sqlite3")) as database:
        database.execute("DELETE FROM sync_linememory")
        database.commit()
    mapped.ok("catalog", "refresh", 1)
    return mapped


def test_contracts_come_out_as_a_file_and_back_in(mapped: Seatbridge, tmp_path: Path) -> None:
    mapped.ok("catalog", "refresh", 1)
    out = mapped("contracts", "export", 1).out
    assert (
        out.splitlines()[0]
        == "contract_id,issue_on,posts_on,periods,contract_name,account_name,billing_cycle"
    )
    file = worlds.put_file(tmp_path, "terms.csv", f"{HEADER}{worlds.CONTOSO},start,10,from-start\n")
    tried = mapped.ok("contracts", "set", 1, file, "--dry-run")
    assert (tried["changed"], tried["changes"][0]["before"]) == (1, "as the calendar says")
    assert mapped.ok("integration", "calendar", 1)["contracts"] == []
    assert mapped.ok("contracts", "set", 1, file)["changed"] == 1
    assert f"{worlds.CONTOSO},start,10,from-start,Contoso monthly" in mapped("contracts", "export", 1).out
    mapped.ok("integration", "calendar", 1, "--contract", worlds.CONTOSO, "--posts-on", 12)
    known = mapped.ok("integration", "calendar", 1)["contracts"]
    assert known == [{"contract_id": worlds.CONTOSO, "issue_on": "start", "fiscal": False, "posts_on": 12}]
    wrong = worlds.put_file(tmp_path, "wrong.csv", f"{HEADER}{worlds.CONTOSO},,40,\n999,,,\n")
    ended = mapped("contracts", "set", 1, wrong, "--json")
    assert ended.code == 1
    places = [(error["row"], error["field"]) for error in ended.document["error"]["errors"]]
    assert places == [(2, "posts_on"), (3, "contract_id")]


def test_past_invoices_propose_a_calendar_that_is_set_only_on_demand(invoiced: Seatbridge) -> None:
    proposed = invoiced.ok("contracts", "propose", 1)
    assert [each["contract_id"] for each in proposed["contracts"]] == [worlds.CONTOSO]
    assert "posted on the 10th in 12 of 12 months" in proposed["contracts"][0]["evidence"]
    assert invoiced.ok("integration", "calendar", 1)["contracts"] == []
    said = invoiced("contracts", "propose", 1, "--accept").out
    assert "Set; 1 contracts changed." in said
    known = invoiced.ok("integration", "calendar", 1)["contracts"]
    assert [(each["contract_id"], each["posts_on"]) for each in known] == [(worlds.CONTOSO, 10)]


def test_invoiced_units_are_taken_as_current(invoiced: Seatbridge, bms: BmsProcess, tmp_path: Path) -> None:
    invoiced("sync", 1, "--dry-run")
    lines = invoiced.ok("units", "unknown", 1)["lines"]
    assert [(line["companies"], line["invoiced"], line["count"]) for line in lines] == [
        (["contoso"], 20, 21),
        (["northwind"], 12, 14),
    ]
    file = worlds.put_file(tmp_path, "units.csv", "company,product,units\nnorthwind,standard,11\n")
    tried = invoiced.ok("units", "set", 1, file, "--dry-run")
    assert tried["changes"][0]["before"].startswith("invoiced 12 on 1 ")
    assert len(invoiced.ok("units", "unknown", 1)["lines"]) == 2
    invoiced.ok("units", "set", 1, file)
    taken = invoiced.ok("units", "take", 1)
    assert (taken["changed"], taken["left"]) == (1, 0)
    assert "The units of every line are known." in invoiced("units", "unknown", 1).out
    assert bms.writes() == []
