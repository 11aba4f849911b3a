"""A run that Kaseya's limit keeps waiting gives its thread and its lock back, and goes on later.

It ends between two steps like a run whose process is gone, and is taken up like one: what it reads next
settles what it left open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from seatbridge.psa.errors import OutOfCalls
from seatbridge.psa.kaseya_bms.pacing import HOURLY_LIMIT
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Owed, SyncRun, Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.waiting import asked_before_waiting

# Longer than this no thread waits: what a run reads again afterwards costs calls, too.
LONGEST_WAIT = timedelta(seconds=5)
MOST_PAUSES = 24  # one after the other without a write: a day of them, and the run ends
CHANGED = ("state", "pause", "requested", "resume_at", "ended_at")


@dataclass(frozen=True, slots=True)
class _Mark:
    """`SyncRun.pause`."""

    waits_for: str  # whose pause it is
    # Calls by endpoint that the reading will cost. They are taken before it begins: runs that share a budget
    # would else keep each other from ever ending one.
    needs: dict[str, int]
    made: int  # writes of this run so far
    times: int  # pauses since the last of them


def may_be_carried(now: datetime) -> Q:
    """Active runs but those that are paused until later."""
    return Q(state__in=SyncRun.ACTIVE) & (Q(resume_at=None) | Q(resume_at__lte=now))


@contextmanager
def pausing_instead_of_waiting(running: Running) -> Iterator[None]:
    """Raise OutOfCalls where a call would have to wait longer than `longest_wait` for its turn."""
    longest = running.longest_wait
    if longest is None:
        yield
        return

    def look(until: datetime, why: str) -> None:
        if until - running.now() > longest and not _would_lose_too_much(running):
            raise OutOfCalls(why, retry_at=until)

    with asked_before_waiting(running, look):
        yield


def take_needed_calls(running: Running) -> None:
    """After a pause: what the reading will cost is taken first, all of it, or the run waits on."""
    needs = running.run.pause.get("needs")
    if needs and running.longest_wait is not None:
        until = running.bms.set_aside(needs)
        if until is not None:
            raise OutOfCalls(HOURLY_LIMIT, retry_at=until)


def pause(running: Running, limit: OutOfCalls) -> bool:
    """False: it does not pause, and ends with the limit as its problem."""
    if running.longest_wait is None:
        return False
    with fenced(running.run):
        run = SyncRun.objects.defer("plan_document").get(pk=running.run.pk)
        mark = _mark(running, run, limit)
        if run.cancel_asked:
            run.state, run.ended_at, run.resume_at = SyncRun.State.CANCELLED, running.now(), None
        elif mark.times > MOST_PAUSES:
            return False
        else:
            run.state, run.pause, run.requested = SyncRun.State.PAUSED, asdict(mark), True
            run.resume_at = _resume_at(running, limit)
            note(running, "run.paused", until=run.resume_at.isoformat(), waits_for=limit.waits_for)
        run.save(update_fields=CHANGED)
    for name in CHANGED:
        setattr(running.run, name, getattr(run, name))
    return True


def _mark(running: Running, run: SyncRun, limit: OutOfCalls) -> _Mark:
    made = Write.objects.filter(run=run).count() + Owed.objects.filter(run=run).count()
    times = run.pause.get("times", 0) + 1 if made == run.pause.get("made", 0) else 1
    return _Mark(limit.waits_for, _needs(running, run), made, times)


def _needs(running: Running, run: SyncRun) -> dict[str, int]:
    """A reading that was cut short will cost more than it did: how much is not known, so twice as much."""
    if running.reading_costs is not None:
        costs = running.reading_costs
    else:
        begun = running.bms.calls - running.before_reading
        costs = begun + begun
        if not costs:
            return dict(run.pause.get("needs", {}))
    return {endpoint: min(calls, running.bms.most_calls // 2) for endpoint, calls in costs.items()}


def _resume_at(running: Running, limit: OutOfCalls) -> datetime:
    """Not for a handful of calls: each start costs a sign-in and a reading. At once for a line at 0."""
    debts = Owed.objects.filter(integration=running.integration, waits_for_person="")
    if limit.waits_for != HOURLY_LIMIT or debts.exclude(phase=Owed.Phase.SETTLED).exists():
        return limit.retry_at
    return max(limit.retry_at, running.now() + running.bms.period / 12)


def _would_lose_too_much(running: Running) -> bool:
    """A reading that costs most of the budget would never end if it began anew after each pause."""
    if running.reading_costs is not None:
        return False
    begun = running.bms.calls - running.before_reading
    return any(calls >= running.bms.most_calls // 2 for calls in begun.values())
