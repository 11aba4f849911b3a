"""Money a month over a whole plan; a line of BMS that several companies share counts once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from seatbridge.catalog.models import SeenContract, SeenService
from seatbridge.reconcile.money import per_month
from seatbridge.reconcile.periods import Cycle, cycle_of
from seatbridge.sync.models import LineMemory
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine, unbilled_of


@dataclass(frozen=True, slots=True)
class Figures:
    """A month, each. None where no line of it is known in money."""

    on_contract: Decimal | None = None
    not_billed: Decimal | None = None
    since_invoice: Decimal | None = None
    invoices_read: bool = False
    vendor_charge: Decimal | None = None
    currency: str = "USD"
    not_billed_companies: int = 0
    unknown_units: int = 0  # lines on contract of which the units are not known


@dataclass(frozen=True, slots=True)
class _Remembered:
    invoiced: int | None
    cost: Decimal | None


def figures_of(integration_id: int, lines: Sequence[ShownLine]) -> Figures:
    """Two queries."""
    rows = {line.shared: line for line in lines}
    if not rows:
        return Figures()
    cycles = _cycles(integration_id)
    remembered = _remembered(integration_id)
    costs = {key[1]: row.cost for key, row in remembered.items() if row.cost}
    standing = [line for line in rows.values() if _is_on_contract(line)]
    lost = [line for line in rows.values() if line.group is Group.NOT_BILLED]
    return Figures(
        on_contract=_sum(_month(line, line.stands, cycles) for line in standing),
        not_billed=unbilled_of(lost),
        since_invoice=_sum(_since_invoice(line, remembered, cycles) for line in standing),
        invoices_read=any(row.invoiced is not None for row in remembered.values()),
        vendor_charge=_sum(_charge(line, costs) for line in lines),
        currency=next(iter(rows.values())).currency or "USD",
        not_billed_companies=len({line.company for line in lost}),
        unknown_units=sum(line.stands is None for line in standing),
    )


def _is_on_contract(line: ShownLine) -> bool:
    """Also a line that nothing is written to: BMS bills it. What is excluded has none."""
    if line.contract_id is None or line.group is Group.NOT_BILLED:
        return False
    return line.group is not Group.OFF or line.line_id is not None


def _month(line: ShownLine, units: int | None, cycles: Mapping[int, Cycle]) -> Decimal | None:
    if units is None or line.price is None or line.contract_id is None:
        return None
    return per_month(units, line.price, cycles.get(line.contract_id, Cycle.MONTHLY))


def _since_invoice(
    line: ShownLine, remembered: Mapping[tuple[object, ...], _Remembered], cycles: Mapping[int, Cycle]
) -> Decimal | None:
    row, stands = remembered.get(line.shared), line.stands
    if row is None or row.invoiced is None or stands is None:
        return None
    return _month(line, stands - row.invoiced, cycles)


def _charge(line: ShownLine, costs: Mapping[object, Decimal | None]) -> Decimal | None:
    """What Password Boss charges for the users counted, at the cost that the BMS catalog has."""
    cost = costs.get(line.service_id)
    return None if line.users is None or cost is None else line.users * cost


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _cycles(integration_id: int) -> dict[int, Cycle]:
    rows = SeenContract.objects.filter(integration=integration_id).values_list("contract_id", "billing_cycle")
    return {contract_id: cycle for contract_id, word in rows if (cycle := cycle_of(word)) is not None}


def _remembered(integration_id: int) -> dict[tuple[object, ...], _Remembered]:
    service = SeenService.objects.filter(integration=integration_id, service_id=OuterRef("service_id"))
    rows = LineMemory.objects.filter(integration=integration_id).values_list(
        "contract_id", "service_id", "invoiced_units", Subquery(service.values("unit_cost")[:1])
    )
    return {(contract, service_id): _Remembered(units, cost) for contract, service_id, units, cost in rows}
