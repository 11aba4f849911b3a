"""Mappings from files, and what the next sync makes of them."""

from pathlib import Path

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge


def test_a_file_that_cannot_be_is_refused_by_row_and_field(mapped: Seatbridge, tmp_path: Path) -> None:
    rows = "company,account_id,contract_id\nnorthwind,2,7001\ncontoso,2,7999\n"
    ended = mapped("map", "companies", 1, worlds.put_file(tmp_path, "c.csv", rows), "--json")
    assert ended.code == 1
    assert "belongs to Northwind, not to Contoso." in ended.err
    places = [(error["row"], error["field"]) for error in ended.document["error"]["errors"]]
    assert places == [(2, "contract_id"), (3, "contract_id")]


def test_an_excluded_company_is_shown_with_its_reason_and_never_written(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    rows = "company;exclude_reason;review_on\nnorthwind;in bundle;2027-03-01\n"
    assert mapped.ok("map", "companies", 1, worlds.put_file(tmp_path, "c.csv", rows))["changed"] == 1
    run = mapped("sync", 1, "--approve")
    assert run.code == 0
    assert "Excluded: in bundle, review on 1 Mar 2027." in run.out
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 12


def test_a_contract_that_starts_later_is_accepted_and_waits(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    later = {
        "id": 7010, "account_id": 1, "name": "Northwind 2027", "start": "2027-01-01", "end": "2027-12-31",
        "issue_on": "end",
    }  # fmt: skip
    bms.ask("POST", "contracts", later)
    mapped.ok("catalog", "refresh", 1)
    rows = "company,account_id,contract_id\nnorthwind,,7010\n"
    taken = mapped.ok("map", "companies", 1, worlds.put_file(tmp_path, "c.csv", rows))
    assert "Waiting for activation" in taken["notes"][0]
    run = mapped("sync", 1, "--dry-run", "--json").document
    statuses = {(line["company"], line["product"]): line["status"] for line in run["lines"]}
    assert statuses["northwind", "standard"] == "blocked:contract-inactive"


def test_a_moved_company_must_have_its_first_write_approved_again(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    mapped.ok("sync", 1, "--approve")
    other = {"id": 7011, "account_id": 1, "name": "Northwind second", "start": "2026-01-01",
             "end": "2026-12-31", "issue_on": "end"}  # fmt: skip
    bms.ask("POST", "contracts", other)
    line = {"id": 99, "contract_id": 7011, "service_id": worlds.STANDARD, "units": 3,
            "effective_date": "2026-01-01"}  # fmt: skip
    bms.ask("POST", "lines", line)
    mapped.ok("catalog", "refresh", 1)
    moved = worlds.put_file(tmp_path, "c.csv", "company,account_id,contract_id\nnorthwind,1,7011\n")
    mapped.ok("map", "companies", 1, moved)
    units = worlds.put_file(tmp_path, "u.csv", "company,product,units\nnorthwind,standard,3\n")
    mapped.ok("units", "set", 1, units)
    held = mapped("sync", 1, "--json").document
    statuses = {(row["company"], row["product"]): row["status"] for row in held["lines"]}
    assert statuses["northwind", "standard"].startswith("held:")
    assert bms.units_of(99) == 3
