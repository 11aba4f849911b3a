"""Writes that are not read back yet, and what is owed: every part of a run asks for them, time and again.

Nearly always there is nothing. Hearing so from the indexes costs a fraction of asking for the wide rows.
"""

from typing import NamedTuple

from django.db import connection

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import Owed, Write

_LOOK = (
    "SELECT EXISTS (SELECT 1 FROM sync_write WHERE integration_id = %s AND state = 'intended'),"
    " EXISTS (SELECT 1 FROM sync_owed WHERE integration_id = %s AND phase <> 'settled')"
)


class OpenWork(NamedTuple):
    """Writes without a final state, in the order in which they were meant; debts, also those that wait for a
    person, in the order in which they were opened.
    """

    writes: list[Write]
    owed: list[Owed]


def open_work(integration: Integration) -> OpenWork:
    any_write, any_owed = _look(integration)
    return OpenWork(_writes(integration) if any_write else [], _owed(integration) if any_owed else [])


def unread_writes(integration: Integration) -> list[Write]:
    return _writes(integration) if _look(integration)[0] else []


def all_owed(integration: Integration) -> list[Owed]:
    return _owed(integration) if _look(integration)[1] else []


def _writes(integration: Integration) -> list[Write]:
    rows = Write.objects.filter(integration=integration, state=Write.State.INTENDED)
    return list(rows.order_by("pk"))


def _owed(integration: Integration) -> list[Owed]:
    rows = Owed.objects.filter(integration=integration).exclude(phase=Owed.Phase.SETTLED)
    return list(rows.order_by("pk"))


def _look(integration: Integration) -> tuple[bool, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [integration.pk, integration.pk])
        any_write, any_owed = cursor.fetchone()
        return bool(any_write), bool(any_owed)
