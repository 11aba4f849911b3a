"""What was invoiced against what stands on contract: the only number that a client sees. Pure.

Invoices name no service: contract and the line's name join. Full lines are compared by their quantity, one
for each posted period; a line that is a part of a period is a proration. Nobody published how BMS writes the
bill of a period that the contract's start or end cuts: what is no known way of writing it is not judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from seatbridge.psa.records import Contract, InvoiceLine
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.money import CENT, cents
from seatbridge.reconcile.periods import Period
from seatbridge.reconcile.posting import Posting, posting_of, rhythm_of, scheduled

# Prices of a part of a period are shown rounded; a part that is a day shorter differs by 3 % at least.
ROUNDED, NEARLY = CENT / 2, Decimal("0.005")


class Invoicing(StrEnum):
    ON_INVOICE = "on-invoice"
    NOT_ON_INVOICE = "not-on-invoice"
    OTHER_QUANTITY = "other-quantity"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Due:
    """One posted period. `units` of its first day; None, or not `sure`: the line may have begun within it.

    `days` of its `whole` ones are within the contract.
    """

    units: int | None
    days: int = 1
    whole: int = 1
    sure: bool = True

    @property
    def is_cut(self) -> bool:
        return self.days < self.whole

    def of_one(self, price: Decimal) -> Decimal:
        return price * self.days / self.whole


@dataclass(frozen=True, slots=True)
class Found:
    """`invoiced`: quantities of full lines. `prorations`: sums. `money`: too much invoiced, or too little."""

    invoicing: Invoicing
    invoiced: tuple[int, ...]
    prorations: tuple[Decimal, ...]
    money: Decimal = Decimal(0)

    @property
    def is_exception(self) -> bool:
        return self.invoicing is not Invoicing.ON_INVOICE or bool(self.prorations)


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of an invoice, as so many units at that price."""

    line: InvoiceLine
    units: int
    of_one: Decimal


def compare(
    dues: Sequence[Due], lines: Sequence[InvoiceLine], price: Decimal, *, carried: bool = False
) -> Found:
    """`carried`: a line is 1 unit at the price of all its users."""
    wanted = [due for due in dues if due.units != 0]
    cut = [due for due in wanted if due.is_cut]
    of_cut = [each for due in cut for each in _for_cut(due, lines, price, carried=carried)]
    rest = _without(lines, of_cut)
    others = list(_for_whole(rest, price, len(wanted) - len(of_cut), carried=carried))
    billed = of_cut + (others if not of_cut else [each for each in others if each.line.unit_price == price])
    invoiced = tuple(sorted(each.units for each in billed))
    unread = len(of_cut) < len(cut) and bool(lines)
    found = Found(_judged(wanted, invoiced, unread=unread), invoiced, _sums(_without(lines, billed)))
    if found.invoicing in (Invoicing.ON_INVOICE, Invoicing.CANNOT_TELL):
        return found
    owed = sum((due.of_one(price) * (due.units or 0) for due in wanted), Decimal(0))
    return replace(found, money=cents(sum((each.units * each.of_one for each in billed), -owed)))


def _judged(wanted: Sequence[Due], invoiced: tuple[int, ...], *, unread: bool) -> Invoicing:
    """`unread`: there are lines, and none is written as a bill of the cut period is known to be."""
    known = sorted(due.units for due in wanted if due.units is not None)
    if len(known) == len(wanted) and tuple(known) == invoiced:
        return Invoicing.ON_INVOICE
    if unread or len(known) < len(wanted) or not all(due.sure for due in wanted):
        return Invoicing.CANNOT_TELL
    return Invoicing.NOT_ON_INVOICE if wanted and not invoiced else Invoicing.OTHER_QUANTITY


def _for_cut(due: Due, lines: Sequence[InvoiceLine], price: Decimal, *, carried: bool) -> Iterator[Billed]:
    """All users at the share of the price, or whatever else comes to their sum."""
    of_one = due.of_one(price)
    for line in lines:
        users = line.quantity >= 0 and line.quantity == line.quantity.to_integral_value()
        if due.units is not None and abs(line.total - due.units * of_one) <= CENT:
            yield Billed(line, due.units, of_one)
        elif not carried and users and abs(line.unit_price - of_one) <= min(ROUNDED, of_one * NEARLY):
            yield Billed(line, int(line.quantity), of_one)


def _for_whole(lines: Sequence[InvoiceLine], price: Decimal, most: int, *, carried: bool) -> Iterator[Billed]:
    """More than periods: a part of one may look like a whole by chance, and the price says which."""
    full = [line for line in lines if is_full(line)]
    priced = [line for line in full if line.unit_price == price]
    if len(full) > most and priced and not carried:
        full = priced
    for line in full:
        yield Billed(line, _quantity(line, price if carried else None), price)


def _without(lines: Sequence[InvoiceLine], billed: Sequence[Billed]) -> list[InvoiceLine]:
    taken = [each.line for each in billed]
    return [line for line in lines if line not in taken]


def _sums(lines: Sequence[InvoiceLine]) -> tuple[Decimal, ...]:
    return tuple(line.total for line in lines)


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
