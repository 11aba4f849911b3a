"""Runs inside this process alone, on SQLite: what was asked for, and what the schedules say is due."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from django.db import DatabaseError, InterfaceError, connections

from seatbridge.engine.carrying import Carrying
from seatbridge.engine.due import queue_due
from seatbridge.engine.free import bury_the_gone, free_runs
from seatbridge.engine.pool import Pool, guarded
from seatbridge.engine.stopping import StopSign
from seatbridge.integrations.schedules import plan_anew
from seatbridge.sync.carriers import this_process
from seatbridge.sync.queueing import WAKE
from seatbridge.sync.syncing import Surroundings
from seatbridge.vitals.beating import Beating

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Runner:
    """`around` makes the surroundings of a run, given how to sleep. At most `most` runs at a time."""

    around: Callable[[Callable[[float], None]], Surroundings]
    # Seconds between two looks at the database. What is asked for in this process is seen at once; what
    # another one left behind, and a moment of a schedule, can wait for so long.
    beat: float = 5.0
    most: int = 2
    _stop: StopSign = field(default_factory=StopSign)
    _ticker: Thread | None = None
    _beating: Beating = field(default_factory=Beating)
    _carrying: Carrying = field(init=False)
    _pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        self._carrying = Carrying(self.around, self._stop)
        self._pool = Pool(self._carrying.carry, self.most)

    def start(self) -> None:
        self._ticker = Thread(target=self._tick_on, name="seatbridge-engine", daemon=True)
        self._ticker.start()

    def stop(self, patience: float = 8) -> None:
        """No further run begins; one under way finishes its step, and goes on after the next start."""
        self.ask_to_stop()
        if not self._pool.wait(patience):
            _LOG.warning("a run is cut off in mid-step: the next start settles what it has begun")
        if self._ticker is not None:
            self._ticker.join(1)

    def ask_to_stop(self) -> None:
        self._stop.set()
        WAKE.set()

    def wait(self) -> None:
        """Until all that is under way has ended."""
        self._pool.wait()

    def tick(self) -> None:
        """1 queue what is due by the schedules  2 begin what nobody carries, as far as there is room."""
        self._beating.beat()
        if queue_due(self._carrying.clock):
            WAKE.set()
        bury_the_gone(this_process(self._carrying.around(lambda _: None).lock_folder))
        if self._pool.room > 0 and not self._stop.is_set():
            for run_id in free_runs(self._carrying.clock.now()).values_list("pk", flat=True)[: 2 * self.most]:
                self._pool.begin(run_id, WAKE.set)

    def _tick_on(self) -> None:
        planned = False
        while not self._stop.is_set():
            # One connection for all of its life: to open SQLite anew costs more than to look.
            with guarded("looking for runs"), closed_if_broken():
                if not planned:
                    plan_anew(self._carrying.clock.billing_now())
                    planned = True
                self.tick()
            WAKE.wait(self.beat)
            WAKE.clear()
        with guarded("saying goodbye"):
            self._beating.end()
        connections.close_all()


@contextmanager
def closed_if_broken() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, InterfaceError):
        connections.close_all()
        raise
