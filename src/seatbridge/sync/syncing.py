"""Sync now: the one entry for people, programs and schedules."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.methods import bms_company
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.psa.errors import PsaError
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.finishing import fail_run, problem_of
from seatbridge.sync.holding import holding
from seatbridge.sync.models import SyncRun
from seatbridge.sync.run import execute
from seatbridge.sync.running import Running
from seatbridge.sync.starting import Asked, start_run, take_up


def _quiet(_step: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything outside that a run needs: time, the way to BMS, where locks lie, who watches its steps."""

    clock: Clock
    open_bms: Callable[[Integration], AbstractContextManager[Bms]]
    lock_folder: Path
    settle: timedelta = timedelta(seconds=60)
    at: Callable[[str], None] = _quiet
    # Longer than this a run does not wait for Kaseya's limit: it pauses, and returns. None: it waits.
    longest_wait: timedelta | None = None


def sync(integration: Integration, asked: Asked, around: Surroundings) -> SyncRun:
    """Run one sync to its end and return it; raises RunHeld where another process carries one.

    A run whose process is gone is taken over at once: its approvals hold, its open writes are read, not
    repeated.
    """
    with holding(integration.pk, around.lock_folder):
        integration.refresh_from_db()
        run = start_run(integration, asked, around.clock.now())
        _carry(run, integration, around)
        return run


def sync_requested(run_id: int, integration: Integration, around: Surroundings) -> SyncRun | None:
    """Run a queued run to its end, or one whose process is gone. None: it has ended meanwhile.

    Raises RunHeld where another process carries it.
    """
    with holding(integration.pk, around.lock_folder):
        integration.refresh_from_db()
        run = take_up(run_id)
        if run is not None:
            _carry(run, integration, around)
        return run


def _carry(run: SyncRun, integration: Integration, around: Surroundings) -> None:
    try:
        with around.open_bms(integration) as bms:
            execute(_running(run, integration, bms, around))
    except PsaError as reason:
        # BMS could not even be opened: a host taken off the list, a password that does not open.
        fail_run(run, problem_of(reason), around.clock.now())


def _running(run: SyncRun, integration: Integration, bms: Bms, around: Surroundings) -> Running:
    return Running(
        run=run,
        integration=integration,
        company=bms_company(integration),
        bms=bms,
        clock=around.clock,
        settle=around.settle,
        zone=ZoneInfo(integration.partner.timezone),
        calendar=billing_calendar(integration),
        service_ids=sorted(set(read_product_mappings(integration).values())),
        at=around.at,
        longest_wait=around.longest_wait,
    )
