"""What a planned line was computed from, which is what a person's approval covers.

In five parts, some of several fields: any movement since the preview shows, and where.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from seatbridge.reconcile.dates import TooLate, WriteNow
from seatbridge.reconcile.deadlines import deadline_of
from seatbridge.reconcile.large_moves import treatment_of
from seatbridge.reconcile.rules import PER_COMPANY, Rules
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import day, either_unknown

COUNT, MAPPING, TERMS, LINE, CONTRACT = range(5)
# Names of the fields of each part; one that ends in a star is named and its values are not.
_FIELDS = (
    ("the count",),
    ("the mapping *",),
    ("the rules *", "the billing calendar", "the day from which it counts", "the invoice run that it is for"),
    (
        "the line in BMS *",
        "the price in BMS",
        "the cost in BMS",
        "the date of the line in BMS",
        "the units on the contract",
    ),
    (
        "the contract's status",
        "the contract's type",
        "the contract's billing cycle",
        "the contract's start",
        "the contract's end",
    ),
)
_WHOLE = (0, 1)  # they hold what partners type, so no sign may cut them

Basis = tuple[str, ...]


def basis_of(weighed: Weighed, counted: Mapping[str, int], rules: Rules) -> Basis:
    """Not in it: the contract's total (other lines move it nightly) and the account's name.

    `counted`: company -> all its counts together. `rules`: the integration's own.
    """
    members = weighed.members
    contract_id, service_id = weighed.key
    accounts = ";".join([f"{row.company.ref}|{row.product}|{row.mapping.account_id}" for row in members])
    return (
        _count(members, counted) if weighed.put_back is None else f"put back to {weighed.put_back.units}",
        f"{accounts}|{contract_id}|{service_id}",
        terms_of(weighed, treatment_of(weighed), rules),
        _line(weighed),
        weighed.terms.standing,
    )


def _count(members: Sequence[Member], counted: Mapping[str, int]) -> str:
    if len(members) == 1:
        return f"{either_unknown(members[0].count.value)}{_excess(members[0], counted)}"
    return " + ".join(
        f"{either_unknown(row.count.value)} ({row.company.name}, {row.product}){_excess(row, counted)}"
        for row in members
    )


def _excess(member: Member, counted: Mapping[str, int]) -> str:
    """A company that counts more than it has licenses is held, whatever else was approved."""
    licenses = member.company.licenses
    return (
        "" if licenses is None or counted.get(member.company.ref, 0) <= licenses else ", above its licenses"
    )


def terms_of(weighed: Weighed, treatment: str, rules: Rules) -> str:
    """`treatment`: what the rules make of the change that is asked about."""
    terms = weighed.terms
    own = _own_rules(weighed.rules, rules)
    return f"{treatment}{own}|{terms.rules}|{_day_of(weighed)}|{day(deadline_of(terms.posting))}"


def _own_rules(own: Rules, rules: Rules) -> str:
    """What its company's rules say in place of the integration's."""
    if own is rules or own == rules:
        return ""
    pairs = [(name, getattr(own, name), getattr(rules, name)) for name in PER_COMPANY]
    return "".join(f";{name}={value}" for name, value, preset in pairs if value != preset)


def _day_of(weighed: Weighed) -> str:
    """A day that a rule lets float is the same day tomorrow, within its period."""
    found = weighed.day
    if found is None or isinstance(found, TooLate):
        return "none"
    if isinstance(found, WriteNow) and found.floats:
        rhythm = weighed.terms.rhythm
        period = None if rhythm is None else rhythm.containing(found.on)
        return f"the day of the sync in the period of {day(period.start if period else found.on)}"
    return day(found.on)


def _line(weighed: Weighed) -> str:
    line = weighed.line
    if line is None:
        return f"none||||{either_unknown(weighed.before.units)}"
    price, cost = plain(line.unit_price), plain(line.unit_cost)
    return f"{line.id}|{price}|{cost}|{day(line.effective_date)}|{either_unknown(weighed.before.units)}"


def basis_of_skipped(member: Member) -> Basis:
    return (f"{member.company.ref}|{member.product}|{member.count.value}|{member.mapping.excluded}",)


def what_moved(former: Sequence[str], now: Sequence[str]) -> str:
    """`the count moved from 17 to 18 and the price in BMS moved from 5.00 to 5.50`."""
    if len(former) != len(now):  # it was skipped then and is planned now, or the other way round
        return "the mapping moved"
    return " and ".join(_movements(former, now))


def _movements(former: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    # What the rules make of a change that is another one now is no movement of the rules.
    another = former[COUNT] != now[COUNT] or former[LINE] != now[LINE]
    for place, (one, other) in enumerate(zip(former, now, strict=True)):
        if one == other:
            continue
        names = _FIELDS[place]
        ones, others = ([one], [other]) if place in _WHOLE else (one.split("|"), other.split("|"))
        if not len(ones) == len(others) == len(names):
            yield f"{names[0].rstrip('* ')} moved"
            continue
        for name, old, new in zip(names, ones, others, strict=True):
            if old != new and not (another and name == _FIELDS[TERMS][0]):
                values = "" if name.endswith("*") else f" from {old} to {new}"
                yield f"{name.rstrip('* ')} moved{values}"


@lru_cache(maxsize=4096)
def plain(money: Decimal) -> str:
    """5.0, 5.00 and 5.000000 are one price."""
    cents = money.quantize(Decimal("0.01"))
    return str(cents if cents == money else money.normalize())
