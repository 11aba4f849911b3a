"""What was invoiced against what stands on contract: the only number that a client sees. Pure.

Invoices name no service: contract and the line's name join. Full lines are compared by their quantity, one
for each posted period; a line that is a part of a period is a proration.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from seatbridge.psa.records import Contract, InvoiceLine
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.periods import Period
from seatbridge.reconcile.posting import Posting, posting_of, rhythm_of, scheduled


class Invoicing(StrEnum):
    ON_INVOICE = "on-invoice"
    NOT_ON_INVOICE = "not-on-invoice"
    OTHER_QUANTITY = "other-quantity"


@dataclass(frozen=True, slots=True)
class Found:
    """`invoiced`: quantities of full lines. `prorations`: sums. `money`: too much invoiced, or too little."""

    invoicing: Invoicing
    invoiced: tuple[int, ...]
    prorations: tuple[Decimal, ...]
    money: Decimal

    @property
    def is_exception(self) -> bool:
        return self.invoicing is not Invoicing.ON_INVOICE or bool(self.prorations)


def compare(
    expected: Sequence[int], lines: Sequence[InvoiceLine], price: Decimal, *, carried: bool = False
) -> Found:
    """`expected`: units of each posted period. `carried`: a line is 1 unit at the price of all its users."""
    full = [line for line in lines if is_full(line)]
    invoiced = tuple(sorted(_quantity(line, price if carried else None) for line in full))
    prorations = tuple(line.total for line in lines if not is_full(line))
    wanted = tuple(sorted(units for units in expected if units))
    money = (sum(invoiced) - sum(wanted)) * price
    if invoiced == wanted:
        return Found(Invoicing.ON_INVOICE, invoiced, prorations, money)
    missing = wanted and not invoiced
    return Found(
        Invoicing.NOT_ON_INVOICE if missing else Invoicing.OTHER_QUANTITY, invoiced, prorations, money
    )


def is_full(line: InvoiceLine) -> bool:
    whole = line.quantity >= 0 and line.quantity == line.quantity.to_integral_value()
    return whole and line.quantity * line.unit_price == line.total


def _quantity(line: InvoiceLine, price_of_one: Decimal | None) -> int:
    if price_of_one and line.quantity == 1 and not line.total % price_of_one:
        return int(line.total / price_of_one)
    return int(line.quantity)


def posted_last(contract: Contract, calendar: BillingCalendar, now: datetime) -> Iterator[Period]:
    """The contract's periods that the newest posting posted, and the one before it did not."""
    rhythm = rhythm_of(contract, calendar)
    if rhythm is None:
        return
    posting = posting_of(calendar, contract.id, now)
    period = _before(posting).earliest_unposted(rhythm)
    while period is not None and posting.has_posted(period):
        yield period
        period = rhythm.after(period)


def _before(posting: Posting) -> Posting:
    """As it stood after the posting day before the newest one."""
    last = posting.last
    month = (last.year - 1, 12) if last.month == 1 else (last.year, last.month - 1)
    days: list[date] = [scheduled(posting.day_of_month, *month)]
    return replace(posting, last=days[0], next=last, frozen=False)
