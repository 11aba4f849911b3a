"""What a person's approval covers, as four short hashes: any movement since the preview shows, and where."""

from hashlib import sha256

from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed

_PARTS = ("the count", "the mapping or the rules", "the line in BMS", "the contract in BMS")
_LENGTH = 16


def digest_of(weighed: Weighed) -> str:
    """64 hex digits. Not in it: the contract's total (other lines move it nightly) and the account's name."""
    line = weighed.line
    counts = tuple((*member.name, member.count.value) for member in weighed.members)
    mapping = tuple(
        (*member.name, member.mapping.account_id, member.mapping.contract_id) for member in weighed.members
    )
    day = weighed.day
    on = getattr(day, "on", None)
    # 5.0 and 5.00 are one price.
    read = None if line is None else (
        line.id, line.unit_price.normalize(), line.unit_cost.normalize(), line.effective_date
    )  # fmt: skip
    return "".join(
        _hash(part)
        for part in (
            counts,
            (mapping, weighed.key, weighed.terms.digest[-2:], on),
            (read, weighed.before.units),
            weighed.terms.digest[:-2],
        )
    )


def digest_of_skipped(member: Member) -> str:
    return _hash((*member.name, member.count.value, member.mapping.excluded)) * len(_PARTS)


def what_moved(former: str, now: str) -> str:
    """`the count and the line in BMS`."""
    moved = [
        name
        for number, name in enumerate(_PARTS)
        if former[number * _LENGTH : (number + 1) * _LENGTH] != now[number * _LENGTH : (number + 1) * _LENGTH]
    ]
    return " and ".join(moved)


def _hash(part: object) -> str:
    return sha256(repr(part).encode()).hexdigest()[:_LENGTH]
