"""A fleet: many integrations, their pretend BMSs, one database, and as many real processes as wanted."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.support.bms_process import SOURCES
from tests.support.commands import CommandServer, Process, Seatbridge, days_until
from tests.support.many_worlds import TODAY, UNITS
from tests.support.story_world import STANDARD

MORE = UNITS + 1  # what everybody is counted with
SECRETS = {
    "SEATBRIDGE_SECRET_KEY": "only-for-tests-" * 4,
    "SEATBRIDGE_SEAL_KEYS": "t1:" + "A" * 43 + "=",
}


@dataclass(frozen=True, slots=True)
class Size:
    integrations: int
    clients: int
    worlds: int
    count: int = MORE  # users of each client


@dataclass(slots=True)
class Fleet:
    """`seatbridge` is any process's command; `worlds` the address of the pretend BMSs."""

    size: Size
    seatbridge: Seatbridge
    database: str  # postgresql://…, or a file
    worlds: httpx.Client
    processes: list[Process] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)  # the first line of each

    def start(self, *words: str | int, awaited: bool = True, **more: str) -> Process:
        """Until it says that it is there, if `awaited`. Its log goes to a file of the data folder."""
        log = self.seatbridge.home / f"log-{len(self.processes)}"
        with log.open("w") as stderr:
            process = self.seatbridge.fork(*words, stderr=stderr, **more)
        self.processes.append(process)
        if awaited:
            assert process.stdout is not None
            self.said[process.pid] = process.stdout.readline()
            assert self.said[process.pid], log.read_text()
        return process

    def address_of(self, portal: Process) -> str:
        return self.said[portal.pid].split(" is at ")[1].split()[0]

    def portal(self, *words: str) -> Process:
        return self.start("serve", "--bind", "127.0.0.1:0", *words)

    def worker(self, *, awaited: bool = True) -> Process:
        return self.start("worker", "--concurrency", 4, awaited=awaited)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        if self.on_file:
            with closing(sqlite3.connect(self.database, timeout=60)) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def tell(self, statement: str) -> None:
        if self.on_file:
            with closing(sqlite3.connect(self.database, timeout=60)) as connection, connection:
                connection.execute(statement)
        else:
            with psycopg.connect(self.database, autocommit=True) as connection:
                connection.execute(statement.encode())

    def make_due(self) -> None:
        self.tell("UPDATE integrations_schedule SET next_run_at = '2020-01-01 00:00:00'")

    @property
    def on_file(self) -> bool:
        return "://" not in self.database

    def states(self) -> Counter[str]:
        return Counter(dict(self.ask("SELECT state, count(*) FROM sync_syncrun GROUP BY state")))

    def until(self, true: Callable[[], bool], seconds: float) -> float:
        """How long it took; fails where it takes longer than that."""
        began = time.monotonic()
        while not true():
            took = time.monotonic() - began
            assert took < seconds, f"not within {seconds} s; runs: {self.states()}\n{self.logs()[-3000:]}"
            time.sleep(0.05)
        return time.monotonic() - began

    def all_ended(self) -> bool:
        """Every integration has had a run, and none is under way."""
        ((under_way, had),) = self.ask(
            "SELECT sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END), count(DISTINCT integration_id)"
            " FROM sync_syncrun"
        )
        return (under_way, had) == (0, self.size.integrations)

    def writes(self, world: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.worlds.get(f"/{world}/control/writes").json()
        return found

    def calls(self, world: int) -> int:
        return int(self.worlds.get(f"/{world}/control/calls").json()["total"])

    def first_call(self, world: int) -> float | None:
        """Of those since the last question, by the clock of this machine."""
        at: float | None = self.worlds.get(f"/{world}/first-call").json()
        return at

    def complaints(self) -> list[str]:
        """Contracts that do not hold their count, and lines that were written twice."""
        wrong = []
        for world in range(self.size.worlds):
            for bill in self.worlds.get(f"/{world}/control/bills").json():
                units = [line["units_now"] for line in bill["lines"] if line["service_id"] == STANDARD]
                if [int(each) for each in units] != [MORE]:
                    wrong.append(f"world {world}, contract {bill['contract_id']}: {units} units, not {MORE}")
            written = Counter(write["contract_id"] for write in self.writes(world) if write["effect"])
            wrong += [
                f"world {world}, contract {each}: written {n} times" for each, n in written.items() if n > 1
            ]
        return wrong

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.seatbridge.home.glob("log-*")))

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=20)


@contextmanager
def running_fleet(
    size: Size,
    home: Path,
    database: str = "",
    *,
    filled: bool = False,
    server: CommandServer | None = None,
    **more: str,
) -> Iterator[Fleet]:
    """`database`: of PostgreSQL, empty unless `filled`; or "" for SQLite in the data folder.

    `server`: what forks its processes; else each is started by the interpreter.
    """
    with _running_worlds(size, more.pop("latency_ms", "0")) as url:
        seatbridge = fleet_commands(home, database, url, size.worlds, server=server, **more)
        if not filled:
            fill(seatbridge, size)
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as worlds:
            fleet = Fleet(size, seatbridge, database or str(home / "seatbridge.sqlite3"), worlds)
            try:
                yield fleet
            finally:
                fleet.end()


@contextmanager
def _running_worlds(size: Size, latency_ms: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.many_worlds", str(size.worlds), str(size.clients), latency_ms],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES.parent}"},
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def fill(seatbridge: Seatbridge, size: Size) -> None:
    """The rows of such a fleet, none of it due."""
    asked = {
        "integrations": size.integrations, "size": size.clients, "worlds": size.worlds, "count": size.count,
    }  # fmt: skip
    path = f"{SOURCES}{os.pathsep}{SOURCES.parent}"
    subprocess.run(
        [sys.executable, "-m", "tests.support.fleet_rows", json.dumps(asked)],
        env=seatbridge.surroundings(PYTHONPATH=path),
        check=True,
    )


def fleet_commands(
    home: Path,
    database: str,
    url: str = "http://127.0.0.1:9",
    worlds: int = 0,
    *,
    server: CommandServer | None = None,
    **more: str,
) -> Seatbridge:
    """`url` of the pretend BMSs."""
    environment = {
        "SEATBRIDGE_PSA_HOSTS": ",".join(f"bms-{n}.test={url}/{n}" for n in range(worlds)),
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(days_until(TODAY)),
        "SEATBRIDGE_CALL_BUDGET": "100000/minute",
        "SEATBRIDGE_SETTLE_SECONDS": "2",
        **SECRETS,
        **({"SEATBRIDGE_DATABASE_URL": database} if database else {}),
        **more,
    }
    return Seatbridge(home, environment, server)
