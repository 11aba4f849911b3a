"""What has been or will be invoiced: prorated transactions, invoice lines, invoices."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Proration:
    """A change of a line inside a period: `units` (negative for a decrease) from `since` to before `until`.

    `unit_price` is the price of the part of the period, `amount` the exact product in cents.
    """

    line_id: int
    name: str
    since: date
    until: date
    units: int
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    id: int
    contract_id: int
    line_id: int | None
    name: str
    description: str
    qty: Decimal
    unit_price: Decimal
    total_price: Decimal
    value_date: date
    # full | proration; not on the vendor's wire, which shows only the numbers.
    kind: str


@dataclass(frozen=True, slots=True)
class Invoice:
    id: int
    number: str
    account_id: int
    invoice_date: date
    first_day: date
    last_day: date
    lines: tuple[InvoiceLine, ...]
