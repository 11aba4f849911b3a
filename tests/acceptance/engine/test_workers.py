"""Real workers on a real PostgreSQL: killed, frozen, asked to stop, two at once."""

import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests import postgresql
from tests.support.chaos import Chaos
from tests.support.fleet import Fleet, Process, Size, running_fleet

ONE = Size(integrations=1, clients=25, worlds=1)
LATENCY = "60"  # so that a run is met in its middle
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> postgresql.Server:
    return postgresql.start_server()


@pytest.fixture
def fleet(server: postgresql.Server, tmp_path: Path) -> Iterator[Fleet]:
    database = postgresql.new_database(server.url, f"workers_{os.getpid()}_{next(NUMBERS)}")
    with running_fleet(ONE, tmp_path, database, latency_ms=LATENCY) as made:
        yield made


def in_its_middle(fleet: Fleet) -> None:
    fleet.make_due()
    fleet.until(lambda: len(fleet.writes(0)) >= 4, 60)


def goes_on(fleet: Fleet) -> bool:
    """Somebody has taken the run over."""
    return fleet.ask("SELECT taken_over FROM sync_syncrun")[0][0] >= 1


def ends_well(fleet: Fleet) -> None:
    fleet.until(fleet.all_ended, 90)
    assert fleet.states() == {"succeeded": 1}
    assert fleet.complaints() == []
    assert len(fleet.writes(0)) >= ONE.clients


def test_the_run_of_a_killed_worker_goes_on_at_another_one_within_seconds(fleet: Fleet) -> None:
    first = fleet.worker()
    in_its_middle(fleet)
    fleet.worker()
    first.kill()
    assert fleet.until(lambda: goes_on(fleet), 30) < 30
    ends_well(fleet)


def test_the_run_of_a_worker_killed_on_another_machine_goes_on_within_half_a_minute(
    fleet: Fleet, tmp_path: Path
) -> None:
    """Its signs of life lie where nobody else sees them."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first = fleet.start("worker", SEATBRIDGE_HOME=str(elsewhere))
    in_its_middle(fleet)
    fleet.worker()
    first.kill()
    assert fleet.until(lambda: goes_on(fleet), 60) < 30
    ends_well(fleet)


def test_a_frozen_worker_loses_its_run_and_writes_no_more_when_it_wakes(fleet: Fleet) -> None:
    first = fleet.worker()
    in_its_middle(fleet)
    fleet.worker()
    first.send_signal(signal.SIGSTOP)
    assert fleet.until(lambda: goes_on(fleet), 60) < 30
    first.send_signal(signal.SIGCONT)
    ends_well(fleet)
    assert stopped_in_time(first)


def test_a_worker_that_is_asked_to_stop_hands_its_run_on_at_once(fleet: Fleet) -> None:
    first = fleet.worker()
    in_its_middle(fleet)
    assert stopped_in_time(first)
    ((state, carried_by),) = fleet.ask("SELECT state, carried_by FROM sync_syncrun")
    assert (state, carried_by) == ("applying", "")
    assert fleet.ask("SELECT count(*) FROM sync_write WHERE answer = ''") == [(0,)], "one was in flight"
    fleet.worker()
    ends_well(fleet)


def stopped_in_time(process: Process) -> bool:
    began = time.monotonic()
    process.terminate()
    return process.wait(timeout=30) == 0 and time.monotonic() - began < 10


def test_chaos(server: postgresql.Server, tmp_path: Path) -> None:
    """Small; `make chaos` is the large one."""
    database = postgresql.new_database(server.url, f"chaos_{os.getpid()}")
    with running_fleet(Size(12, 8, 12), tmp_path, database) as fleet:
        chaos = Chaos(fleet, server.restart, every=2, seed=7)
        chaos.rage(10)
        assert chaos.end(100) == []
