"""Limits per run (product.md section 2): reasons for which every change waits for a person."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.exchanged import exchanged_units
from seatbridge.reconcile.facts import Evidence, Facts
from seatbridge.reconcile.plan_change import PLAN_CHANGE
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.tally import Tally
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, amount, ordinal, percent, whole

# Set-up states are no sign of wrong data: a bulk mapping brings many first writes at once.
_LIMIT_HOLDS = {"held:anomaly", "held:zero", "held:edited-in-bms", "held:plan-change", "left-password-boss"}
_GOING = (Outcome.CHANGE, Outcome.NO_CHANGE)
_DECIDED = (Outcome.NO_CHANGE, Outcome.SKIPPED)


class Judged(NamedTuple):
    weighed: Weighed
    ruling: Ruling
    named: bool  # released by name, itself or with its sister product, or stopped
    stopped: bool = False  # a person decided to stop billing who is on it: they are not lost
    decided: bool = False  # approved before, and still within what was approved


def run_holds(facts: Facts, judged: Sequence[Judged]) -> tuple[str, ...]:
    """Sentences; none where the run may go on, or where nothing would change anyway."""
    approvals = facts.approvals
    first = not approvals.first_run_done
    if not facts.enabled or (first and approvals.whole_run):
        return ()
    holds = [_first_run(facts.calendar)] if first else []
    if not approvals.run_limits and any(row.ruling.outcome is Outcome.CHANGE for row in judged):
        tally = tally_of(facts, judged) + facts.beside
        holds += [*_movement(facts, tally), *_lost(facts, tally), *_held(facts, tally)]
        # A company that changes its plan exchanges the units of its products, and is asked about by itself.
        free = [row.weighed for row in judged if not (row.named or row.ruling.status == PLAN_CHANGE)]
        if slipped := exchanged_units(free, facts.currency):
            holds.append(slipped)
    return tuple(holds)


def tally_of(facts: Facts, judged: Sequence[Judged]) -> Tally:
    """The sums over these lines, each line and company once."""
    return _moved(facts, judged) + _missing(judged)


def _first_run(calendar: BillingCalendar) -> str:
    periods = "calendar periods" if calendar.fiscal else "periods from the contract's start"
    kind = "Start" if calendar.default is IssueOn.START else "End"
    return (
        "This is the first run: nothing is written before a person approves it. It takes contracts as "
        f"{kind} of cycle with {periods}; Start-of-cycle contracts are posted on the "
        f"{ordinal(calendar.start_posts_on)}, End-of-cycle ones on the {ordinal(calendar.end_posts_on)}."
        f"{_differing(len(calendar.contracts))}"
    )


def _differing(contracts: int) -> str:
    if not contracts:
        return ""
    return f" {contracts:,} contract{' differs' if contracts == 1 else 's differ'} from that."


def _base(facts: Facts, weighed: Weighed) -> int | None:
    """Units last invoiced, else first seen: small steps day after day add up against it."""
    invoiced, known = facts.invoiced.get(weighed.key), weighed.known
    if weighed.before.evidence is not Evidence.CARRIED:  # such a line was invoiced as 1
        if invoiced is not None:
            return invoiced.units
        if known.last_invoiced is not None:
            return known.last_invoiced
    return weighed.before.units if known.first_seen_units is None else known.first_seen_units


def _moved(facts: Facts, judged: Sequence[Judged]) -> Tally:
    base_units = net = absolute = 0
    money = Decimal(0)
    for row in judged:
        base, after = _base(facts, row.weighed), row.weighed.target.units
        # A person who named a line, or approved it before, looked at this very change.
        if row.named or row.decided or row.ruling.outcome not in _GOING or base is None or after is None:
            continue
        base_units += base
        net += after - base
        absolute += abs(after - base)
        money += row.weighed.a_month(after - base) or Decimal(0)
    return Tally(base=base_units, net=net, absolute=absolute, money=money)


def _missing(judged: Sequence[Judged]) -> Tally:
    companies: set[str] = set()
    counted: set[str] = set()
    lost: set[str] = set()
    units = held = 0
    money = held_money = Decimal(0)
    for row in judged:
        gone = [member.company.ref for member in row.weighed.members if _is_gone(row, member)]
        lost.update(gone)
        stands = row.weighed.before.units or 0
        units += stands if gone else 0
        money += (row.weighed.a_month(stands) or Decimal(0)) if gone else 0
        if row.ruling.status in _LIMIT_HOLDS:
            held += 1
            held_money += abs(row.weighed.a_month(row.weighed.moves_by) or Decimal(0))
        companies.update(member.company.ref for member in row.weighed.members)
        counted.update(member.company.ref for member in row.weighed.members if _is_counted(member))
    return Tally(
        companies=len(companies),
        lost=len(lost - counted),
        missing_units=units,
        missing_money=money,
        lines=len(judged),
        held=held,
        held_money=held_money,
    )


def _movement(facts: Facts, tally: Tally) -> Iterator[str]:
    rules, absolute = facts.rules, tally.absolute
    if absolute < rules.run_min_units or absolute == 0:
        return
    base = Decimal(max(tally.base, 1))
    against = f"against the units last invoiced{a_month(tally.money, facts.currency)}"
    if tally.net <= -base * rules.run_net_drop or tally.net >= base * rules.run_net_rise:
        net = percent(tally.net / base)
        moved = f"{'+' if tally.net > 0 else ''}{whole(tally.net)} units"
        yield f"All lines together move by {net} net ({moved}) {against}."
    if absolute > base * rules.run_absolute:
        yield f"All changes together are {percent(absolute / base)} of all units ({absolute}) {against}."


def _lost(facts: Facts, tally: Tally) -> Iterator[str]:
    rules, lost, companies = facts.rules, tally.lost, tally.companies
    at_stake = f", {amount(tally.missing_money, facts.currency)} a month"
    if lost > rules.run_lost_companies and lost > companies * rules.run_lost_share:
        yield f"{lost} of {companies} companies fall to zero users or are missing{at_stake}."
    feed = facts.feed
    if feed.now < feed.before * rules.run_feed_share and tally.missing_units >= rules.run_min_units:
        yield (
            f"The newest feed names {feed.now} companies, the one before {feed.before}; "
            f"{tally.missing_units} units are missing{at_stake}."
        )


def _is_counted(member: Member) -> bool:
    return bool(member.count.value) and not member.count.stale and not member.has_left


def _is_gone(row: Judged, member: Member) -> bool:
    """Not where a rule leaves a zero as it is: it was decided on, and would hold every run to come."""
    weighed = row.weighed
    if row.stopped or row.ruling.outcome in _DECIDED or weighed.line is None or weighed.stands == 0:
        return False
    is_missing = member.count.value is None or bool(member.count.stale) or member.has_left
    return is_missing or weighed.target.units == 0


def _held(facts: Facts, tally: Tally) -> Iterator[str]:
    rules = facts.rules
    if tally.held > rules.run_held_lines and tally.held > tally.lines * rules.run_held_share:
        money = amount(tally.held_money, facts.currency)
        yield f"{tally.held} of {tally.lines} lines are held by their own limits, {money} a month."
