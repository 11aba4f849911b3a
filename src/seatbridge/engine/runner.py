"""Runs inside this process: what was asked for, and what the schedules say is due."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections

from seatbridge.config.settings import Settings
from seatbridge.engine.stopping import Stopping, sleep_until_stop, stop_between_steps
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.opening import open_bms_for
from seatbridge.integrations.schedules import plan_anew, take_due
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.finishing import fail_run
from seatbridge.sync.leases import TakenOver
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.requesting import AlreadyActive, request_run
from seatbridge.sync.starting import Asked, RunHeld
from seatbridge.sync.syncing import Surroundings, sync_requested

ACTOR = "Schedule"
DEFECT = {
    "status": "",
    "cause": "the run broke: a defect of Seatbridge",
    "fix": "sync again: what was begun is settled first; the operator's log says what happened",
}
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Runner:
    """`around` makes the surroundings of a run, given how to sleep. At most `most` runs at a time."""

    around: Callable[[Callable[[float], None]], Surroundings]
    beat: float = 1.0  # seconds between two looks at the database
    most: int = 2
    _stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _carrying: dict[int, Thread] = field(default_factory=dict)  # by integration
    _ticker: Thread | None = None

    def start(self) -> None:
        self._ticker = Thread(target=self._tick_on, name="seatbridge-engine", daemon=True)
        self._ticker.start()

    def stop(self, patience: float = 60) -> None:
        """No further run begins; one under way finishes its step, and goes on after the next start."""
        self._stop.set()
        if self._ticker is not None:
            self._ticker.join(patience)
        for thread in self._threads():
            thread.join(patience)

    def tick(self) -> None:
        """1 queue what is due by the schedules  2 begin what is queued, as far as there is room."""
        self._queue_due()
        rows = SyncRun.objects.filter(state__in=SyncRun.ACTIVE, requested=True).order_by("pk")
        for run_id, integration_id in rows.values_list("pk", "integration_id"):
            self._begin(run_id, integration_id)

    def _surroundings(self, integration: Integration) -> Surroundings:
        def is_owing() -> bool:
            rows = Owed.objects.filter(integration=integration, waits_for_person="")
            return rows.exclude(phase=Owed.Phase.SETTLED).exists()

        made = self.around(sleep_until_stop(self._stop, is_owing))
        return replace(made, at=stop_between_steps(self._stop, is_owing))

    @property
    def _clock(self) -> Clock:
        return self.around(time.sleep).clock

    def _tick_on(self) -> None:
        with _own_connections():
            planned = False
            while not self._stop.wait(self.beat):
                with _guarded("looking for runs"):
                    close_old_connections()
                    if not planned:
                        plan_anew(self._clock.billing_now())
                        planned = True
                    self.tick()

    def _queue_due(self) -> None:
        clock = self._clock
        for due in take_due(clock.billing_now()):
            asked = Asked(actor=ACTOR, last_before_posting=due.last_before_posting)
            if isinstance(request_run(due.integration, asked, clock.now()), AlreadyActive):
                # The one under way may have read older counts: this one comes due again once that has ended.
                Schedule.objects.filter(integration=due.integration).update(next_run_at=due.at)

    def _begin(self, run_id: int, integration_id: int) -> None:
        with self._lock:
            if integration_id in self._carrying or len(self._carrying) >= self.most or self._stop.is_set():
                return
            name = f"seatbridge-run-{run_id}"
            thread = Thread(target=self._carry, args=(run_id, integration_id), name=name, daemon=True)
            self._carrying[integration_id] = thread
        thread.start()

    def _carry(self, run_id: int, integration_id: int) -> None:
        try:
            with _own_connections(), _guarded(f"run {run_id}"):
                self._run(run_id, integration_id)
        finally:
            with self._lock:
                del self._carrying[integration_id]

    def _run(self, run_id: int, integration_id: int) -> None:
        integration = Integration.objects.select_related("partner").get(pk=integration_id)
        around = self._surroundings(integration)
        try:
            sync_requested(run_id, integration, around)
        except RunHeld:
            return  # somebody at the command line carries it
        except TakenOver as lost:
            _LOG.warning("%s", lost)
        except Stopping:
            _LOG.info("run %s goes on after the next start", run_id)
        except Exception:
            fail_run(SyncRun.objects.get(pk=run_id), DEFECT, around.clock.now())
            raise

    def _threads(self) -> list[Thread]:
        with self._lock:
            return list(self._carrying.values())


@contextmanager
def _guarded(what: str) -> Iterator[None]:
    """The engine's outermost guard: one broken run, or a busy database, must not end all the others."""
    try:
        yield
    except Exception:  # noqa: BLE001 - this is that guard
        _LOG.exception("%s failed", what)


@contextmanager
def _own_connections() -> Iterator[None]:
    """A thread's connections end with it."""
    try:
        yield
    finally:
        connections.close_all()


def start_runner(settings: Settings) -> Runner:
    """The engine of this process. The caller stops it."""

    def around(sleep: Callable[[float], None]) -> Surroundings:
        clock = Clock(sleep=sleep, billing_offset=settings.date_offset)

        @contextmanager
        def open_bms(integration: Integration) -> Iterator[Bms]:
            with open_bms_for(integration, settings, clock) as bms:
                yield bms

        settle = timedelta(seconds=settings.settle_seconds)
        return Surroundings(clock=clock, open_bms=open_bms, lock_folder=settings.home, settle=settle)

    runner = Runner(around)
    runner.start()
    return runner
