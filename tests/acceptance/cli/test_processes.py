"""Commands beside one another, and the one that becomes another program."""

import json
import signal

import httpx

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge


def test_a_second_sync_is_told_that_one_is_at_work(mapped: Seatbridge, bms: BmsProcess) -> None:
    bms.ask(
        "POST",
        "faults",
        {"endpoint": "GET /v2/finance/contracts/summary", "occurrence": 1, "fault": "429", "retry_after": 5},
    )
    first = mapped.start("sync", 1, "--approve")
    assert first.stderr is not None
    said = first.stderr.readline()
    assert said.startswith("Waiting for the pause that Kaseya BMS asked for until"), (
        said,
        first.communicate(timeout=60),
    )
    first.send_signal(signal.SIGSTOP)  # however long the second one takes to start
    second = mapped("sync", 1)
    first.send_signal(signal.SIGCONT)
    assert second.code == 1
    assert "Another process is syncing integration 1." in second.err
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14


def test_an_interrupted_sync_says_who_goes_on_and_the_next_one_does(
    mapped: Seatbridge, bms: BmsProcess
) -> None:
    pause = {
        "endpoint": "GET /v2/finance/contracts/summary",
        "occurrence": 1,
        "fault": "429",
        "retry_after": 8,
    }
    bms.ask("POST", "faults", pause)
    first = mapped.start("sync", 1, "--approve")
    assert first.stderr is not None
    first.stderr.readline()
    first.send_signal(2)
    _, said = first.communicate(timeout=20)  # at once, not at the end of the pause
    assert first.returncode == 1
    assert "Interrupted." in said
    assert "Traceback" not in said
    assert mapped("sync", 1, "--approve").code == 0
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14


def test_simulate_bms_becomes_the_pretend_bms(fresh: Seatbridge) -> None:
    started = fresh.start("simulate-bms", "--companies", 3, "--date", "2026-11-23")
    try:
        assert started.stdout is not None
        addresses = json.loads(started.stdout.readline())
        world = httpx.get(f"{addresses['control_url']}/world", trust_env=False, timeout=60).json()
        assert (len(world["accounts"]), world["date"]) == (3, "2026-11-23")
    finally:
        started.terminate()
        started.communicate(timeout=20)


def test_doctor_on_a_fresh_machine_makes_no_tables(fresh: Seatbridge) -> None:
    examined = fresh("doctor")
    assert examined.code == 0
    assert "the database is empty" in examined.out
    assert "the database is empty" in fresh("doctor").out
