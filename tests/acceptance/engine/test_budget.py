"""Four processes on one BMS company: together they stay within its limit, whatever becomes of each."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.commands import CommandServer, Process, Seatbridge, days_until
from tests.support.worlds import HOST, STANDARD

PARTNERS = ("Northgate IT", "Contoso", "Fabrikam", "Tailspin")
CLIENTS = 20  # of each partner; every one has a change
WHO_TRIES = 5  # one more partner, of one client: its change is the test write for this BMS company
BUDGET, PERIOD = 50, 15  # as many calls of one endpoint, in as many seconds
KASEYAS = BUDGET * 1500 // 1200


def _world() -> dict[str, Any]:
    numbers = range(1, len(PARTNERS) * CLIENTS + 2)
    year = {"start": "2026-01-01", "end": "2026-12-31", "issue_on": "end"}
    return worlds.world(
        hourly_limit=KASEYAS,
        limit_seconds=PERIOD,
        accounts=[{"id": each, "name": f"Client {each}"} for each in numbers],
        contracts=[{"id": 7000 + each, "account_id": each, "name": f"C {each}", **year} for each in numbers],
        lines=[
            {
                "id": 90_000 + each,
                "contract_id": 7000 + each,
                "service_id": STANDARD,
                "units": 10,
                "effective_date": "2026-01-01",
            }
            for each in numbers
        ],
    )


@pytest.fixture(scope="module")
def bms() -> Iterator[BmsProcess]:
    with running_bms() as bms:
        bms.load(_world())
        yield bms


@pytest.fixture
def seatbridge(bms: BmsProcess, commands: CommandServer, tmp_path: Path) -> Seatbridge:
    environment = {
        "SEATBRIDGE_PSA_HOSTS": f"{HOST}={bms.url}",
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(days_until(worlds.TODAY)),
        "SEATBRIDGE_SETTLE_SECONDS": "1",
        "SEATBRIDGE_CALL_BUDGET": f"{BUDGET}/{PERIOD}s",
    }
    made = Seatbridge(tmp_path / "home", environment, commands)
    for number, partner in enumerate((*PARTNERS, "Alpine"), start=1):
        _set_up(made, tmp_path, number, partner)
    assert made("sync", WHO_TRIES, "--approve").code == 0
    return made


def _set_up(seatbridge: Seatbridge, folder: Path, number: int, partner: str) -> None:
    first = (number - 1) * CLIENTS + 1
    clients = range(first, first + (1 if number == WHO_TRIES else CLIENTS))

    def file(name: str, header: str, row: str) -> Path:
        rows = "".join(row.format(each, 7000 + each) for each in clients)
        return worlds.put_file(folder, f"{number}-{name}.csv", f"{header}\n{rows}")

    named = ("--partner", partner)
    seatbridge.ok("partner", "add", partner, "--timezone", "UTC")
    companies = file("companies", "ref,name,licenses_assigned", "c{0},Client {0},40\n")
    seatbridge.ok("import", "companies", companies, *named, "--complete")
    seatbridge.ok("import", "counts", file("counts", "company,product,count", "c{0},standard,11\n"), *named)
    seatbridge.ok(
        "integration", "add", *named, "--hostname", HOST, "--username", worlds.USERNAME,
        "--company-name", worlds.COMPANY_NAME, "--password-stdin", typed=f"{worlds.PASSWORD}\n",
    )  # fmt: skip
    seatbridge.ok("integration", "enable", number)
    products = worlds.put_file(folder, "products.csv", f"product,service_id\nstandard,{STANDARD}\n")
    seatbridge.ok("map", "products", number, products)
    mapped = file("mapped", "company,account_id,contract_id", "c{0},{0},{1}\n")
    seatbridge.ok("map", "companies", number, mapped)
    seatbridge.ok("units", "set", number, file("units", "company,product,units", "c{0},standard,10\n"))


@pytest.mark.timeout(240)  # a whole period is waited for, and five processes start
def test_a_budget_that_four_processes_share_is_kept_by_all_of_them(
    seatbridge: Seatbridge, bms: BmsProcess
) -> None:
    before = len(bms.writes())
    running = {number: seatbridge.fork("sync", number, "--approve", "--json") for number in range(1, 5)}
    try:
        paused = _the_first_to_pause(running)
        running[paused].kill()
        running[paused].communicate(timeout=20)
        run = json.loads(seatbridge("runs", paused, "--json").out)[0]
        assert run["state"] == "paused"
        assert run["paused"]["words"].startswith("Waiting for Kaseya's hourly limit until ")
        running[paused] = seatbridge.fork("sync", paused, "--approve", "--json")
        ended = {number: process.communicate(timeout=100) for number, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
            process.communicate()
    for number, (out, err) in ended.items():
        assert json.loads(out)["state"] == "succeeded", f"{number}: {out[:300]} {err}"
    units = {line["units"] for bill in bms.ask("GET", "bills") for line in bill["lines"]}
    assert {float(each) for each in units} == {11.0}
    written = [write["contract_id"] for write in bms.writes()[before:]]
    assert len(written) == len(set(written)) == len(PARTNERS) * CLIENTS
    assert bms.ask("GET", "calls")["over_the_limit"] == 0
    with sqlite3.connect(seatbridge.home / "seatbridge.sqlite3") as rows:
        assert rows.execute("SELECT count(*) FROM integrations_pausedhost").fetchone() == (0,)


def _the_first_to_pause(running: dict[int, Process]) -> int:
    """Its number; the others may still be at work."""
    for number, process in running.items():
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Waiting for Kaseya's hourly limit until"):
                return number
    raise AssertionError("no process came to the limit")
