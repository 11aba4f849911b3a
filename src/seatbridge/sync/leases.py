"""How long this process may write for a run: as long as it keeps renewing the run's lease in the database.

A run belongs to whom `carried_by` names until `lease_until`, by the database's clock. Whoever carries it
counts from before it asked for the lease, by a clock of its own that no one sets back, and so stops first. A
process that was frozen finds its lease over before it can send anything.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from weakref import WeakKeyDictionary

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connection, connections
from django.db.models import Q
from django.db.models.functions import Now

from seatbridge.sync.carriers import Carrier, this_process
from seatbridge.sync.models import SyncRun

LEASE = timedelta(seconds=20)
BEAT = 4.0  # seconds between two renewals
# Longest pauses, by session of the database.
_told: WeakKeyDictionary[object, timedelta] = WeakKeyDictionary()
_LOG = logging.getLogger(__name__)


class TakenOver(Exception):
    """This process may not go on with the run: another one carries it, or may do so from now on."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"run {run_id} is carried on by another process")


class CutOff(TakenOver):
    """The database could not be used in mid-run. What was begun is settled by whoever goes on, maybe us."""


def ticks() -> float:
    """Seconds that also pass while the machine sleeps, where the system can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def is_free() -> Q:
    """Runs that no process says it carries, or whose lease is over."""
    return Q(carried_by="") | Q(lease_until__lt=Now())


@dataclass(slots=True)
class Hold:
    """This process's right to write for one run."""

    run_id: int
    until: float = float("inf")  # of `ticks`
    lost: bool = False

    def check(self) -> None:
        """Asked at the last moment before anything is sent. Raises TakenOver."""
        if self.lost or ticks() >= self.until:
            raise TakenOver(self.run_id)


@dataclass(slots=True)
class Heart:
    """Renews the leases of all runs of this process while it beats."""

    carrier: Carrier
    lease: timedelta = LEASE
    beat: float = BEAT
    _holds: list[Hold] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._beat_on, name="seatbridge-heart", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(self.beat)

    def add(self, hold: Hold) -> None:
        with self._lock:
            self._holds.append(hold)

    def remove(self, hold: Hold) -> None:
        with self._lock:
            self._holds.remove(hold)

    def renew(self) -> None:
        """One query, however many runs; a second one where a run was lost."""
        with self._lock:
            holds = list(self._holds)
        if not holds:
            return
        until = ticks() + self.lease.total_seconds()
        rows = SyncRun.objects.filter(pk__in=[hold.run_id for hold in holds], carried_by=self.carrier.name)
        renewed = rows.update(lease_until=Now() + self.lease)
        ours = None if renewed == len(holds) else set(rows.values_list("pk", flat=True))
        for hold in holds:
            if ours is None or hold.run_id in ours:
                hold.until = until
            else:
                hold.lost = True

    def _beat_on(self) -> None:
        try:
            while not self._stop.wait(self.beat):
                try:
                    self.renew()
                except (DatabaseError, InterfaceError) as error:
                    _LOG.warning("leases could not be renewed: %s", error)
                    connection.close()
        finally:
            connections.close_all()


@contextmanager
def beating(data_folder: Path) -> Iterator[Heart]:
    heart = Heart(this_process(data_folder))
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()


def carried(carrier: Carrier, heart: Heart | None) -> dict[str, object]:
    """The fields of a run that say so. Without a heart it is ours for as long as this process lives."""
    return {"carried_by": carrier.name, "lease_until": None if heart is None else Now() + heart.lease}


def note_carrier(run: SyncRun, carrier: Carrier, heart: Heart | None, **more: object) -> None:
    """In the transaction that takes the run.

    `more`: fields of the run that are set and saved with it.
    """
    SyncRun.objects.filter(pk=run.pk).update(**carried(carrier, heart), **more)
    for name, value in more.items():
        setattr(run, name, value)


@contextmanager
def carrying(run: SyncRun, carrier: Carrier, heart: Heart | None, since: float) -> Iterator[Hold]:
    """`since`: the `ticks` before the run was taken. At the end anybody may take what has not ended."""
    hold = Hold(run.pk)
    carrier.at_work.add(run.pk)
    if heart is not None:
        hold.until = since + heart.lease.total_seconds()
        heart.add(hold)
    try:
        if heart is not None:
            _allow_no_pauses_over(heart.lease / 2)
        yield hold
    except (InterfaceError, InternalError, OperationalError) as error:
        connection.close()
        raise CutOff(run.pk) from error
    finally:
        carrier.at_work.discard(run.pk)
        if heart is not None:
            heart.remove(hold)
        if run.ended_at is None:
            with suppress(DatabaseError, InterfaceError):  # then the lease ends by itself
                _let_go(run, carrier)


def _let_go(run: SyncRun, carrier: Carrier) -> None:
    rows = SyncRun.objects.filter(pk=run.pk, fencing_token=run.fencing_token, carried_by=carrier.name)
    rows.update(carried_by="", lease_until=None)


def _allow_no_pauses_over(longest: timedelta) -> None:
    """In a transaction: PostgreSQL then ends the session, and a frozen process's locks with it.

    Said once to each session: this thread's carries runs, and nothing that pauses in a transaction.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        session = connection.connection
        if _told.get(session) != longest:
            milliseconds = f"{longest / timedelta(milliseconds=1):.0f}ms"
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [milliseconds]
            )
            _told[session] = longest
