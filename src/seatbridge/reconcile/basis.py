"""What a planned line was computed from, which is what a person's approval covers.

In four parts: any movement since the preview shows, and where.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from seatbridge.reconcile.dates import TooLate, WriteNow
from seatbridge.reconcile.large_moves import treatment_of
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import day

_PARTS = ("the count", "the mapping or the rules", "the line in BMS", "the contract in BMS")

Basis = tuple[str, ...]


def basis_of(weighed: Weighed) -> Basis:
    """Not in it: the contract's total (other lines move it nightly) and the account's name."""
    line = weighed.line
    counts = mapping = ""
    for member in weighed.members:
        name = f"{member.company.ref}|{member.product}|"
        counts += f"{name}{member.count.value};"
        mapping += f"{name}{member.mapping.account_id};"
    if weighed.put_back is not None:
        counts = f"put back to {weighed.put_back.units}"
    treatment = treatment_of(weighed)
    treated = f"|{treatment}" if treatment else ""
    read = ""
    if line is not None:
        # 5.0 and 5.00 are one price.
        price, cost = _plain(line.unit_price), _plain(line.unit_cost)
        read = f"{line.id}|{price}|{cost}|{day(line.effective_date)}"
    contract_id, service_id = weighed.key
    terms = weighed.terms
    return (
        counts,
        f"{mapping}{contract_id}|{service_id}|{terms.rules}|{_day_of(weighed)}{treated}",
        f"{read}|{weighed.before.units}",
        terms.standing,
    )


def _day_of(weighed: Weighed) -> object:
    """A day that a rule lets float is the same day tomorrow, within its period."""
    found = weighed.day
    if found is None or isinstance(found, TooLate):
        return None
    if isinstance(found, WriteNow) and found.floats:
        rhythm = weighed.terms.rhythm
        period = None if rhythm is None else rhythm.containing(found.on)
        return f"the day of the sync in {period.start if period else found.on}"
    return found.on


def basis_of_skipped(member: Member) -> Basis:
    return (f"{member.company.ref}|{member.product}|{member.count.value}|{member.mapping.excluded}",)


def what_moved(former: Sequence[str], now: Sequence[str]) -> str:
    """`the count and the line in BMS`."""
    if len(former) != len(now):  # it was skipped then, and is planned now
        return " and ".join(_PARTS)
    return " and ".join(name for name, one, other in zip(_PARTS, former, now, strict=False) if one != other)


@lru_cache(maxsize=4096)
def _plain(money: Decimal) -> str:
    return str(money.normalize())
