"""One (contract, service) weighed: what it should stand at, what it stands at, and what forbids a change."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.dates import Moment, WriteDay
from seatbridge.reconcile.dates_by_rules import day_by_rules
from seatbridge.reconcile.facts import Approvals, Evidence, Facts, Kept, Key, KnownLine, Pending, PutBack
from seatbridge.reconcile.index import Index, Terms
from seatbridge.reconcile.leavers import (
    NOTHING,
    Ending,
    ending_of,
    left_ruling,
    left_though_stopped,
    returned_ruling,
)
from seatbridge.reconcile.line_checks import FoundLine, check_line, check_memory
from seatbridge.reconcile.looking import look_at, see_units
from seatbridge.reconcile.money import per_month, per_period
from seatbridge.reconcile.renewing import is_at_an_end, rule_on_renewal
from seatbridge.reconcile.rules import Rules, strictest
from seatbridge.reconcile.rulings import NO_CHANGE, Ruling, blocked
from seatbridge.reconcile.stop_dates import ends_with_contract, stop_day
from seatbridge.reconcile.targets import Member, Target, target_of
from seatbridge.reconcile.units_before import Before
from seatbridge.reconcile.words import amount, day, either_unknown, users

OVER = {"blocked:contract-ended", "blocked:contract-missing"}
ENDED_WITH_CONTRACT = Ruling(
    NO_CHANGE.outcome, "no-change", "Billing stopped with the contract, as decided.", ""
)
NO_LINE_YET = Before(0, Evidence.READ, "the contract has no line of this service yet")
NOT_YET = 0  # the id of a line that a person had added, and that BMS does not have yet


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
    ending: Ending = NOTHING  # what persons decided on companies that left
    keeps: Kept | None = None  # what a person decided on units that somebody set in BMS

    def ruled(self, day: WriteDay | None, note: str, stop: Ruling | None) -> "Weighed":
        return self._replace(note=note, day=day, stop=stop)

    @property
    def kept(self) -> bool:
        """The units and the count are still those that a person decided on."""
        keeps, stands, counted = self.keeps, self.stands, self.target.units
        return keeps is not None and stands is not None and keeps == Kept(stands, counted)

    @property
    def adds_line(self) -> bool:
        return self.line is not None and self.line.id == NOT_YET

    @property
    def line_stands(self) -> bool:
        """In BMS, not only by a person's word that it is to be added."""
        return self.line is not None and self.line.id != NOT_YET

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

    @property
    def instead_of(self) -> int | None:
        """Units of our write dated ahead that are put back before they ever came into force."""
        order = self.put_back
        return self.stands if order is not None and order.fresh and self.pending is not None else None

    @property
    def shown_before(self) -> int | None:
        """What a person compares with: what was to stand, where that is put back."""
        return self.before.units if self.instead_of is None else self.instead_of

    @property
    def shown_move(self) -> int | None:
        if self.target.units is None or self.shown_before is None:
            return None
        return self.target.units - self.shown_before

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
    if put_back is None:
        line, target = found.line or _line_to_add(index, key, members), target_of(members)
    else:
        line, target = found.line, Target(put_back.units, "", "")
    if line is not None and found.line is None:
        found, before = FoundLine(line), NO_LINE_YET
    price, cost = facts.service_prices.get(key[1]), None
    if found.line is not None and line is found.line and line.id != NOT_YET:
        invoiced = facts.invoiced.get(key)
        before = before if invoiced is None else see_units(index, key, line, invoiced)
    if line is not None:
        price, cost = line.unit_price, line.unit_cost
        if known.carried is not None and before.evidence is Evidence.CARRIED:
            price, cost = known.carried.unit_price, known.carried.unit_cost
    rules = rules_of(facts, members)
    told = facts.instructions
    ending = NOTHING if put_back else ending_of(members, told.stops)
    keeps = None if put_back else told.kept.get(key)
    weighed = Weighed(
        key,
        members,
        target,
        terms,
        line,
        known,
        before,
        price,
        cost,
        rules,
        "",
        None,
        None,
        put_back,
        ending,
        keeps,
    )
    if not (target.units or known.owed or index.lines.get(key)):
        return weighed._replace(stop=NO_CHANGE)
    stopped = index.stopped.get(key[0], "")
    if stopped and _looked_at(facts.approvals, key, members):
        stopped = ""
    stop = (
        check_memory(known, stopped, found, facts.currency)
        or _contract_stop(weighed)
        or check_line(found, members, "" if line else _unbilled(weighed, facts.currency), facts.currency)
        or _compare(weighed, facts.currency)
    )
    day, note = _day(index, weighed)
    if stop is None and ending.is_whole and ends_with_contract(day):
        stop = _with_contract(weighed)
    if is_at_an_end(stop, day) and not ending.is_whole:
        stop = rule_on_renewal(index, weighed) or stop
    return weighed.ruled(day, note, stop)


def _line_to_add(index: Index, key: Key, members: Sequence[Member]) -> Line | None:
    """The line that a person had added: only where nothing of the service stands on the contract at all."""
    new, contract = index.facts.instructions.new_lines.get(key), index.facts.contracts.get(key[0])
    if new is None or contract is None or index.lines.get(key):
        return None
    account = next((member.mapping.account_id for member in members if member.mapping.account_id), 0)
    return Line(
        NOT_YET, *key, account, new.name, new.description, contract.start, new.unit_cost, new.unit_price,
        excluded_from_bulk=False, units=0,
    )  # fmt: skip


def _contract_stop(weighed: Weighed) -> Ruling | None:
    stop = weighed.terms.stop
    is_over = stop is not None and stop.status in OVER
    return ENDED_WITH_CONTRACT if is_over and weighed.ending.is_whole else stop


def _looked_at(approvals: Approvals, key: Key, members: Sequence[Member]) -> bool:
    """Who names a line of a stopped contract has looked at it: if it was stopped by then."""
    named = any(member.name in approvals.lines for member in members)
    return named and key[0] not in approvals.stopped_since


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
    moment = Moment(
        terms=weighed.terms,
        rhythm=rhythm,
        line=weighed.line,
        known=weighed.known,
        verdict=index.facts.verdict,
        before=weighed.before.units,
        after=weighed.target.units,
    )
    stop = weighed.ending.stop
    if stop is not None:
        return (None, "") if stop.on is None else stop_day(moment, stop.on)
    return day_by_rules(moment, weighed.rules.effective_dates)


def _unbilled(weighed: Weighed, currency: str) -> str:
    units = weighed.target.units
    if units is None:
        return "Users are not counted"
    money = weighed.a_month(units)
    return users(units) if money is None else f"{users(units)}, {amount(money, currency)} a month"


def _compare(weighed: Weighed, currency: str) -> Ruling | None:
    """None where the units are to be changed, or are not known."""
    back = weighed.ending.returned
    if back is not None:
        return returned_ruling(back.member, back.stop)
    if weighed.only_price_moved:
        return None
    scheduled = _scheduled(weighed)
    return _compare_units(weighed, currency) if scheduled is None else scheduled


def _scheduled(weighed: Weighed) -> Ruling | None:
    stands, target, pending = weighed.stands, weighed.target, weighed.pending
    if pending is not None and stands is not None and stands == target.units:
        undecided = weighed.ending.undecided
        if undecided is not None:  # on a line that is shared, the others' units are written for that day
            return left_though_stopped(undecided, pending, weighed.terms.posting.next)
        return Ruling(
            NO_CHANGE.outcome,
            "scheduled",
            f"{pending.units} units from {day(pending.effective_date)} are written already.",
            "Nothing to do: it is checked on its day.",
        )
    return None


def _compare_units(weighed: Weighed, currency: str) -> Ruling | None:
    stands, target, ending = weighed.stands, weighed.target, weighed.ending
    if stands == 0 and not target.units:
        return NO_CHANGE
    if ending.undecided is not None:
        return left_ruling(ending.undecided, _stake(weighed, currency), weighed.terms.posting.next)
    if target.units is None:
        return blocked(
            "stale-source",
            f"{target.missing} A missing count is not a zero: nothing is written.",
            "Bring in a current list of this company's users or counts.",
        )
    if stands == target.units:
        return NO_CHANGE
    if weighed.kept:
        return Ruling(
            NO_CHANGE.outcome,
            "no-change",
            f"Kept at the {stands} that stand in BMS, as decided; {target.units} are counted.",
            "Nothing to do: it is asked about again when the count or the units change.",
        )
    return _with_contract(weighed) if ending.stop is not None and ending.stop.on is None else None


def _stake(weighed: Weighed, currency: str) -> str:
    stands = weighed.before.units
    if stands is None:
        return ""
    money = weighed.a_month(stands)
    cost = "" if money is None else f", {amount(money, currency)} a month"
    return f"; {stands} units stay on the contract{cost}"


def _with_contract(weighed: Weighed) -> Ruling:
    contract = weighed.terms.contract
    end = None if contract is None else contract.end
    until = "its contract ends" if end is None else f"its contract ends on {day(end)}"
    return Ruling(
        NO_CHANGE.outcome,
        "planned",
        f"Billing stops when {until}, as decided; {either_unknown(weighed.before.units)} units stay until "
        "then.",
        "Nothing to do. Do not renew the contract in BMS.",
    )
