"""A contract that ends, and the one that follows it: found, accepted, taken into force.

A successor is the same account's, carries the same of our services, and begins on the day after the old one
ends. So no day belongs to both, and no client is billed twice for one. Nothing is stored of what is merely
proposed: an end date that is extended in BMS takes the proposal away by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from seatbridge.psa.records import Contract
from seatbridge.reconcile.contract_checks import STATUS, TYPE
from seatbridge.reconcile.facts import Accepted, CompanyMapping
from seatbridge.reconcile.periods import ONE_DAY
from seatbridge.reconcile.words import day, days


class Carried(NamedTuple):
    """What a contract carries of our services: service -> price of a unit; whose its lines are."""

    accounts: frozenset[int]
    prices: Mapping[int, Decimal]


NOTHING_CARRIED = Carried(frozenset(), {})


def carried_by(lines: Iterable[tuple[int, int, Decimal]]) -> Carried:
    """`lines`: (service, account, price). One priced to 0 bills nobody."""
    priced = [each for each in lines if each[2]]
    return Carried(frozenset(each[1] for each in priced), {each[0]: each[2] for each in priced})


class Followers(NamedTuple):
    """`fitting`: may be accepted. `near`: of the same account and about that time, with what is wrong."""

    fitting: tuple[Contract, ...] = ()
    near: tuple[tuple[Contract, str], ...] = ()

    @property
    def one(self) -> Contract | None:
        return self.fitting[0] if len(self.fitting) == 1 else None


class Standing(StrEnum):
    """What has become of an accepted successor."""

    AHEAD = "ahead"  # its day has not come
    DUE = "due"  # the old contract is over and this one has begun
    VOID = "void"  # the old contract was extended, or the successor is gone


def find_followers(
    old: Contract, account_id: int | None, others: Iterable[Contract], carried: Mapping[int, Carried]
) -> Followers:
    """`others`: contracts of whatever account; those of another one are passed over."""
    if old.end is None:
        return Followers()
    fitting, near = [], []
    later = [
        each for each in others if _is_later(old, each) and _is_same_account(old, each, account_id, carried)
    ]
    for other in sorted(later, key=_nearest_to(old.end)):
        wrong = _what_is_wrong(old, other, carried)
        if wrong:
            near.append((other, wrong))
        else:
            fitting.append(other)
    return Followers(tuple(fitting), tuple(near))


def _nearest_to(end: date) -> Callable[[Contract], tuple[int, int]]:
    """The first one is named as the reason: the same one in whichever order they were read."""
    return lambda other: (abs((other.start - end).days), other.id)


def _is_later(old: Contract, other: Contract) -> bool:
    """Begins after the old one began, and outlasts it: nothing else can follow it."""
    if old.end is None or other.id == old.id or other.start <= old.start:
        return False
    return other.end is None or other.end > old.end


def _is_same_account(
    old: Contract, other: Contract, account_id: int | None, carried: Mapping[int, Carried]
) -> bool:
    """By the account of its lines; names alone may be shared by two accounts."""
    accounts = carried.get(other.id, NOTHING_CARRIED).accounts
    if accounts and account_id is not None:
        return accounts == {account_id}
    return other.account_name == old.account_name


def _what_is_wrong(old: Contract, other: Contract, carried: Mapping[int, Carried]) -> str:
    if old.end is None:
        return ""
    due = old.end + ONE_DAY
    if other.type.strip().casefold() != TYPE:
        return f'is of the type "{other.type}"; only Recurring Services have units'
    if other.start < due:
        return (
            f"begins on {day(other.start)}, before {old.name} ends on {day(old.end)}: both bill these days. "
            "Correct one of the two dates in BMS"
        )
    if other.start > due:
        gap = (other.start - due).days
        return (
            f"begins on {day(other.start)}, and {days(gap)} before that belong to no contract. "
            f"Begin it on {day(due)} in BMS, or map the company to it"
        )
    lacking = (
        carried.get(old.id, NOTHING_CARRIED).prices.keys()
        - carried.get(other.id, NOTHING_CARRIED).prices.keys()
    )
    if lacking or not carried.get(other.id, NOTHING_CARRIED).prices:
        return "lacks a service that the old one carries. Add it in BMS, or map the company to it"
    return ""


def is_active(contract: Contract) -> bool:
    return contract.status.strip().casefold() == STATUS


def standing_of(
    accepted: Accepted, contract_id: int, contracts: Mapping[int, Contract], today: date
) -> Standing:
    old, successor = contracts.get(contract_id), contracts.get(accepted.successor_id)
    if successor is None or (old is not None and (old.end is None or old.end >= successor.start)):
        return Standing.VOID
    is_over = old is None or (old.end is not None and old.end < today)
    return Standing.DUE if is_over and successor.start <= today else Standing.AHEAD


def on_successors(
    mappings: Mapping[str, CompanyMapping],
    accepted: Mapping[int, Accepted],
    contracts: Mapping[int, Contract],
    today: date,
) -> dict[str, CompanyMapping]:
    """Every company is billed on one contract: on the accepted successor from the day on that it is due."""
    due = {
        number: each
        for number, each in accepted.items()
        if standing_of(each, number, contracts, today) is Standing.DUE
    }
    if not due:
        return dict(mappings)
    return {ref: _moved(mapping, due.get(mapping.contract_id or 0)) for ref, mapping in mappings.items()}


def _moved(mapping: CompanyMapping, renewed: Accepted | None) -> CompanyMapping:
    if renewed is None or mapping.excluded:
        return mapping
    # What was seen when the mapping was made was of the former contract's line.
    return mapping._replace(
        contract_id=renewed.successor_id, first_write_approved=renewed.first_write_approved, first_units=()
    )
