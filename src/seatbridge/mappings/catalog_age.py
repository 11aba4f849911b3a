"""Ids that people type are checked against what BMS has now, not against what it had last week."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from seatbridge.catalog.finding import contract, refreshed_at
from seatbridge.catalog.models import SeenContract
from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.models import Integration
from seatbridge.psa.kaseya_bms.client import Bms

OLDEST = timedelta(hours=1)
OpenBms = Callable[[Integration], AbstractContextManager[Bms]]


def refresh_if_old(integration: Integration, open_bms: OpenBms, now: datetime) -> None:
    """Reads BMS where the catalog was never read, or more than an hour ago. Raises PsaError."""
    at = refreshed_at(integration)
    if at is None or now - at > OLDEST:
        with open_bms(integration) as bms:
            refresh(integration, bms, now)


def known_contract(
    integration: Integration, contract_id: int, open_bms: OpenBms, now: datetime
) -> SeenContract | None:
    """Reads BMS only where the last refresh did not see the contract. None: BMS does not have it."""
    found = contract(integration, contract_id)
    if found is None or found.gone:
        with open_bms(integration) as bms:
            refresh(integration, bms, now)
        found = contract(integration, contract_id)
    return None if found is None or found.gone else found
