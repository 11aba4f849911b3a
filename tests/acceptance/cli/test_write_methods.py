"""What a person is asked where BMS does not simply adjust a line, and what the answers lead to."""

from pathlib import Path

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge


def test_a_bms_that_appends_leads_to_a_question_with_the_invoice_under_each_method(
    mapped: Seatbridge, bms: BmsProcess
) -> None:
    bms.load(worlds.world(behaviour="appends"))
    asked = mapped("sync", 1, "--approve")
    assert asked.code == 1
    assert "A question: how are units to be written in your BMS?" in asked.out
    assert "21 × $7.50 = $157.50, and 20 × $0.00" in asked.out  # noqa: RUF001 - the sign of an invoice
    assert bms.units_of(worlds.CONTOSO_ADVANCED) == 20

    refused = mapped("integration", "write-method", 1, "adjust")
    assert refused.code == 1
    assert "the client would pay twice" in refused.err

    chosen = mapped("integration", "write-method", 1, "replace")
    assert "tax and ledger settings in BMS are lost" in chosen.out
    planned = mapped.ok("sync", 1)
    assert {line["status"] for line in planned["lines"]} == {"no-change", "planned"}
    assert mapped("sync", 1, "--approve").code == 0
    assert bms.total_of(worlds.CONTOSO) == 21 * 7.5 + 4 * 3.25
    assert bms.ask("GET", "watch")["violations"] == []


def test_by_hand_prints_what_to_change_and_takes_it_as_done_once_stated(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    mapped.ok("integration", "write-method", 1, "by-hand")
    listed = mapped("sync", 1, "--approve")
    assert listed.code == 1
    step = "[ ] In BMS set Northwind monthly · Password Boss Standard from 12 to 14 units from 1 Nov 2026."
    assert step in listed.out
    bms.ask("PATCH", f"lines/{worlds.NORTHWIND_STANDARD}", {"units": 14, "effective_date": "2026-11-01"})
    bms.ask("PATCH", f"lines/{worlds.CONTOSO_ADVANCED}", {"units": 21, "effective_date": "2026-11-01"})
    done = "company,product,units\nnorthwind,standard,14\ncontoso,advanced,21\n"
    assert mapped.ok("units", "set", 1, worlds.put_file(tmp_path, "done.csv", done))["changed"] == 2
    assert mapped("sync", 1).code == 0
    assert bms.writes() == []


def test_a_carried_price_is_confirmed_by_a_person_and_then_written(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    bms.load(worlds.world(behaviour="rejects"))
    for line, price in ((worlds.NORTHWIND_STANDARD, "60.00"), (worlds.CONTOSO_ADVANCED, "150.00")):
        changes = {"units": 1, "unit_price": price, "effective_date": "2026-11-01"}
        bms.ask("PATCH", f"lines/{line}", changes)
    rows = (
        f"contract_id,service_id,unit_price,unit_cost\n{worlds.NORTHWIND},{worlds.STANDARD},5.00,3\n"
        f"{worlds.CONTOSO},{worlds.ADVANCED},7.50,4.5\n"
    )
    stated = mapped.ok("lines", "carried", 1, worlds.put_file(tmp_path, "carried.csv", rows))
    assert stated["changed"] == 2
    mapped.ok("integration", "write-method", 1, "price-carrying")
    assert mapped("sync", 1, "--approve").code == 0
    assert bms.total_of(worlds.NORTHWIND) == 70.0
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 1


def test_a_line_that_bms_counts_itself_is_left_alone(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    rows = f"contract_id,service_id\n{worlds.CONTOSO},{worlds.ADVANCED}\n"
    assert mapped.ok("lines", "automatic", 1, worlds.put_file(tmp_path, "a.csv", rows))["changed"] == 1
    run = mapped.ok("sync", 1, "--approve")
    statuses = {(line["company"], line["product"]): line["status"] for line in run["lines"]}
    assert statuses["contoso", "advanced"] == "blocked:automatic-line"
    assert bms.units_of(worlds.CONTOSO_ADVANCED) == 20
