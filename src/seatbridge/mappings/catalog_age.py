"""Ids that people type are checked against what BMS has now, not against what it had last week."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from seatbridge.catalog.finding import contracts_seen, refreshed_at
from seatbridge.catalog.models import SeenContract
from seatbridge.catalog.refreshing import Refreshed, refresh
from seatbridge.integrations.models import Integration
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.psa.kaseya_bms.client import Bms

OLDEST = timedelta(hours=1)
A_DAY = timedelta(days=1)
OpenBms = Callable[[Integration], AbstractContextManager[Bms]]


def refresh_now(integration: Integration, open_bms: OpenBms, now: datetime) -> Refreshed:
    """Accounts, contracts, services, and the lines of the mapped services. Raises PsaError."""
    services = set(read_product_mappings(integration).values())
    with open_bms(integration) as bms:
        return refresh(integration, bms, now, services)


def refresh_if_old(integration: Integration, open_bms: OpenBms, now: datetime) -> None:
    """Reads BMS where the catalog was never read, or more than an hour ago. Raises PsaError."""
    at = refreshed_at(integration)
    if at is None or now - at > OLDEST:
        refresh_now(integration, open_bms, now)


def refresh_daily(integration: Integration, open_bms: OpenBms, now: datetime) -> bool:
    """Reads BMS where the catalog was read before, and more than a day ago. Raises PsaError."""
    at = refreshed_at(integration)
    if at is None or now - at <= A_DAY:
        return False
    refresh_now(integration, open_bms, now)
    return True


def known_contract(
    integration: Integration, contract_id: int, open_bms: OpenBms, now: datetime
) -> SeenContract | None:
    """Reads BMS only where the last refresh did not see the contract. None: BMS does not have it."""
    return known_contracts(integration, [contract_id], open_bms, now).get(contract_id)


def known_contracts(
    integration: Integration, ids: Collection[int], open_bms: OpenBms, now: datetime
) -> dict[int, SeenContract]:
    """Without those that BMS does not have; it is read where the last refresh did not see one of them."""
    found = contracts_seen(integration, ids)
    if len(found) < len(set(ids)):
        refresh_now(integration, open_bms, now)
        found = contracts_seen(integration, ids)
    return found
