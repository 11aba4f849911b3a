"""Writes that are not read back yet, and what is owed: every part of a run asks for them, time and again.

Nearly always there is nothing. Hearing so from the indexes costs a fraction of asking for the wide rows.
"""

from django.db import connection

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import Owed, Write

_ANY_WRITE = "SELECT 1 FROM sync_write WHERE integration_id = %s AND state = 'intended' LIMIT 1"
_ANY_OWED = "SELECT 1 FROM sync_owed WHERE integration_id = %s AND phase <> 'settled' LIMIT 1"


def unread_writes(integration: Integration) -> list[Write]:
    """Without a final state, in the order in which they were meant."""
    if not _any(_ANY_WRITE, integration):
        return []
    rows = Write.objects.filter(integration=integration, state=Write.State.INTENDED)
    return list(rows.order_by("pk"))


def all_owed(integration: Integration) -> list[Owed]:
    """Open debts, in the order in which they were opened; also those that wait for a person."""
    if not _any(_ANY_OWED, integration):
        return []
    rows = Owed.objects.filter(integration=integration).exclude(phase=Owed.Phase.SETTLED)
    return list(rows.order_by("pk"))


def _any(question: str, integration: Integration) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [integration.pk])
        return cursor.fetchone() is not None
