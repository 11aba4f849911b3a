"""A place for one history: its own pretend BMS, its own copy of a partner's database, its own lock folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from threading import Lock
from typing import Any

from tests.acceptance.crashes.scenarios import NOON, Scenario
from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.forking import Child, Fate, Running, Starter

SETTLE = 1.0  # what SEATBRIDGE_SETTLE_SECONDS sets; long enough to be noticed, short enough to wait for


@dataclass(slots=True)
class Place:
    """One history at a time.

    `sync` and the rest run in processes of their own: none does two things in one history, so that each has
    to go by what the database says.
    """

    bms: BmsProcess
    database: str
    locks: Path
    starter: Starter
    noon_is: datetime = NOON
    settle: float = SETTLE
    patience: float = 10.0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    met: list[Child] = field(default_factory=list)
    told: dict[str, Any] | None = None  # what is stored, as long as nothing has changed it since

    def sync(self, *, approve: bool = False, **asked: Any) -> Fate:
        fate = self.begin_sync(approve=approve, tell=True, **asked).end()
        self.told = None if fate.killed else fate.ended.get("told")
        return fate

    def begin_sync(self, *, approve: bool = False, **asked: Any) -> Running:
        self.told = None
        return self.starter.begin(
            "sync",
            self.met,
            database=self.database,
            host=worlds.HOST,
            bms=self.bms.url,
            locks=str(self.locks),
            settle=self.settle,
            patience=self.patience,
            billing_offset=self._billing_offset,
            approve=approve,
            **asked,
        )

    def do(self, do: str, **asked: Any) -> Any:
        self.told = None
        fate = self.starter.do(
            do, self.met, database=self.database, billing_offset=self._billing_offset, **asked
        )
        assert not fate.killed
        return fate.ended

    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = self.told or self.do("report")
        self.told = told
        return told

    def turn_to(self, noon: datetime) -> None:
        """Let the days pass, in BMS and for us."""
        self.bms.ask("POST", "date", {"date": noon.date().isoformat()})
        self.noon_is = noon

    def break_call(self, endpoint: str, fault: str, occurrence: int = 1, **options: Any) -> None:
        self.bms.ask(
            "POST", "faults", {"endpoint": endpoint, "fault": fault, "occurrence": occurrence, **options}
        )

    @property
    def is_file(self) -> bool:
        """On SQLite."""
        return self.database.endswith(".sqlite3")

    @property
    def _billing_offset(self) -> float:
        return (self.noon_is - self.began).total_seconds()


@dataclass(frozen=True, slots=True)
class Stage:
    """What a history begins with: a world of BMS, and a database to copy."""

    world: dict[str, Any]
    database: str


@dataclass(frozen=True, slots=True)
class Copies:
    """`copy` makes a database of that name from another one, an empty one from "", and returns its name."""

    folder: Path
    copy: Callable[[str, str], str]
    made: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Places:
    """Hands out places; as many histories run side by side as there are pretend BMSs."""

    free: Queue[BmsProcess]
    starter: Starter
    copies: Copies
    taken: Iterator[int]
    preparing: Lock = field(default_factory=Lock)
    telling: Lock = field(default_factory=Lock)
    undisturbed: dict[str, Any] = field(default_factory=dict)  # by scenario: `undisturbed` keeps it

    @contextmanager
    def place(self, scenario: Scenario, **changes: Any) -> Iterator[Place]:
        with self.place_at(Stage(scenario.world() | changes, self._prepared(scenario))) as place:
            yield place

    @contextmanager
    def place_at(self, stage: Stage) -> Iterator[Place]:
        bms = self.free.get()
        try:
            bms.load(stage.world)
            number = next(self.taken)
            database = self.copies.copy(stage.database, f"history_{number}")
            yield Place(bms, database, self.copies.folder / f"locks-{number}", self.starter)
        finally:
            self.free.put(bms)

    def stage_of(self, place: Place) -> Stage:
        """How it stands there now, for as many histories as begin with that; no process is at work in it."""
        copy = self.copies.copy(place.database, f"stage_{next(self.taken)}")
        return Stage(place.bms.ask("GET", "world"), copy)

    def _prepared(self, scenario: Scenario) -> str:
        """The scenario's database, built once: every history begins with a copy of it."""
        with self.preparing:
            return self._prepared_once(scenario)

    def _prepared_once(self, scenario: Scenario) -> str:
        name = "".join(letter if letter.isalnum() else "_" for letter in scenario.name)
        if name not in self.copies.made:
            path = self.copies.copy(self._migrated(), name)
            offset = (NOON - datetime.now(UTC)).total_seconds() - 3600
            fate = self.starter.do("prepare", database=path, rows=scenario.rows(), billing_offset=offset)
            assert not fate.killed
            self.copies.made[name] = path
        return self.copies.made[name]

    def _migrated(self) -> str:
        if "" not in self.copies.made:
            self.copies.made[""] = self.copies.copy("", "migrated")
            self.starter.do("migrate", database=self.copies.made[""])
        return self.copies.made[""]
