"""What other rules would have made of the last plan: planned anew from its own facts.

Nothing is read from BMS. Both sides are planned by the planner itself from the same facts: only the rules
differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from seatbridge.catalog.finding import service_prices
from seatbridge.integrations.models import Integration
from seatbridge.integrations.rule_sets import RulesRead
from seatbridge.mappings.reading import read_company_mappings, read_product_mappings
from seatbridge.reconcile.facts import Facts
from seatbridge.reconcile.plan import plan
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine
from seatbridge.sync.shown.last_facts import last_facts
from seatbridge.usage.counting import counting_of
from seatbridge.usage.counts import read_counts

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EffectLine:
    was: PlannedLine
    would_be: PlannedLine


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one kind, each line of BMS once. `money`: a month; None where none of it is known."""

    lines: tuple[EffectLine, ...] = ()

    @property
    def money(self) -> Decimal | None:
        known = [line.would_be.money_delta for line in self.lines if line.would_be.money_delta is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def proration(self) -> Decimal:
        """Once, on the next invoice."""
        return sum((line.would_be.proration or Decimal(0) for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Counted:
    """Users counted otherwise, of mapped companies. `money`: a month at the catalog's prices."""

    users: int
    companies: int
    money: Decimal | None


@dataclass(frozen=True, slots=True)
class Effect:
    """`waits` and `would_wait`: why the run as a whole did, and would."""

    run_id: int
    planned_at: datetime
    currency: str
    released: Part
    held: Part
    dated: Part
    other: Part
    waits: tuple[str, ...]
    would_wait: tuple[str, ...]
    changes: int  # lines that would go on, were it not for the run as a whole
    counted: Counted | None

    @property
    def is_none(self) -> bool:
        parts = (self.released, self.held, self.dated, self.other)
        return not any(part.lines for part in parts) and self.waits == self.would_wait and not self.counted


def effect_of(integration: Integration, rules: RulesRead, tried: RulesRead) -> Effect | None:
    """None: no plan is kept that rules could be tried on."""
    found = last_facts(integration)
    if found is None:
        return None
    run_id, facts = found
    was, would_be = _planned(facts, rules), _planned(facts, tried)
    parts = _parts(was, would_be)
    return Effect(
        run_id=run_id,
        planned_at=facts.now,
        currency=facts.currency,
        released=parts["released"],
        held=parts["held"],
        dated=parts["dated"],
        other=parts["other"],
        waits=was.run_holds,
        would_wait=would_be.run_holds,
        changes=len({_key(line) for line in would_be.lines if goes(line)}),
        counted=_counted(integration, facts.now, rules, tried),
    )


def _planned(facts: Facts, rules: RulesRead) -> Plan:
    return plan(replace(facts, rules=rules.own, company_rules=rules.companies))


def goes(line: PlannedLine) -> bool:
    """Nothing holds the line itself."""
    return line.outcome is Outcome.CHANGE or line.status == "awaiting-approval"


def _parts(was: Plan, would_be: Plan) -> Mapping[str, Part]:
    found: dict[str, list[EffectLine]] = {"released": [], "held": [], "dated": [], "other": []}
    seen: set[tuple[int | None, int | None]] = set()
    for old, new in zip(was.lines, would_be.lines, strict=True):
        kind = _kind(old, new)
        if kind and _key(new) not in seen:
            seen.add(_key(new))
            found[kind].append(EffectLine(old, new))
    return {kind: Part(tuple(lines)) for kind, lines in found.items()}


def _key(line: PlannedLine) -> tuple[int | None, int | None]:
    return line.contract_id, line.service_id


def _kind(old: PlannedLine, new: PlannedLine) -> str:
    if goes(old) and goes(new):
        moved = (old.effective_date, old.proration) != (new.effective_date, new.proration)
        return "dated" if moved else ""
    if goes(new):
        return "released"
    if goes(old) and new.outcome is Outcome.HOLD:
        return "held"
    return "" if (old.outcome, old.status) == (new.outcome, new.status) else "other"


def _counted(integration: Integration, now: datetime, rules: RulesRead, tried: RulesRead) -> Counted | None:
    """From the users as they are known today: who counts decides before anything is planned."""
    old, new = counting_of(rules), counting_of(tried)
    if old == new:
        return None
    mapped = read_company_mappings(integration)
    services, prices = read_product_mappings(integration), service_prices(integration)
    before = read_counts(integration.partner, tuple(services), now, counting=old).counts
    after = read_counts(integration.partner, tuple(services), now, counting=new).counts
    billed = [
        pair
        for pair in after
        if pair[0] in mapped and mapped[pair[0]].contract_id is not None and not mapped[pair[0]].excluded
    ]
    return _difference(
        billed,
        {pair: count.value for pair, count in before.items()},
        {pair: count.value for pair, count in after.items()},
        {product: prices.get(service) for product, service in services.items()},
    )


def _difference(
    pairs: Sequence[Pair],
    before: Mapping[Pair, int | None],
    after: Mapping[Pair, int | None],
    prices: Mapping[str, Decimal | None],
) -> Counted:
    moved = {pair: (after[pair] or 0) - (before[pair] or 0) for pair in pairs}
    moved = {pair: by for pair, by in moved.items() if by}
    return Counted(
        users=sum(moved.values()),
        companies=len({company for company, _ in moved}),
        money=_sum((by, prices.get(product)) for (_, product), by in moved.items()),
    )


def _sum(parts: Iterable[tuple[int, Decimal | None]]) -> Decimal | None:
    known = [by * price for by, price in parts if price is not None]
    return sum(known, Decimal(0)) if known else None
