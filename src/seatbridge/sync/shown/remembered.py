"""One line of BMS with its names, as the last sync and the last catalog saw it. For people."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from seatbridge.catalog.models import SeenContract, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.sync.models import LineMemory


@dataclass(frozen=True, slots=True)
class RememberedLine:
    contract_name: str
    account_name: str
    service_name: str
    invoiced_units: int | None
    invoiced_on: date | None


def remembered_line(integration: Integration, contract_id: int, service_id: int) -> RememberedLine | None:
    """One query. None before the first sync; names are empty where the catalog was never read."""
    contracts = SeenContract.objects.filter(integration=integration, contract_id=OuterRef("contract_id"))
    services = SeenService.objects.filter(integration=integration, service_id=OuterRef("service_id"))
    rows = LineMemory.objects.filter(
        integration=integration, contract_id=contract_id, service_id=service_id
    ).values_list(
        Subquery(contracts.values("name")[:1]),
        Subquery(contracts.values("account_name")[:1]),
        Subquery(services.values("name")[:1]),
        "invoiced_units",
        "invoiced_on",
    )
    row = rows.first()
    if row is None:
        return None
    contract, account, service, units, on = row
    return RememberedLine(contract or "", account or "", service or "", units, on)
