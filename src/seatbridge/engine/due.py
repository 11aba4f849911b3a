"""What the schedules say is due, queued: each moment once, whoever else looks for them at the same time."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from seatbridge.integrations.models import Schedule
from seatbridge.integrations.schedules import is_any_due, take_due
from seatbridge.kit.clock import Clock
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_due
from seatbridge.sync.starting import SCHEDULE, Asked

# In one transaction: on SQLite all others who want to write wait for it, and it is to be a moment.
MOST = {"sqlite": 20, "postgresql": 100}
LEFT_BEHIND = 20  # taken at a time


def queue_due(clock: Clock) -> bool:
    """A moment is taken and its run is queued in one transaction, so that none is lost in between.

    True: more may be due.
    """
    now = clock.billing_now()
    if not is_any_due(now):
        return False
    most = MOST[connection.vendor]
    active = SyncRun.objects.filter(integration=OuterRef("integration"), state__in=SyncRun.ACTIVE)
    _go_on_with_left_behind(now)
    with transaction.atomic():
        taken = take_due(now, most, Q(~Exists(active)))
        moments = {due.integration.pk: due.at for due in taken}
        wanted = {
            due.integration.pk: Asked(SCHEDULE, last_before_posting=due.last_before_posting) for due in taken
        }
        for number in request_due(wanted, clock.now()) if wanted else ():
            # It began just now and may have read older counts: due again once that has ended.
            Schedule.objects.filter(integration=number).update(next_run_at=moments[number])
    return len(taken) == most


def _go_on_with_left_behind(now: datetime) -> None:
    """A sync that somebody typed is nobody else's; but where its process is gone, no schedule waits for it.

    While that process lives, it holds the run.
    """
    due = Schedule.objects.filter(integration=OuterRef("integration"), next_run_at__lte=now)
    typed = SyncRun.objects.filter(Exists(due), state__in=SyncRun.ACTIVE, requested=False)
    numbers = list(typed.values_list("pk", flat=True)[:LEFT_BEHIND])
    if numbers:  # hardly ever: else nothing is locked
        SyncRun.objects.filter(pk__in=numbers).update(requested=True)
