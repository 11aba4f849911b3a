"""What a person may choose for a company: an account's contracts, and what the first write there will be."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from seatbridge.catalog.finding import contracts_of, services_carried
from seatbridge.catalog.models import SeenAccount, SeenContract, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.mappings.checking import ACTIVE, BILLABLE_TYPE
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.reconcile.words import day
from seatbridge.usage.counting import counting_of
from seatbridge.usage.counts import read_counts
from seatbridge.usage.models import Company
from seatbridge.usage.unused import unused_products


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """`carried`, `lacking`, `unused`: names of the mapped services; `known` False: nobody read its lines.

    `unused`: lacked as well, and the company has no users of them.

    `shared`: names of other companies that are billed on it.
    """

    id: int
    name: str
    period: str
    state: str
    carried: Sequence[str]
    lacking: Sequence[str]
    unused: Sequence[str]
    known: bool
    shared: Sequence[str]


@dataclass(frozen=True, slots=True)
class FirstUnits:
    """What the first sync would write for one product. `units` None: there is no count."""

    product: str
    units: int | None
    service: str
    price: Decimal | None

    @property
    def money(self) -> Decimal | None:
        return None if self.units is None or self.price is None else self.units * self.price


@dataclass(frozen=True, slots=True)
class FirstWrite:
    """`seal` changes with any count or service: what a person was shown is what they approve."""

    lines: Sequence[FirstUnits]
    seal: str

    @property
    def units(self) -> dict[str, int]:
        return {line.product: line.units for line in self.lines if line.units is not None}

    @property
    def is_known(self) -> bool:
        return any(line.units is not None for line in self.lines)


def contracts_to_choose(
    integration: Integration,
    account: SeenAccount,
    company: Company,
    today: date,
    lines_read: Collection[int] | None,
) -> tuple[list[ContractChoice], int]:
    """Recurring services that run or start later, and how many other contracts the account has.

    `lines_read`: the services whose lines the last refresh read (Refresh.line_services).
    """
    everything = contracts_of(integration, account.name)
    offered = [each for each in everything if is_offered(each, today)]
    mapped = ProductMapping.objects.filter(integration=integration)
    names = {row.service_id: row.service_name for row in mapped}
    services, nobody = set(names), unused_products(company)
    used = {row.service_id for row in mapped if row.product not in nobody}
    ids = [each.contract_id for each in offered]
    carried, shared = services_carried(integration, ids), companies_on(integration, ids, but=company)
    known = bool(services) and services <= set(lines_read or ())
    return (
        [
            ContractChoice(
                id=each.contract_id,
                name=each.name,
                period=_period(each),
                state=_state(each, today),
                carried=sorted(names[one] for one in services & carried.get(each.contract_id, set())),
                lacking=sorted(names[one] for one in used - carried.get(each.contract_id, set())),
                unused=sorted(names[one] for one in services - used - carried.get(each.contract_id, set())),
                known=known,
                shared=shared.get(each.contract_id, ()),
            )
            for each in offered
        ],
        len(everything) - len(offered),
    )


def companies_on(
    integration: Integration, contract_ids: Collection[int], *, but: Company
) -> dict[int, list[str]]:
    """Contract id -> names of the companies that are billed on it."""
    rows = CompanyMapping.objects.filter(
        integration=integration, contract_id__in=contract_ids, excluded_reason=""
    ).exclude(company=but)
    found: dict[int, list[str]] = {}
    named = rows.order_by("company__name").values_list("contract_id", "company__name")
    for contract_id, name in named:
        if contract_id is not None:
            found.setdefault(contract_id, []).append(name)
    return found


def is_offered(contract: SeenContract, today: date) -> bool:
    billable = contract.type.strip().casefold() == BILLABLE_TYPE
    return billable and not contract.gone and (contract.end is None or contract.end >= today)


def _period(contract: SeenContract) -> str:
    end = "no end" if contract.end is None else f"to {day(contract.end)}"
    return f"{day(contract.start)} {end}, {contract.billing_cycle.lower()}"


def _state(contract: SeenContract, today: date) -> str:
    if contract.start > today:
        return f"Waiting for activation: starts on {day(contract.start)}"
    if contract.status.strip().casefold() != ACTIVE:
        return f'Waiting for activation: "{contract.status}" in BMS'
    return "Active"


def first_write(integration: Integration, company: Company, now: datetime) -> FirstWrite:
    """`now`: billing time."""
    seen = SeenService.objects.filter(
        integration=integration, service_id=OuterRef("service_id"), gone=False
    ).values("unit_price")
    mapped = ProductMapping.objects.filter(integration=integration).annotate(price=Subquery(seen[:1]))
    services = {row.product: row for row in mapped.order_by("product")}
    counting = counting_of(read_rules(integration))
    read = read_counts(integration.partner, tuple(services), now, refs=[company.ref], counting=counting)
    lines = []
    for product, row in services.items():
        count = read.counts.get((company.ref, product))
        units = None if count is None or count.stale else count.value
        lines.append(FirstUnits(product, units, row.service_name, row.price))
    told = [(line.product, line.units, services[line.product].service_id) for line in lines]
    return FirstWrite(lines, hashlib.sha256(repr(told).encode()).hexdigest()[:16])
