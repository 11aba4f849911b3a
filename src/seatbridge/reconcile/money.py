"""Money of a line: per billing period, and per month so that lines of different cycles compare."""

from decimal import ROUND_HALF_EVEN, Decimal
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


def per_period(units: int, price: Decimal) -> Decimal:
    return NOTHING if units == 0 else (units * price).quantize(CENT, ROUND_HALF_EVEN)


def per_month(units: int, price: Decimal, cycle: Cycle) -> Decimal:
    """`units` may be negative: a drop. Rounded once, at the end, to cents."""
    if units == 0:
        return NOTHING
    times, parts = _MONTHLY[cycle]
    return (units * price * times / parts).quantize(CENT, ROUND_HALF_EVEN)


def prorated(units: int, price: Decimal, share: Fraction) -> Decimal:
    """What BMS charges once for the rest of a period: days left / days in the period."""
    return (units * price * share.numerator / share.denominator).quantize(CENT, ROUND_HALF_EVEN)
