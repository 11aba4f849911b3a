"""Threads that carry runs."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections

_LOG = logging.getLogger(__name__)
IDLE = 10.0  # seconds after which a thread gives its connection to the database back
Ended = Callable[[], None]


@dataclass(slots=True)
class Pool:
    """At most `most` runs at a time. Its threads are daemons: a process that must end does not wait for BMS.

    `keeps_connections`: from one run to the next, where there are many.
    """

    carry: Callable[[int], None]
    most: int
    keeps_connections: bool = False
    _runs: SimpleQueue[tuple[int, Ended]] = field(default_factory=SimpleQueue)
    _under_way: dict[int, Event] = field(default_factory=dict)
    _threads: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def room(self) -> int:
        return self.most - len(self._under_way)

    def begin(self, run_id: int, ended: Ended) -> bool:
        """False: there is no room, or it is under way. Else `ended` is called at its end, by its thread."""
        with self._lock:
            if self.room <= 0 or run_id in self._under_way:
                return False
            self._under_way[run_id] = Event()
            if self._threads < len(self._under_way):
                self._threads += 1
                Thread(target=self._work, name=f"seatbridge-carrier-{self._threads}", daemon=True).start()
        self._runs.put((run_id, ended))
        return True

    def wait(self, seconds: float = 3600) -> bool:
        """Until all that is under way now has ended; False where that took longer."""
        until = time.monotonic() + seconds
        with self._lock:
            waiting = list(self._under_way.values())
        return all(event.wait(max(until - time.monotonic(), 0)) for event in waiting)

    def _work(self) -> None:
        while True:
            try:
                run_id, ended = self._runs.get(timeout=IDLE)
            except Empty:
                connections.close_all()
                continue
            with guarded(f"run {run_id}"):
                close_old_connections()
                self.carry(run_id)
            if not self.keeps_connections:
                connections.close_all()
            with self._lock:
                self._under_way.pop(run_id).set()
            with guarded("telling that a run has ended"):
                ended()


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """The engine's outermost guard: one broken run, or a busy database, must not end all the others."""
    try:
        yield
    except Exception:  # noqa: BLE001 - this is that guard
        _LOG.exception("%s failed", what)
