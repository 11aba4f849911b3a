"""Runs that nobody carries: queued, given back, or left behind by a process that is gone or frozen."""

from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from seatbridge.sync.carriers import Carrier
from seatbridge.sync.leases import is_free
from seatbridge.sync.models import SyncRun
from seatbridge.sync.pausing import may_be_carried
from seatbridge.sync.starting import SCHEDULE


def bury_the_gone(carrier: Carrier) -> list[int]:
    """Free the runs of processes that are certainly gone; the integrations of these runs.

    Where nobody is gone, the database is not asked.
    """
    integrations: list[int] = []
    for name in filter(carrier.knows_gone, carrier.signs()):
        rows = SyncRun.objects.filter(state__in=SyncRun.ACTIVE, carried_by=name)
        integrations += rows.values_list("integration_id", flat=True)
        rows.update(carried_by="", lease_until=None)
        carrier.forget(name)
    return integrations


def free_runs(now: datetime) -> QuerySet[SyncRun]:
    """In the order in which they are carried: what a person asked for comes first."""
    by_schedule = Case(When(actor=SCHEDULE, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = SyncRun.objects.filter(may_be_carried(now), is_free(), requested=True)
    return rows.order_by(by_schedule, "pk")
