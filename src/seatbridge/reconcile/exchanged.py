"""Lines that only exchange their units among one another: the rows of a file slipped against its names.

Net nothing moves, and where companies are alike each line moves little: no other limit sees it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import amount

FEWEST = 8  # lines: fewer may exchange their units by chance
STRANGERS = 2  # units that came in, and went out, at the two ends of what slipped
EXAMPLES = 3


def exchanged_units(all_weighed: Iterable[Weighed], currency: str) -> str:
    """A sentence; empty where that is not so."""
    moving = [row for row in all_weighed if _moves(row)]
    if len(moving) < FEWEST:
        return ""
    before = Counter(row.stands for row in moving)
    after = Counter(row.target.units for row in moving)
    if (before - after).total() > STRANGERS:
        return ""
    money = sum((abs(row.a_month(row.moves_by) or Decimal(0)) for row in moving), Decimal(0))
    return (
        f"{len(moving)} lines only exchange their units among one another ({_examples(moving)}), as rows do "
        f"that slipped against their names: {amount(money, currency)} a month."
    )


def _moves(row: Weighed) -> bool:
    stands, after = row.stands, row.target.units
    return row.line is not None and stands is not None and after is not None and stands != after


def _examples(moving: Sequence[Weighed]) -> str:
    return ", ".join(f"{row.stands} → {row.target.units}" for row in moving[:EXAMPLES])
