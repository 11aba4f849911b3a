"""Stop billing who left: from the next period, with the contract, or from a day; and bill them again.

Several companies at once, all of them or none. The next sync writes it, by the protocol of every other write.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from seatbridge.catalog.finding import contracts_seen
from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.methods import verdict
from seatbridge.integrations.models import Integration
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.facts import CompanyState, Method
from seatbridge.reconcile.periods import Rhythm, cycle_of
from seatbridge.reconcile.posting import Posting, posting_at
from seatbridge.reconcile.stop_dates import next_period, why_not_from
from seatbridge.reconcile.words import day
from seatbridge.sync.approvable import Pair
from seatbridge.sync.instructions import close, log
from seatbridge.sync.models import Instruction
from seatbridge.sync.putting_back.orders import release_orders
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.shown_lines import ShownLine, money_of
from seatbridge.usage.models import Company

Kind, State = Instruction.Kind, Instruction.State
LEFT, ZERO = "left-password-boss", "held:zero"
MOST = 500  # companies at once


class From(StrEnum):
    NEXT_PERIOD = "next-period"
    CONTRACT_END = "contract-end"
    DATE = "date"


class StopRefused(Exception):
    """`field`: of the form, or of the API's body. Nothing was changed."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract of a leaver, as it is billed."""

    contract: SeenContract
    rhythm: Rhythm
    posting: Posting
    today: date

    @property
    def next_period(self) -> date | None:
        found = next_period(self.rhythm, self.posting, self.today)
        return None if found is None else found.start


@dataclass(frozen=True, slots=True)
class Leaver:
    """One decision: a company that left, with all of its lines, or a product of it that fell to 0."""

    company: str
    product: str  # empty: the whole company
    lines: tuple[ShownLine, ...]
    terms: Terms | None  # None: BMS's list of contracts was not read yet, or it holds none that has periods
    stop: Instruction | None
    is_here: bool  # as the newest list of companies has it

    @property
    def pair(self) -> Pair:
        return self.company, self.product

    @property
    def name(self) -> str:
        return self.lines[0].name

    @property
    def is_back(self) -> bool:
        asked = self.stop is not None and any(line.status == LEFT for line in self.lines)
        return asked and (self.is_here or bool(self.product))

    @property
    def waits(self) -> bool:
        return self.stop is None

    @property
    def units(self) -> int | None:
        known = [line.before for line in self.lines if line.before is not None]
        return sum(known) if known else None

    @property
    def money(self) -> str | None:
        """A month, of what stops; the sign of what changes is left to the page."""
        found = money_of(self.lines)
        return None if found is None else f"{found:.2f}"


def leavers_of(integration: Integration, now: datetime) -> list[Leaver]:
    """Who waits for a decision, who was decided on, who came back; by name. `now`: billing time."""
    lines = standing_of(integration).plan.lines
    stops = {(row.company, row.product): row for row in _stops(integration)}
    gone = _gone(integration)
    found: dict[Pair, list[ShownLine]] = {}
    for line in lines:
        pair = _pair_of(line, stops, gone)
        if pair is not None:
            found.setdefault(pair, []).append(line)
    contracts = {line.contract_id or 0 for rows in found.values() for line in rows}
    terms = dict(_terms(integration, contracts, now))
    leavers = [
        Leaver(
            *pair,
            tuple(rows),
            terms.get(rows[0].contract_id or 0),
            stops.get(pair),
            is_here=pair[0] not in gone,
        )
        for pair, rows in found.items()
    ]
    return sorted(leavers, key=lambda each: (each.name.casefold(), each.pair))


def _pair_of(line: ShownLine, stops: Collection[Pair], gone: Collection[str]) -> Pair | None:
    for pair in ((line.company, ""), line.key):
        if pair in stops:
            return pair
    billed = line.outcome != "skipped" and line.contract_id is not None and line.before != 0
    if line.status == LEFT or (billed and line.line_id is not None and line.company in gone):
        return line.company, ""
    return line.key if line.status == ZERO else None


def _gone(integration: Integration) -> set[str]:
    """As the newest list has it: a plan may be older than a decision that was taken back."""
    rows = Company.objects.filter(partner_id=integration.partner_id)
    gone = rows.filter(~Q(state=CompanyState.ACTIVE) | Q(licenses_assigned=0))
    return set(gone.values_list("ref", flat=True))


def _stops(integration: Integration) -> list[Instruction]:
    rows = Instruction.objects.filter(integration=integration, kind=Kind.STOP)
    return list(rows.exclude(state=State.WITHDRAWN))


def _terms(
    integration: Integration, contract_ids: Collection[int], now: datetime
) -> Iterator[tuple[int, Terms]]:
    calendar: BillingCalendar = billing_calendar(integration)
    for number, contract in contracts_seen(integration, contract_ids).items():
        cycle = cycle_of(contract.billing_cycle)
        if cycle is not None:
            rhythm = Rhythm(cycle, contract.start, contract.end, calendar.is_fiscal(number))
            posting = posting_at(calendar, calendar.kind(number), now)
            yield number, Terms(contract, rhythm, posting, now.date())


@dataclass(frozen=True, slots=True)
class Wish:
    """`on`: of a day that a person chose."""

    start: From
    on: date | None
    actor: str
    now: datetime  # real time, for the record
    billing_now: datetime  # in the partner's zone


def stop_billing(integration: Integration, pairs: Collection[Pair], wish: Wish) -> list[Instruction]:
    """All of them or none: raises StopRefused. What was decided alike before is left as it is."""
    if not pairs:
        raise StopRefused("companies", "Choose at least one company.")
    if len(pairs) > MOST:
        raise StopRefused("companies", f"At most {MOST} companies at once.")
    with transaction.atomic():
        locked = Integration.objects.select_for_update().get(pk=integration.pk)
        known = {each.pair: each for each in leavers_of(integration, wish.billing_now)}
        method = verdict(locked).method
        decided = [(_known(pair, known), pair) for pair in dict.fromkeys(pairs)]
        days = [(leaver, _day_of(leaver, wish, method)) for leaver, _ in decided]
        return [_decide(integration, leaver, on, wish) for leaver, on in days]


def _known(pair: Pair, known: dict[Pair, Leaver]) -> Leaver:
    leaver = known.get(pair)
    if leaver is None:
        what = f"{pair[0]}, {pair[1]}" if pair[1] else pair[0]
        raise StopRefused("companies", f"{what}: nothing of it left Password Boss, as the last plan has it.")
    if leaver.is_back:
        raise StopRefused("companies", f"{leaver.name} is back: bill it again, or exclude it with a reason.")
    if leaver.stop is not None and leaver.stop.state == State.DONE:
        raise StopRefused("companies", f"{leaver.name} is billed no more already.")
    return leaver


def _day_of(leaver: Leaver, wish: Wish, method: Method | None) -> date | None:
    terms = leaver.terms
    if terms is None:
        raise StopRefused(
            "companies",
            f"{leaver.name}: its contract is not in the list that was read from BMS. Read that list again "
            "under Integrations, then decide.",
        )
    if wish.start is From.CONTRACT_END:
        if terms.rhythm.end is None:
            raise StopRefused("from", f"{leaver.name}: its contract has no end. Choose another day.")
        return None
    if wish.start is From.NEXT_PERIOD:
        found = terms.next_period
        if found is None:
            raise StopRefused(
                "from",
                f"{leaver.name}: its contract has no period after this one. Choose the contract's end.",
            )
        return found
    if wish.on is None:
        raise StopRefused("on", "Say from which day on.")
    why = why_not_from(wish.on, terms.rhythm, terms.posting, method, terms.today)
    if why:
        raise StopRefused("on", f"{leaver.name}: billing cannot stop from {day(wish.on)}: {why}.")
    return wish.on


def _decide(integration: Integration, leaver: Leaver, on: date | None, wish: Wish) -> Instruction:
    former = leaver.stop
    keys = {(line.contract_id or 0, line.service_id or 0) for line in leaver.lines}
    release_orders(integration, keys, wish.actor, wish.now)  # also where it is said again: the newer word
    if former is not None:
        if former.from_date == on:
            return former
        close(former, State.WITHDRAWN, wish.actor, wish.now, why="another day was chosen")
    row = Instruction.objects.create(
        integration=integration,
        kind=Kind.STOP,
        company=leaver.company,
        product=leaver.product,
        contract_id=leaver.lines[0].contract_id,
        units=leaver.units,
        from_date=on,
        given_by=wish.actor,
        given_at=wish.now,
    )
    log(
        row,
        "instruction.given",
        wish.actor,
        wish.now,
        start=From.CONTRACT_END if on is None else on,
        units=leaver.units,
        money_a_month=leaver.money,
    )
    return row


def bill_again(integration: Integration, pairs: Collection[Pair], *, actor: str, now: datetime) -> list[Pair]:
    """Withdraw what was decided: the count of who is back is billed as before. The pairs that changed."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        rows = [row for row in _stops(integration) if (row.company, row.product) in set(pairs)]
        for row in rows:
            close(row, State.WITHDRAWN, actor, now, why="billed again")
        return [(row.company, row.product) for row in rows]
