"""Cancel a run: one that nobody carries right now ends now, one that writes stops before its next write."""

from datetime import datetime

from django.db import transaction

from seatbridge.sync.models import SyncRun

NOBODY_CARRIES_IT = (SyncRun.State.AWAITING_APPROVAL, SyncRun.State.QUEUED, SyncRun.State.PAUSED)


class NotCancellable(ValueError):
    """The run has ended already."""


def cancel_run(run: SyncRun, now: datetime) -> SyncRun:
    with transaction.atomic():
        run = SyncRun.objects.select_for_update().get(pk=run.pk)
        if run.state in NOBODY_CARRIES_IT:
            run.state, run.ended_at, run.resume_at = SyncRun.State.CANCELLED, now, None
        elif run.state in SyncRun.ACTIVE:
            run.cancel_asked = True
        else:
            raise NotCancellable(f"run {run.pk} has ended ({run.state}): nothing to cancel")
        run.save()
    return run
