"""Real workers on a real PostgreSQL: killed, frozen, asked to stop, two at once.

All are forks of one that has everything loaded, but those of one test.
"""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.conftest import OnPostgresql
from tests.support.chaos import Chaos
from tests.support.commands import Process
from tests.support.fleet import Fleet, Size, fill, fleet_commands, running_fleet

TWO = Size(integrations=2, clients=25, worlds=2)
LATENCY = "60"  # so that a run is met in its middle
NUMBERS = count()


@pytest.fixture(scope="module")
def filled(on_postgresql: OnPostgresql, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database's name, for copies."""
    url = on_postgresql.copy("workers")
    fill(fleet_commands(tmp_path_factory.mktemp("fill"), url), TWO)
    return urlsplit(url).path[1:]


@pytest.fixture
def fleet(on_postgresql: OnPostgresql, filled: str, tmp_path: Path) -> Iterator[Fleet]:
    url, server = on_postgresql.copy(f"workers_{next(NUMBERS)}", filled), on_postgresql.commands
    with running_fleet(TWO, tmp_path, url, filled=True, server=server, latency_ms=LATENCY) as made:
        yield made


def in_its_middle(fleet: Fleet) -> None:
    """Each run has made some of its writes."""
    fleet.make_due()
    fleet.until(lambda: all(len(fleet.writes(world)) >= 3 for world in range(fleet.size.worlds)), 60)


def carriers(fleet: Fleet) -> list[str]:
    return [name for (name,) in fleet.ask("SELECT carried_by FROM sync_syncrun ORDER BY id")]


def carries(process: Process, fleet: Fleet) -> bool:
    return any(f"-{process.pid}-" in name for name in carriers(fleet))


def all_taken_over(fleet: Fleet) -> bool:
    return fleet.ask("SELECT min(taken_over) FROM sync_syncrun") >= [(1,)]


def ends_well(fleet: Fleet) -> None:
    fleet.until(fleet.all_ended, 90)
    assert fleet.states() == {"succeeded": fleet.size.integrations}
    assert fleet.complaints() == []


def stopped_in_time(process: Process) -> bool:
    began = time.monotonic()
    process.terminate()
    return process.wait(timeout=30) == 0 and time.monotonic() - began < 10


def test_runs_of_killed_and_frozen_workers_go_on_at_another_one_within_half_a_minute(
    fleet: Fleet, tmp_path: Path
) -> None:
    """Both work on other machines, as it were: their signs of life lie where nobody else sees them."""
    first, second = (fleet.start("worker", "--concurrency", 1, SEATBRIDGE_HOME=home(tmp_path)) for _ in "12")
    in_its_middle(fleet)
    assert carries(first, fleet)
    assert carries(second, fleet)
    first.kill()
    second.send_signal(signal.SIGSTOP)
    fleet.worker()
    assert fleet.until(lambda: all_taken_over(fleet), 60) < 30
    second.send_signal(signal.SIGCONT)
    ends_well(fleet)
    assert stopped_in_time(second)


def home(tmp_path: Path) -> str:
    folder = tmp_path / f"home-{next(NUMBERS)}"
    folder.mkdir()
    return str(folder)


def test_runs_of_a_worker_killed_on_this_machine_go_on_at_once(fleet: Fleet) -> None:
    first = fleet.worker()
    in_its_middle(fleet)
    first.send_signal(signal.SIGSTOP)  # until the other one is up
    fleet.worker()
    first.kill()
    assert fleet.until(lambda: all_taken_over(fleet), 60) < 10
    ends_well(fleet)


def test_a_worker_that_is_asked_to_stop_hands_its_runs_on_at_once(fleet: Fleet) -> None:
    """Each is started by the interpreter here, and ends as it does."""
    fleet.seatbridge = replace(fleet.seatbridge, server=None)
    first = fleet.worker()
    in_its_middle(fleet)
    assert stopped_in_time(first)
    assert carriers(fleet) == ["", ""]
    assert fleet.ask("SELECT count(*) FROM sync_write WHERE answer = ''") == [(0,)], "one was in flight"
    fleet.worker()
    assert fleet.until(lambda: all_taken_over(fleet), 30) < 10
    ends_well(fleet)


def test_chaos(on_postgresql: OnPostgresql, tmp_path: Path) -> None:
    """Small; `make chaos` is the large one."""
    database, server = on_postgresql.copy("chaos"), on_postgresql.commands
    with running_fleet(Size(12, 8, 12), tmp_path, database, server=server) as fleet:
        chaos = Chaos(fleet, on_postgresql.server.restart, every=2, seed=7)
        chaos.rage(10)
        assert chaos.end(100) == []
