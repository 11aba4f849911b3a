"""Carry one run in this thread, whatever becomes of it."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import DatabaseError, InterfaceError

from seatbridge.engine.stopping import Stopping, StopSign, sleep_until_stop, stop_between_steps
from seatbridge.kit.clock import Clock
from seatbridge.mappings.catalog_age import refresh_daily
from seatbridge.psa.errors import PsaError
from seatbridge.sync.carriers import this_process
from seatbridge.sync.finishing import fail_run
from seatbridge.sync.leases import CutOff, TakenOver
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.starting import RunHeld
from seatbridge.sync.syncing import Surroundings, sync_requested

DEFECT = {
    "status": "",
    "cause": "the run broke: a defect of Seatbridge",
    "fix": "sync again: what was begun is settled first; the operator's log says what happened",
}
# After the database could not be used; longer each time, up to a quarter of an hour.
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(minutes=15)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carrying:
    """`around` makes the surroundings of a run, given how to sleep."""

    around: Callable[[Callable[[float], None]], Surroundings]
    stop: StopSign

    @property
    def clock(self) -> Clock:
        return self.around(time.sleep).clock

    def carry(self, run_id: int) -> None:
        """A defect is raised again, once its run has failed."""
        around = self._surroundings(run_id)
        try:
            run = sync_requested(run_id, around)
        except RunHeld:
            return  # somebody at the command line carries it, say
        except CutOff as cut:
            _LOG.warning("run %s: the database could not be used: %s", run_id, cut.__cause__)
            with suppress(DatabaseError, InterfaceError):
                self._put_off(run_id)
        except TakenOver as lost:
            _LOG.warning("%s", lost)
        except Stopping:
            _LOG.info("run %s goes on elsewhere, or after the next start", run_id)
        except Exception:
            with suppress(TakenOver):
                # Ours still, or given back just now: nobody else is at work on it.
                ours = ("", this_process(around.lock_folder).name)
                for run in SyncRun.objects.filter(pk=run_id, carried_by__in=ours, ended_at=None):
                    fail_run(run, DEFECT, around.clock.now())
            raise
        else:
            if run is not None:
                self._refresh_catalog(run, around)

    def _surroundings(self, run_id: int) -> Surroundings:
        def is_owing() -> bool:
            integration = SyncRun.objects.filter(pk=run_id).values("integration")
            rows = Owed.objects.filter(integration__in=integration, waits_for_person="")
            return rows.exclude(phase=Owed.Phase.SETTLED).exists()

        made = self.around(sleep_until_stop(self.stop, is_owing))
        return replace(made, at=stop_between_steps(self.stop, is_owing))

    def _refresh_catalog(self, run: SyncRun, around: Surroundings) -> None:
        """After a run that went well, once a day: what there is to choose from stays young by itself."""
        if run.ended_at is None or run.problem or self.stop.is_set():
            return
        try:
            refresh_daily(run.integration, around.open_bms, around.clock.now())
        except (PsaError, Stopping) as error:
            _LOG.info("integration %s: the catalog is read after the next run: %s", run.integration_id, error)

    def _put_off(self, run_id: int) -> None:
        """What keeps breaking the database must not be tried again every second."""
        run = SyncRun.objects.filter(pk=run_id, carried_by="", ended_at=None)
        for times in run.values_list("taken_over", flat=True):
            delay = min(FIRST_DELAY * 2 ** min(times, 8), LONGEST_DELAY)
            run.update(resume_at=self.clock.now() + delay)
