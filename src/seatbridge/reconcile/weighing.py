"""One (contract, service) weighed: what it should stand at, what it stands at, and what forbids a change."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.dates import Moment, WriteDay
from seatbridge.reconcile.dates_by_rules import day_by_rules
from seatbridge.reconcile.facts import Evidence, Facts, Key, KnownLine, Pending, PutBack
from seatbridge.reconcile.index import Index, Terms
from seatbridge.reconcile.line_checks import check_line, check_memory
from seatbridge.reconcile.looking import look_at, see_units
from seatbridge.reconcile.money import per_month, per_period
from seatbridge.reconcile.rules import Rules, strictest
from seatbridge.reconcile.rulings import NO_CHANGE, Ruling, blocked, held
from seatbridge.reconcile.targets import Member, Target, target_of
from seatbridge.reconcile.units_before import Before
from seatbridge.reconcile.words import amount, day, users


class Weighed(NamedTuple):
    """`stop`: the ruling that no approval and no date can change; None where units are to be changed."""

    key: Key
    members: Sequence[Member]
    target: Target
    terms: Terms
    line: Line | None
    known: KnownLine
    before: Before
    price: Decimal | None  # of one user
    cost: Decimal | None
    rules: Rules  # of its company; of several, the strictest
    note: str  # why the day is not the one that the rules ask for
    day: WriteDay | None
    stop: Ruling | None
    put_back: PutBack | None = None  # the order that its units come from, in place of the counts

    def ruled(self, day: WriteDay | None, note: str, stop: Ruling | None) -> "Weighed":
        return Weighed(*self[:-4], note, day, stop, self.put_back)

    @property
    def stands(self) -> int | None:
        """Units in force, or to be in force by a write of ours that is dated ahead."""
        pending = self.pending
        if pending is None:
            return self.before.units
        return None if pending.outcome_unknown else pending.units

    @property
    def pending(self) -> Pending | None:
        """A write of ours whose day has not come."""
        pending = self.known.pending
        return pending if pending is not None and pending.effective_date > self.terms.today else None

    @property
    def price_moved(self) -> bool:
        """Since our write dated ahead, which would put the former price back on its day."""
        pending, line = self.pending, self.line
        if pending is None or pending.outcome_unknown or pending.price is None or line is None:
            return False
        return line.unit_price != pending.price

    @property
    def only_price_moved(self) -> bool:
        return self.price_moved and self.stands == self.target.units

    @property
    def moves_by(self) -> int | None:
        if self.target.units is None or self.before.units is None:
            return None
        return self.target.units - self.before.units

    def a_month(self, units: int | None) -> Decimal | None:
        if units is None or self.price is None or self.terms.cycle is None:
            return None
        return per_month(units, self.price, self.terms.cycle)

    def a_period(self, units: int | None) -> Decimal | None:
        return None if units is None or self.price is None else per_period(units, self.price)


def weigh(index: Index, key: Key, members: Sequence[Member], put_back: PutBack | None = None) -> Weighed:
    """1 add up the counts, or take what a person ordered  2 find the line  3 units before  4 what stops it
    5 the day of the change.
    """
    facts = index.facts
    known, terms, found, before = look_at(index, key)
    line, target = found.line, target_of(members) if put_back is None else Target(put_back.units, "", "")
    price, cost = facts.service_prices.get(key[1]), None
    if line is not None:
        invoiced = facts.invoiced.get(key)
        before = before if invoiced is None else see_units(index, key, line, invoiced)
        price, cost = line.unit_price, line.unit_cost
        if known.carried is not None and before.evidence is Evidence.CARRIED:
            price, cost = known.carried.unit_price, known.carried.unit_cost
    rules = rules_of(facts, members)
    weighed = Weighed(
        key, members, target, terms, line, known, before, price, cost, rules, "", None, None, put_back
    )
    if not (target.units or known.owed or index.lines.get(key)):
        return weighed._replace(stop=NO_CHANGE)
    stopped = index.stopped.get(key[0], "")
    if stopped and any(member.name in facts.approvals.lines for member in members):
        stopped = ""  # who names a line of a stopped contract has looked at it
    stop = (
        check_memory(known, stopped, found, facts.currency)
        or terms.stop
        or check_line(found, members, "" if line else _unbilled(weighed, facts.currency), facts.currency)
        or _compare(weighed, facts.currency)
    )
    return weighed.ruled(*_day(index, weighed), stop)


def rules_of(facts: Facts, members: Sequence[Member]) -> Rules:
    if not facts.company_rules:
        return facts.rules
    return strictest([facts.company_rules.get(member.company.ref, facts.rules) for member in members])


def _day(index: Index, weighed: Weighed) -> tuple[WriteDay | None, str]:
    """Also for a line that waits: its preview shows from when it would count."""
    rhythm = weighed.terms.rhythm
    if weighed.terms.stop is not None or weighed.line is None or rhythm is None:
        return None, ""
    if weighed.target.units is None:
        return None, ""
    if weighed.target.units == weighed.stands and not weighed.price_moved:
        return None, ""
    return day_by_rules(
        Moment(
            terms=weighed.terms,
            rhythm=rhythm,
            line=weighed.line,
            known=weighed.known,
            verdict=index.facts.verdict,
            before=weighed.before.units,
            after=weighed.target.units,
        ),
        weighed.rules.effective_dates,
    )


def _unbilled(weighed: Weighed, currency: str) -> str:
    units = weighed.target.units
    if units is None:
        return "Users are not counted"
    money = weighed.a_month(units)
    return users(units) if money is None else f"{users(units)}, {amount(money, currency)} a month"


def _compare(weighed: Weighed, currency: str) -> Ruling | None:
    """None where the units are to be changed, or are not known."""
    leaver = next((member for member in weighed.members if member.has_left), None)
    stands, target = weighed.stands, weighed.target
    pending = weighed.pending
    if weighed.only_price_moved:
        return None
    if pending is not None and stands is not None and stands == target.units:
        return Ruling(
            NO_CHANGE.outcome,
            "scheduled",
            f"{pending.units} units from {day(pending.effective_date)} are written already.",
            "Nothing to do: it is checked on its day.",
        )
    if stands == 0 and not target.units:
        return NO_CHANGE
    if leaver is not None and weighed.put_back is None:
        return _left(weighed, leaver, currency)
    if target.units is None:
        return blocked(
            "stale-source",
            f"{target.missing} A missing count is not a zero: nothing is written.",
            "Bring in a current list of this company's users or counts.",
        )
    return NO_CHANGE if stands == target.units else None


def _left(weighed: Weighed, leaver: Member, currency: str) -> Ruling:
    why = "is not in the complete list of companies any more"
    if leaver.company.licenses == 0:
        why = "has no licenses any more"
    elif leaver.company.state == "inactive":
        why = "is inactive in Password Boss"
    stands = weighed.before.units
    money = weighed.a_month(stands)
    stake = "" if stands is None else f"; {stands} units stay on the contract"
    cost = "" if money is None else f", {amount(money, currency)} a month"
    return held(
        "left-password-boss",
        f"{leaver.company.name} {why}{stake}{cost}.",
        f"Decide when to stop billing it, and end the line or the contract in BMS "
        f"before {day(weighed.terms.posting.next)}.",
    )
