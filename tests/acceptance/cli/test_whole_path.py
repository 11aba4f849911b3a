"""The main job as an operator types it, from an empty machine to units that stand in BMS."""

import json
from pathlib import Path

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge

PARTNER = "Northgate IT"


def test_from_an_empty_machine_to_units_in_bms(fresh: Seatbridge, bms: BmsProcess, tmp_path: Path) -> None:
    def file(name: str, text: str) -> Path:
        return worlds.put_file(tmp_path, name, text)

    assert fresh.ok("partner", "add", PARTNER, "--timezone", "UTC")["id"] == 1
    companies = file("companies.csv", worlds.COMPANIES)
    imported = fresh.ok("import", "companies", companies, "--partner", PARTNER, "--complete")
    assert (imported["created"], imported["rows"]) == (2, 2)
    fresh.ok("import", "counts", file("counts.csv", worlds.COUNTS), "--partner", PARTNER)
    added = fresh(
        "integration", "add", "--partner", PARTNER, "--hostname", f"https://{worlds.HOST}/portal",
        "--username", worlds.USERNAME, "--company-name", worlds.COMPANY_NAME, "--password-stdin",
        typed=f"{worlds.PASSWORD}\n",
    )  # fmt: skip
    assert f"Only the host was taken from what you typed: {worlds.HOST}." in added.out
    assert fresh.ok("integration", "authenticate", 1)["bms"]["business_name"] == worlds.COMPANY_NAME
    fresh.ok("integration", "enable", 1)
    assert fresh.ok("map", "products", 1, file("p.csv", worlds.PRODUCT_MAPPINGS))["changed"] == 2
    assert fresh.ok("map", "companies", 1, file("c.csv", worlds.COMPANY_MAPPINGS))["changed"] == 2
    assert fresh.ok("units", "set", 1, file("u.csv", worlds.UNITS))["changed"] == 2

    preview = fresh("sync", 1)
    assert preview.code == 1
    assert "Waiting for you · 2 lines · +$17.50 a month" in preview.out
    assert "seatbridge sync 1 --approve" in preview.out
    assert bms.writes() == []

    approved = fresh("sync", 1, "--approve", "--json")
    assert approved.code == 0
    written = {(line["company"], line["product"]): line for line in approved.document["lines"]}
    assert written["northwind", "standard"]["status"] == "synced"
    assert written["northwind", "standard"]["money_delta"] == "10.00"
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
    assert bms.units_of(worlds.CONTOSO_ADVANCED) == 21
    assert bms.total_of(worlds.CONTOSO) == 21 * 7.5 + 4 * 3.25

    before = len(bms.writes())
    assert fresh.ok("sync", 1)["state"] == "succeeded"
    assert len(bms.writes()) == before
    assert fresh.ok("ledger", "verify")[0]["ok"]
    explained = [json.loads(line) for line in fresh("ledger", "export").out.splitlines()]
    assert sum(entry["event"] == "write.intended" for entry in explained) == before


def test_an_approved_run_writes_exactly_what_its_preview_showed(mapped: Seatbridge, bms: BmsProcess) -> None:
    preview = mapped("sync", 1, "--json").document
    assert preview["state"] == "awaiting-approval"
    approved = mapped("run", "approve", preview["id"], "--json")
    assert (approved.code, approved.document["state"]) == (0, "succeeded")
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
    again = mapped("run", "approve", preview["id"])
    assert again.code == 1
    assert "does not wait for approval" in again.err


def test_a_line_that_moved_after_the_preview_is_not_written(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    preview = mapped("sync", 1, "--json").document
    newer = worlds.put_file(tmp_path, "newer.csv", "company,product,count\nnorthwind,standard,15\n")
    mapped.ok("import", "counts", newer, "--partner", PARTNER)
    approved = mapped("run", "approve", preview["id"], "--json")
    statuses = {(line["company"], line["product"]): line["status"] for line in approved.document["lines"]}
    assert approved.code == 1
    assert statuses["northwind", "standard"] == "blocked:changed-since-preview"
    assert statuses["contoso", "advanced"] == "synced"
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 12


def test_a_waiting_run_can_be_looked_at_and_cancelled(mapped: Seatbridge) -> None:
    number = mapped("sync", 1, "--json").document["id"]
    shown = mapped("run", "show", number)
    assert shown.code == 1
    assert "a plan that waits for your approval" in shown.out
    assert mapped.ok("run", "cancel", number)["state"] == "cancelled"
    second = mapped("run", "cancel", number)
    assert (second.code, "nothing to cancel" in second.err) == (1, True)
    assert [run["state"] for run in mapped.ok("runs", 1)] == ["cancelled"]


def test_a_dry_run_and_a_disabled_integration_never_write(mapped: Seatbridge, bms: BmsProcess) -> None:
    assert mapped("sync", 1, "--dry-run").code == 1
    assert mapped.ok("integration", "disable", 1)["enabled"] is False
    off = mapped("sync", 1, "--approve", "--json").document
    assert {line["status"] for line in off["lines"] if line["outcome"] != "no-change"} == {"skipped:disabled"}
    assert bms.writes() == []
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 12


def test_only_the_named_company_is_written(mapped: Seatbridge, bms: BmsProcess) -> None:
    run = mapped.ok("sync", 1, "--approve", "--company", "northwind")
    assert {line["company"] for line in run["lines"]} == {"northwind"}
    assert bms.units_of(worlds.CONTOSO_ADVANCED) == 20
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
