"""Accounts, contracts and services by id and by name, as the last refresh saw them. No call to BMS."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Q, When

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenLine, SeenService
from seatbridge.integrations.models import Integration


def refreshed_at(integration: Integration) -> datetime | None:
    return Refresh.objects.filter(integration=integration).values_list("at", flat=True).first()


def account_names(integration: Integration, ids: Collection[int] | None = None) -> dict[int, str]:
    """None: all of them. Names of accounts that are gone are kept: a mapping may still show one."""
    rows = SeenAccount.objects.filter(integration=integration)
    if ids is not None:
        rows = rows.filter(account_id__in=ids)
    return dict(rows.values_list("account_id", "name"))


def contract_names(integration: Integration, ids: Collection[int] | None = None) -> dict[int, str]:
    rows = SeenContract.objects.filter(integration=integration)
    if ids is not None:
        rows = rows.filter(contract_id__in=ids)
    return dict(rows.values_list("contract_id", "name"))


def service_names(integration: Integration, ids: Collection[int] | None = None) -> dict[int, str]:
    rows = SeenService.objects.filter(integration=integration)
    if ids is not None:
        rows = rows.filter(service_id__in=ids)
    return dict(rows.values_list("service_id", "name"))


def service_prices(integration: Integration) -> dict[int, Decimal]:
    """Price of a unit by service id, as the catalogue has it."""
    rows = SeenService.objects.filter(integration=integration, gone=False)
    return dict(rows.values_list("service_id", "unit_price"))


def service_texts(integration: Integration, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name and description by service id, as a line that is added to a contract takes them."""
    rows = SeenService.objects.filter(integration=integration, service_id__in=ids)
    return {
        number: (name, text) for number, name, text in rows.values_list("service_id", "name", "description")
    }


def account(integration: Integration, account_id: int) -> SeenAccount | None:
    return SeenAccount.objects.filter(integration=integration, account_id=account_id).first()


def contract(integration: Integration, contract_id: int) -> SeenContract | None:
    return SeenContract.objects.filter(integration=integration, contract_id=contract_id).first()


def contracts_seen(integration: Integration, ids: Collection[int]) -> dict[int, SeenContract]:
    """By id, without what is gone."""
    rows = SeenContract.objects.filter(integration=integration, gone=False, contract_id__in=ids)
    return {row.contract_id: row for row in rows}


def service(integration: Integration, service_id: int) -> SeenService | None:
    return SeenService.objects.filter(integration=integration, service_id=service_id).first()


def accounts_named(integration: Integration, search: str, most: int = 50) -> list[SeenAccount]:
    """Those still there whose name holds `search`; active ones first."""
    rows = SeenAccount.objects.filter(integration=integration, gone=False, name__icontains=search.strip())
    return list(rows.order_by("-is_active", "name", "account_id")[:most])


def accounts_to_choose(
    integration: Integration, search: str, chosen: int | None, most: int = 50
) -> list[SeenAccount]:
    """As `accounts_named`, with the one that is chosen first, also where it is gone. One query."""
    named = Q(gone=False, name__icontains=search.strip())
    rows = SeenAccount.objects.filter(named | Q(account_id=chosen or 0), integration=integration)
    is_chosen = Case(When(account_id=chosen or 0, then=0), default=1)
    return list(rows.order_by(is_chosen, "-is_active", "name", "account_id")[:most])


def services_named(integration: Integration, search: str, most: int = 50) -> list[SeenService]:
    rows = SeenService.objects.filter(integration=integration, gone=False, name__icontains=search.strip())
    return list(rows.order_by("-is_active", "name", "service_id")[:most])


@dataclass(frozen=True, slots=True)
class ServicesToChoose:
    """`named`: as searched for, or any, where none is named so; `by_id`: those asked for by id as well."""

    named: list[SeenService]
    by_id: Mapping[int, SeenService]


def services_to_choose(
    integration: Integration, search: str, ids: Collection[int | None], most: int
) -> ServicesToChoose:
    """One query."""
    wanted = {number for number in ids if number is not None}
    is_named, is_wanted = Q(name__icontains=search, gone=False), Q(service_id__in=wanted)
    rank = Case(When(is_wanted, then=0), When(is_named, then=1), default=2)
    rows = SeenService.objects.filter(is_wanted | Q(gone=False), integration=integration)
    found = list(rows.order_by(rank, "-is_active", "name", "service_id")[: most + len(wanted)])
    named = [each for each in found if search.casefold() in each.name.casefold() and not each.gone]
    by_id = {each.service_id: each for each in found if each.service_id in wanted}
    offered = sorted(named or found, key=lambda each: (not each.is_active, each.name, each.service_id))
    return ServicesToChoose([each for each in offered if not each.gone][:most], by_id)


def contracts_of(integration: Integration, account_name: str) -> list[SeenContract]:
    """By the account's name, because the list of contracts carries no account id."""
    rows = SeenContract.objects.filter(integration=integration, gone=False, account_name=account_name)
    return list(rows.order_by("-start", "contract_id"))


def services_carried(integration: Integration, contract_ids: Collection[int]) -> dict[int, set[int]]:
    """Contract id -> services on its priced lines; only of services whose lines were read."""
    rows = SeenLine.objects.filter(integration=integration, contract_id__in=contract_ids, unit_price__gt=0)
    found: dict[int, set[int]] = {}
    for contract_id, service_id in rows.values_list("contract_id", "service_id"):
        found.setdefault(contract_id, set()).add(service_id)
    return found
