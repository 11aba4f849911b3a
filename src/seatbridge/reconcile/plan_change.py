"""A product rises while another of its company falls to zero or goes missing: both are written, or none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from seatbridge.reconcile.deadlines import deadline_of
from seatbridge.reconcile.decided import is_about
from seatbridge.reconcile.facts import Facts, Key
from seatbridge.reconcile.rulings import Ruling, held
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, amount, day

PLAN_CHANGE = "held:plan-change"


@dataclass(frozen=True, slots=True)
class PlanChange:
    company: str
    rising: tuple[Weighed, ...]
    gone: tuple[Weighed, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(sorted({weighed.key for weighed in (*self.rising, *self.gone)}))

    @property
    def is_missing(self) -> bool:
        """A count that is missing can be decided on by no one: there is no number to write."""
        return any(weighed.target.units is None for weighed in self.gone)

    @property
    def in_order(self) -> tuple[Key, ...]:
        """What goes comes first: at no moment are the same users billed on two lines."""
        gone = sorted({weighed.key for weighed in self.gone})
        return (*gone, *(key for key in self.keys if key not in gone))

    def is_named(self, names: frozenset[tuple[str, str]]) -> bool:
        return any(
            member.name in names for weighed in (*self.rising, *self.gone) for member in weighed.members
        )


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """`held` waits; `released` was named, and is written as a whole or not at all."""

    held: dict[Key, Ruling] = field(default_factory=dict)
    released: list[PlanChange] = field(default_factory=list)

    @property
    def released_keys(self) -> frozenset[Key]:
        return frozenset(key for change in self.released for key in change.keys)


def find_plan_changes(
    all_weighed: Iterable[Weighed],
    names: frozenset[tuple[str, str]],
    currency: str,
    approved: frozenset[Key] = frozenset(),
) -> PlanChanges:
    """`names`: released by name for this run. `approved`: keys that an earlier decision covers."""
    rising: dict[str, list[Weighed]] = defaultdict(list)
    gone: dict[str, list[Weighed]] = defaultdict(list)
    names_of: dict[str, str] = {}
    for weighed in all_weighed:
        side = rising if _rises(weighed) else gone if _is_gone(weighed) else None
        if side is None:
            continue
        for member in weighed.members:
            if bool(member.count.value) == (side is rising) or weighed.target.units is None:
                side[member.company.ref].append(weighed)
                names_of[member.company.ref] = member.company.name
    found = PlanChanges()
    for ref in sorted(rising.keys() & gone.keys()):
        change = PlanChange(names_of[ref], tuple(rising[ref]), tuple(gone[ref]))
        if (change.is_named(names) or approved.issuperset(change.keys)) and not change.is_missing:
            found.released.append(change)
        else:
            found.held.update(dict.fromkeys(change.keys, hold_for(change, currency)))
    return found


def decided_keys(weighed: Mapping[Key, Weighed], facts: Facts) -> frozenset[Key]:
    """Lines of changes that a person released before, as far as the counts are still about the same.

    One of the two lines may have been written already, by a run that did not come to the other one.
    """
    return frozenset(
        key
        for change in facts.instructions.changes
        if all(key in weighed and is_about(weighed[key].target.units, units) for key, units in change.items())
        for key in change
    )


def _rises(weighed: Weighed) -> bool:
    if weighed.stop is not None:
        return False
    stands, after = weighed.stands, weighed.target.units
    return stands is not None and after is not None and after > stands


def _is_gone(weighed: Weighed) -> bool:
    if weighed.target.units is None:
        return weighed.stop is not None and weighed.stop.status == "stale-source" and bool(weighed.stands)
    return weighed.stop is None and weighed.target.units == 0 and weighed.stands != 0


def hold_for(change: PlanChange, currency: str) -> Ruling:
    first = min(deadline_of(row.terms.posting) for row in (*change.rising, *change.gone))
    deadline = f"Decide before {day(first)}."
    fix = "Approve either line: both are written or neither."
    if change.is_missing:
        fix = "Bring in the count that is missing; until then neither line is written."
    return replace(
        held(
            PLAN_CHANGE,
            f"{change.company} changes its plan: {_sides(change)}{_money(change, currency)}.",
            f"{fix} {deadline}",
        ),
        waiting=_cost_of_waiting(change, currency),
    )


def _sides(change: PlanChange) -> str:
    sides = [f"{_product(row, change)} {row.stands} → {row.target.units}" for row in change.rising]
    sides += [
        f"{_product(row, change)} {'?' if row.stands is None else row.stands} → "
        f"{'missing' if row.target.units is None else row.target.units}"
        for row in change.gone
    ]
    return ", ".join(sides)


def _product(weighed: Weighed, change: PlanChange) -> str:
    return next((row.product for row in weighed.members if row.company.name == change.company), "")


def _money(change: PlanChange, currency: str) -> str:
    return a_month(_net(change), currency)


def _net(change: PlanChange) -> Decimal | None:
    """A month, of both sides together; None where it is not known."""
    amounts = [
        row.a_month((row.target.units or 0) - (row.stands or 0)) for row in (*change.rising, *change.gone)
    ]
    known = [money for money in amounts if money is not None]
    return None if change.is_missing or len(known) != len(amounts) else sum(known, Decimal(0))


def _cost_of_waiting(change: PlanChange, currency: str) -> str:
    net = _net(change)
    if net is None:
        return "What waiting costs cannot be told while a count is missing."
    money = amount(abs(net), currency)
    waiting, writing = ("too much", "too little") if net < 0 else ("too little", "too much")
    return (
        f"If the new plan is right, waiting invoices {money} a month {waiting}; "
        f"if the former one is, writing invoices {money} a month {writing}."
    )
