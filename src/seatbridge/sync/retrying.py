"""A run that could not reach BMS tries again by itself: three times, further and further apart.

Only what a later try can mend: on a refused password a person must act, a refused line is that line's own. It
ends between two steps like a run whose process is gone; what it reads next settles what it left open.
"""

from datetime import datetime, timedelta

from seatbridge.psa.errors import PsaError, RateLimited, Retriable
from seatbridge.sync.fencing import fenced
from seatbridge.sync.finishing import problem_of
from seatbridge.sync.models import SyncRun
from seatbridge.sync.records import note
from seatbridge.sync.running import Running

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
SPREAD = 0.4  # of a delay: those whom one outage stopped do not all come back in the same second
_GOLDEN = (5**0.5 - 1) / 2


def try_again_later(running: Running, reason: PsaError) -> bool:
    """False: the run ends with `reason` as its problem."""
    run = running.run
    tries = run.pause.get("tries", 0)
    if not running.tries_again or not isinstance(reason, Retriable) or tries >= len(DELAYS):
        return False
    with fenced(run):
        if SyncRun.objects.values_list("cancel_asked", flat=True).get(pk=run.pk):
            return False
        run.state, run.requested = SyncRun.State.PAUSED, True
        run.pause = {"tries": tries + 1, "problem": problem_of(reason)}
        run.resume_at = _next_try(run.pk, tries, reason, running.now())
        run.save(update_fields=["state", "requested", "pause", "resume_at"])
        note(running, "run.put-off", tries=tries + 1, until=run.resume_at.isoformat(), why=reason.what)
    return True


def _next_try(run_id: int, tries: int, reason: PsaError, now: datetime) -> datetime:
    share = run_id * _GOLDEN % 1
    at = now + DELAYS[tries] * (1 + SPREAD * (share - 0.5))
    return max(at, reason.retry_at) if isinstance(reason, RateLimited) else at
