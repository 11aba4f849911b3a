"""Read what there is to choose from in BMS, and keep it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.psa.kaseya_bms.client import Bms

_Row = TypeVar("_Row", bound=Model)
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many of each BMS has now."""

    accounts: int
    contracts: int
    services: int


def refresh(integration: Integration, bms: Bms, now: datetime) -> Refreshed:
    """One call per hundred accounts, contracts and services each. All is read before anything is kept.

    What BMS no longer has is marked as gone, not deleted: mappings may still name it. Raises PsaError.
    """
    accounts = [
        SeenAccount(
            integration=integration, account_id=each.id, name=each.name[:500], is_active=each.is_active
        )
        for each in bms.accounts()
    ]
    contracts = [
        SeenContract(
            integration=integration,
            contract_id=each.id,
            name=each.name[:500],
            account_name=each.account_name[:500],
            type=each.type[:100],
            status=each.status[:100],
            billing_cycle=each.billing_cycle[:100],
            start=each.start,
            end=each.end,
        )
        for each in bms.contracts().values()
    ]
    services = [
        SeenService(
            integration=integration,
            service_id=each.id,
            name=each.name[:500],
            description=each.description,
            unit_cost=each.unit_cost,
            unit_price=each.unit_price,
            is_active=each.is_active,
        )
        for each in bms.services()
    ]
    with transaction.atomic():
        # One refresh of an integration at a time, and the newer one wins.
        Integration.objects.select_for_update().get(pk=integration.pk)
        _keep(SeenAccount.objects.filter(integration=integration), accounts, "account_id")
        _keep(SeenContract.objects.filter(integration=integration), contracts, "contract_id")
        _keep(SeenService.objects.filter(integration=integration), services, "service_id")
        Refresh.objects.update_or_create(integration=integration, defaults={"at": now})
    return Refreshed(len(accounts), len(contracts), len(services))


def _keep(seen: QuerySet[_Row], fresh: Iterable[_Row], id_field: str) -> None:
    """The new rows say `gone` False; every row that no new one names keeps True."""
    seen.update(gone=True)
    names = [field.name for field in seen.model._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    seen.model._default_manager.bulk_create(  # noqa: SLF001 - the same
        fresh,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["integration", id_field],
        update_fields=[name for name in names if name not in ("id", "integration", id_field)],
    )
