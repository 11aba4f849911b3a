"""Sync now: the one entry for people, programs and schedules."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.psa.errors import PsaError
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.carriers import this_process
from seatbridge.sync.finishing import fail_run, problem_of
from seatbridge.sync.leases import Heart, carrying, ticks
from seatbridge.sync.models import SyncRun
from seatbridge.sync.run import execute
from seatbridge.sync.running import Running
from seatbridge.sync.starting import Asked, start_run, take_turn, take_up


def _quiet(_step: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a run needs from outside: time, the way to BMS, where signs of life lie, who watches.

    `heart` keeps the run's lease; without one the run is this process's for as long as it lives.
    """

    clock: Clock
    open_bms: Callable[[Integration], AbstractContextManager[Bms]]
    lock_folder: Path
    settle: timedelta = timedelta(seconds=60)
    at: Callable[[str], None] = _quiet
    heart: Heart | None = None
    # Longer than this a run does not wait for Kaseya's limit: it pauses, and returns. None: it waits.
    longest_wait: timedelta | None = None
    tries_again: bool = False  # later and by itself, where BMS could not be reached


def sync(integration: Integration, asked: Asked, around: Surroundings) -> SyncRun:
    """Run one sync to its end and return it; raises RunHeld where another process carries one.

    A run whose process is gone is taken over at once: its approvals hold, its open writes are read, not
    repeated. One that waits for its turn and does something else gets it first; should it pause again, that
    one is returned.
    """
    since, carrier = ticks(), this_process(around.lock_folder)
    first = take_turn(integration, asked, carrier, around.heart)
    if first is not None:
        _carry(first, around, since)
        if first.state in SyncRun.ACTIVE:
            return first
        since = ticks()
    run = start_run(integration, asked, around.clock.now(), carrier, around.heart)
    _carry(run, around, since)
    return run


def sync_requested(run_id: int, around: Surroundings) -> SyncRun | None:
    """Run a queued run to its end, or one whose process is gone. None: it has ended meanwhile.

    Raises RunHeld where another process carries it.
    """
    since, carrier = ticks(), this_process(around.lock_folder)
    run = take_up(run_id, carrier, around.heart)
    if run is not None:
        _carry(run, around, since)
    return run


def _carry(run: SyncRun, around: Surroundings, since: float) -> None:
    """`since`: before the run was taken. Raises TakenOver where another process carries it on."""
    with carrying(run, this_process(around.lock_folder), around.heart, since) as hold:
        try:
            with around.open_bms(run.integration) as bms:
                bms.before_write = hold.check
                execute(_running(run, bms, around))
        except PsaError as reason:
            # BMS could not even be opened: a host taken off the list, a password that does not open.
            fail_run(run, problem_of(reason), around.clock.now())


def _running(run: SyncRun, bms: Bms, around: Surroundings) -> Running:
    integration = run.integration
    return Running(
        run=run,
        integration=integration,
        bms=bms,
        clock=around.clock,
        settle=around.settle,
        zone=ZoneInfo(integration.partner.timezone),
        calendar=billing_calendar(integration),
        product_mappings=read_product_mappings(integration),
        at=around.at,
        longest_wait=around.longest_wait,
        tries_again=around.tries_again,
    )
