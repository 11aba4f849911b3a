"""Money of a line: per billing period, and per month so that lines of different cycles compare.

Half a cent is rounded up (away from 0), as invoices round it: what is announced is what is billed.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from seatbridge.reconcile.periods import Cycle

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
# A month's share of one period's price.
_MONTHLY: dict[Cycle, tuple[Decimal, Decimal]] = {
    Cycle.WEEKLY: (Decimal(52), Decimal(12)),
    Cycle.MONTHLY: (Decimal(1), Decimal(1)),
    Cycle.QUARTERLY: (Decimal(1), Decimal(3)),
    Cycle.YEARLY: (Decimal(1), Decimal(12)),
}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def per_period(units: int, price: Decimal) -> Decimal:
    return NOTHING if units == 0 else cents(units * price)


def per_month(units: int, price: Decimal, cycle: Cycle) -> Decimal:
    """`units` may be negative: a drop. Rounded once, at the end, to cents."""
    if units == 0:
        return NOTHING
    times, parts = _MONTHLY[cycle]
    return cents(units * price * times / parts)


def prorated(units: int, price: Decimal, shares: Iterable[Fraction]) -> Decimal:
    """What BMS charges once: a line of its own for each period, of its days left / its days."""
    parts = (cents(units * price * share.numerator / share.denominator) for share in shares)
    return sum(parts, NOTHING)
