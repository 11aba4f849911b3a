"""The guard: where more than 5 % of partners' runs stop on limits within an hour, all writing stops.

A count that is wrong for everybody looks like this: a broken feed, or a defect of ours.
"""

from datetime import datetime, timedelta

from django.db.models import F

from seatbridge.integrations.models import WritingStop
from seatbridge.integrations.operator_stop import EVERYWHERE, stop_writing
from seatbridge.reconcile.guard import is_epidemic
from seatbridge.sync.models import SyncRun

GUARD = "Guard"
WINDOW = timedelta(hours=1)


def look_after_everybody(run: SyncRun, now: datetime) -> None:
    """Call after a run has ended, outside its transaction. Asks nothing unless it stopped on a limit."""
    if not run.holds or run.dry_run or run.state != SyncRun.State.AWAITING_APPROVAL:
        return
    ended = SyncRun.objects.filter(dry_run=False, ended_at__gt=_since(now), ended_at__lte=now)
    partners = ended.order_by().values("integration__partner").distinct()
    # The first run of an integration waits for a person in any case.
    later_runs = ended.filter(integration__first_run_approved_at__lt=F("created_at"))
    stopped = later_runs.exclude(holds=[]).order_by().values("integration__partner").distinct()
    ran, stopped_count = partners.count(), stopped.count()
    if is_epidemic(ran, stopped_count):
        reason = f"the runs of {stopped_count} of {ran} partners stopped on their limits within an hour"
        stop_writing(EVERYWHERE, reason=reason, by=GUARD, now=now)


def _since(now: datetime) -> datetime:
    """What the operator has looked at counts no more."""
    last = WritingStop.objects.filter(by=GUARD).exclude(ended_at=None).order_by("-ended_at").first()
    begin = now - WINDOW
    return begin if last is None or last.ended_at is None else max(begin, last.ended_at)
