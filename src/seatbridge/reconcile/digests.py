"""What a person's approval covers, as four short hashes: any movement since the preview shows, and where."""

from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from seatbridge.reconcile.dates import TooLate, WriteNow
from seatbridge.reconcile.large_moves import treatment_of
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import day

_PARTS = ("the count", "the mapping or the rules", "the line in BMS", "the contract in BMS")
_LENGTH = 16


def digest_of(weighed: Weighed) -> str:
    """64 hex digits. Not in it: the contract's total (other lines move it nightly) and the account's name."""
    line = weighed.line
    counts = mapping = ""
    for member in weighed.members:
        name = f"{member.company.ref}|{member.product}|"
        counts += f"{name}{member.count.value};"
        mapping += f"{name}{member.mapping.account_id};"
    on = _day_of(weighed)
    treatment = treatment_of(weighed)
    treated = f"|{treatment}" if treatment else ""
    read = ""
    if line is not None:
        # 5.0 and 5.00 are one price.
        price, cost = _plain(line.unit_price), _plain(line.unit_cost)
        read = f"{line.id}|{price}|{cost}|{day(line.effective_date)}"
    return (
        _hash(counts)
        + _hash(f"{mapping}{weighed.key}|{weighed.terms.rules}|{on}{treated}")
        + _hash(f"{read}|{weighed.before.units}")
        + _hash_of_contract(weighed.terms.standing)
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


def digest_of_skipped(member: Member) -> str:
    counted = f"{member.company.ref}|{member.product}|{member.count.value}|{member.mapping.excluded}"
    return _hash(counted) * len(_PARTS)


def what_moved(former: str, now: str) -> str:
    """`the count and the line in BMS`."""
    moved = [
        name
        for number, name in enumerate(_PARTS)
        if former[number * _LENGTH : (number + 1) * _LENGTH] != now[number * _LENGTH : (number + 1) * _LENGTH]
    ]
    return " and ".join(moved)


@lru_cache(maxsize=4096)
def _plain(money: Decimal) -> str:
    return str(money.normalize())


def _hash(part: str) -> str:
    return sha256(part.encode()).hexdigest()[:_LENGTH]


_hash_of_contract = lru_cache(maxsize=1024)(_hash)
