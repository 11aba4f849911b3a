"""Is this installation at work? Its database, an engine that lives, and nothing that is due and not begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Min
from django.utils import timezone

from seatbridge.config.start import current
from seatbridge.integrations.models import Schedule
from seatbridge.integrations.operator_stop import EVERYWHERE, stops_in_force
from seatbridge.sync.models import SyncRun
from seatbridge.vitals.beating import GONE, engines_alive

LONGEST_LAG = timedelta(minutes=15)
PARTS = ("database", "engine", "oldest-due-run")


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    ok: bool
    says: str


def readiness() -> list[Part]:
    """Four small queries."""
    now = timezone.now()
    try:
        alive = engines_alive(now)
        lag = lag_of_oldest_due(now)
    except DatabaseError as error:
        return [Part("database", ok=False, says=f"it does not answer: {type(error).__name__}")]
    engines = f"{len(alive)} at work" if alive else f"none has been seen for {GONE.seconds} seconds"
    return [
        Part("database", ok=True, says="it answers"),
        Part("engine", ok=bool(alive), says=engines),
        Part("oldest-due-run", ok=lag <= LONGEST_LAG, says=f"due for {lag.total_seconds():.0f} seconds"),
    ]


def lag_of_oldest_due(now: datetime) -> timedelta:
    """How long the oldest run has been due without being begun: by a schedule, by a person, after a pause."""
    waits = [now - moment for moment in _due_moments(now) if moment is not None]
    return max([*waits, timedelta(0)])


def _due_moments(now: datetime) -> list[datetime | None]:
    asked = SyncRun.objects.filter(requested=True)
    queued = asked.filter(state=SyncRun.State.QUEUED).aggregate(oldest=Min("created_at"))
    paused = asked.filter(state=SyncRun.State.PAUSED).aggregate(oldest=Min("resume_at"))
    return [queued["oldest"], paused["oldest"], _due_by_schedule(now)]


def _due_by_schedule(now: datetime) -> datetime | None:
    """On the real clock. While the operator has stopped writing nothing is due."""
    stopped = {stop.host for stop in stops_in_force()}
    if EVERYWHERE in stopped:
        return None
    offset = current().date_offset
    rows = Schedule.objects.filter(next_run_at__lte=now + offset, integration__enabled=True)
    found = rows.exclude(integration__hostname__in=stopped).aggregate(oldest=Min("next_run_at"))["oldest"]
    return None if found is None else found - offset
