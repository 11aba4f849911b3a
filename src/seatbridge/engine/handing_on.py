"""New jobs for runs that nobody carries and no job stands for, on PostgreSQL.

Each is queued once, however many workers look at the same time.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Now
from procrastinate.contrib.django.models import ProcrastinateJob

from seatbridge.engine.free import bury_the_gone, free_runs
from seatbridge.sync.carriers import Carrier
from seatbridge.sync.queueing import call_for_carriers, lock_of, queueing_lock_of

MOST = 200


def hand_on(carrier: Carrier, now: datetime, stalled: timedelta) -> None:
    """`stalled`: after so long without a heartbeat a worker counts as gone."""
    with transaction.atomic():
        _drop_jobs_in_work(bury_the_gone(carrier))
    with transaction.atomic():
        left = free_runs(now).filter(~_has_job(stalled)).defer("plan_document")
        runs = list(left.select_for_update(skip_locked=True)[:MOST])
        if runs:
            _drop_jobs_in_work([run.integration_id for run in runs])
            call_for_carriers(runs)


def _has_job(stalled: timedelta) -> Q:
    """One that waits, or one that a living worker has taken: it is about to take the run up."""
    waits = ProcrastinateJob.objects.filter(
        status="todo", queueing_lock=Concat(Value(queueing_lock_of("")), Cast(OuterRef("pk"), CharField()))
    )
    taken = ProcrastinateJob.objects.filter(
        status="doing",
        lock=Concat(Value(lock_of("")), Cast(OuterRef("integration_id"), CharField())),
        worker__last_heartbeat__gt=Now() - stalled,
    )
    return Q(Exists(waits)) | Q(Exists(taken))


def _drop_jobs_in_work(integrations: list[int]) -> None:
    """Of workers that are gone: as long as one stands, no other job of the integration is handed out."""
    if not integrations:
        return
    locks = [lock_of(integration_id) for integration_id in integrations]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND lock = ANY(%s)", [locks])
