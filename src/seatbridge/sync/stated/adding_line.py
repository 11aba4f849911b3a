"""Have a missing line added: the service, its price and what it will cost are shown, and a person confirms.

The line is made by the next sync: only where a fresh reading shows none, so that there are never two.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from seatbridge.catalog.finding import contract, service
from seatbridge.catalog.models import SeenContract, SeenLine, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.reconcile.facts import Facts, NewLine
from seatbridge.reconcile.money import CENT
from seatbridge.reconcile.plan import plan
from seatbridge.reconcile.planned import Outcome, PlannedLine
from seatbridge.sync.approvable import Pair
from seatbridge.sync.instructions import close, log
from seatbridge.sync.models import Instruction
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.last_facts import last_facts
from seatbridge.sync.shown.shown_lines import ShownLine

Kind, State = Instruction.Kind, Instruction.State
MISSING = "blocked:line-missing"
MOST_PRICE = Decimal(1_000_000)
MOST_PRICES = 5  # of other contracts, shown


class AddRefused(Exception):
    """`field`: of the form. Nothing was changed."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class PriceSeen:
    price: Decimal
    contracts: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One line that is missing, and what it would be."""

    line: ShownLine
    contract: SeenContract | None
    service: SeenService
    prices: tuple[PriceSeen, ...]  # on other contracts, the most frequent first
    given: Instruction | None  # a person had it added already

    @property
    def price(self) -> Decimal:
        """What most contracts pay, else the catalogue's."""
        return self.prices[0].price if self.prices else self.service.unit_price


@dataclass(frozen=True, slots=True)
class Expected:
    """What the next sync makes of it; `why_not`: what stands against it, and what to do in BMS."""

    units: int | None
    money: Decimal | None  # a month
    effective: date | None
    proration: Decimal | None
    words: str
    why_not: str = ""


def offer_of(integration: Integration, pair: Pair) -> Offer | None:
    """None: no line of it is missing, as the last plan has it."""
    lines = standing_of(integration).plan.lines
    given = _given(integration, pair)
    line = next((each for each in lines if each.key == pair), None)
    if line is None or line.service_id is None or line.contract_id is None:
        return None
    if line.status != MISSING and (given is None or line.line_id is not None):
        return None
    seen = service(integration, line.service_id)
    if seen is None:
        return None
    prices = SeenLine.objects.filter(integration=integration, service_id=line.service_id, unit_price__gt=0)
    counted = Counter(price.normalize() for price in prices.values_list("unit_price", flat=True))
    found = tuple(
        PriceSeen(price.quantize(CENT), number) for price, number in counted.most_common(MOST_PRICES)
    )
    return Offer(line, contract(integration, line.contract_id), seen, found, given)


def _given(integration: Integration, pair: Pair) -> Instruction | None:
    company, product = pair
    rows = Instruction.objects.filter(
        integration=integration, kind=Kind.NEW_LINE, company=company, product=product, state=State.OPEN
    )
    return rows.first()


def expected_of(integration: Integration, offer: Offer, price: Decimal, cost: Decimal) -> Expected:
    """By the planner itself, on the facts of the last plan: no call to BMS."""
    kept = last_facts(integration)
    if kept is None:
        return Expected(None, None, None, None, "", "Preview first: there is no plan to reckon with.")
    row = _planned(integration, kept[1], offer, price, cost)
    if row is None:
        return Expected(None, None, None, None, "", "The last plan does not hold this line. Preview again.")
    words = f"{row.cause} {row.fix}".strip()
    goes = row.outcome is Outcome.CHANGE
    return Expected(
        row.units_after, row.money_delta, row.effective_date, row.proration, words, "" if goes else words
    )


def _planned(
    integration: Integration, facts: Facts, offer: Offer, price: Decimal, cost: Decimal
) -> PlannedLine | None:
    line = offer.line
    key = (line.contract_id or 0, line.service_id or 0)
    new = NewLine(price, cost, offer.service.name, offer.service.description, line.after or 0)
    told = replace(facts.instructions, new_lines={**facts.instructions.new_lines, key: new})
    rules = read_rules(integration)
    made = plan(replace(facts, instructions=told, rules=rules.own, company_rules=rules.companies))
    return next((row for row in made.lines if (row.company, row.product) == line.key), None)


def add_line(
    integration: Integration, pair: Pair, *, price: Decimal, cost: Decimal | None, actor: str, now: datetime
) -> Instruction:
    """Raises AddRefused. Said twice alike it is said once."""
    for field, amount in (("price", price), ("cost", Decimal(0) if cost is None else cost)):
        if not amount.is_finite() or amount < 0 or amount >= MOST_PRICE or amount != amount.quantize(CENT):
            raise AddRefused(field, f"The {field} must be an amount in cents under 1,000,000.")
    if price == 0:
        raise AddRefused("price", "Without a price its users would be invoiced at 0.00.")
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        offer = offer_of(integration, pair)
        if offer is None:
            raise AddRefused("line", "No line of it is missing any more, as the last plan has it.")
        paid = offer.service.unit_cost if cost is None else cost
        expected = expected_of(integration, offer, price, paid)
        if expected.why_not:
            raise AddRefused("line", expected.why_not)
        return _keep(integration, offer, price, paid, actor, now)


def _keep(
    integration: Integration, offer: Offer, price: Decimal, cost: Decimal, actor: str, now: datetime
) -> Instruction:
    former, line = offer.given, offer.line
    if former is not None:
        if (former.unit_price, former.unit_cost, former.counted) == (price, cost, line.after):
            return former
        close(former, State.WITHDRAWN, actor, now, why="confirmed anew")
    row = Instruction.objects.create(
        integration=integration,
        kind=Kind.NEW_LINE,
        company=line.company,
        product=line.product,
        contract_id=line.contract_id,
        service_id=line.service_id,
        counted=line.after,
        unit_price=price,
        unit_cost=cost,
        given_by=actor,
        given_at=now,
    )
    log(row, "instruction.given", actor, now, units=line.after, unit_price=price, unit_cost=cost)
    return row


def take_back(integration: Integration, pair: Pair, *, actor: str, now: datetime) -> bool:
    """False: nothing was to be added any more."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        row = _given(integration, pair)
        if row is None:
            return False
        close(row, State.WITHDRAWN, actor, now, why="taken back")
        return True
