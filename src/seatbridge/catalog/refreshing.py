"""Read what there is to choose from in BMS, and keep it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenLine, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.kit.plain_text import readable
from seatbridge.psa.kaseya_bms.client import Bms

_Row = TypeVar("_Row", bound=Model)
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many of each BMS has now."""

    accounts: int
    contracts: int
    services: int


def refresh(
    integration: Integration, bms: Bms, now: datetime, line_services: Collection[int] = ()
) -> Refreshed:
    """One call per hundred accounts, contracts and services each, and per hundred lines of `line_services`.

    All is read before anything is kept. What BMS no longer has is marked as gone, not deleted: mappings may
    still name it. Raises PsaError.
    """
    accounts = [
        SeenAccount(
            integration=integration,
            account_id=each.id,
            name=readable(each.name)[:500],
            is_active=each.is_active,
        )
        for each in bms.accounts()
    ]
    contracts = [
        SeenContract(
            integration=integration,
            contract_id=each.id,
            name=readable(each.name)[:500],
            account_name=readable(each.account_name)[:500],
            type=readable(each.type)[:100],
            status=readable(each.status)[:100],
            billing_cycle=readable(each.billing_cycle)[:100],
            start=each.start,
            end=each.end,
        )
        for each in bms.contracts().values()
    ]
    services = [
        SeenService(
            integration=integration,
            service_id=each.id,
            name=readable(each.name)[:500],
            description=readable(each.description),
            unit_cost=each.unit_cost,
            unit_price=each.unit_price,
            is_active=each.is_active,
        )
        for each in bms.services()
    ]
    lines = [line for service in sorted(line_services) for line in _lines_of(integration, bms, service)]
    with transaction.atomic():
        # One refresh of an integration at a time, and the newer one wins.
        Integration.objects.select_for_update().get(pk=integration.pk)
        _keep(SeenAccount.objects.filter(integration=integration), accounts, "account_id")
        _keep(SeenContract.objects.filter(integration=integration), contracts, "contract_id")
        _keep(SeenService.objects.filter(integration=integration), services, "service_id")
        SeenLine.objects.filter(integration=integration).delete()
        SeenLine.objects.bulk_create(lines, batch_size=_BATCH)
        Refresh.objects.update_or_create(
            integration=integration, defaults={"at": now, "line_services": sorted(line_services)}
        )
    return Refreshed(len(accounts), len(contracts), len(services))


def refresh_lines(integration: Integration, bms: Bms, service_id: int) -> None:
    """Which contracts carry this one service, beside what is known of the others. Raises PsaError."""
    lines = _lines_of(integration, bms, service_id)
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        known = Refresh.objects.filter(integration=integration).first()
        if known is None:
            return  # the first refresh reads them as well
        SeenLine.objects.filter(integration=integration, service_id=service_id).delete()
        SeenLine.objects.bulk_create(lines, batch_size=_BATCH)
        known.line_services = sorted({*(known.line_services or ()), service_id})
        known.save(update_fields=["line_services"])


def _lines_of(integration: Integration, bms: Bms, service_id: int) -> list[SeenLine]:
    return [
        SeenLine(
            integration=integration,
            line_id=each.id,
            contract_id=each.contract_id,
            service_id=service_id,
            account_id=each.account_id,
            unit_price=each.unit_price,
        )
        for each in bms.lines(service_id)
    ]


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
