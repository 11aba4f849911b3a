"""Limits per run (product.md section 2): reasons for which every change waits for a person."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.facts import Evidence, Facts
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, ordinal, percent

# Set-up states are no sign of wrong data: a bulk mapping brings many first writes at once.
_LIMIT_HOLDS = {"held:anomaly", "held:zero", "held:edited-in-bms", "held:plan-change", "left-password-boss"}
_GOING = (Outcome.CHANGE, Outcome.NO_CHANGE)


class Judged(NamedTuple):
    weighed: Weighed
    ruling: Ruling
    named: bool  # released by name, itself or with its sister product


def run_holds(facts: Facts, judged: Sequence[Judged]) -> tuple[str, ...]:
    """Sentences; none where the run may go on, or where nothing would change anyway."""
    approvals = facts.approvals
    first = not approvals.first_run_done
    if not facts.enabled or (first and approvals.whole_run):
        return ()
    holds = [_first_run(facts.calendar)] if first else []
    if not approvals.run_limits and any(row.ruling.outcome is Outcome.CHANGE for row in judged):
        holds += [*_movement(facts, judged), *_lost(facts, judged), *_held(facts, judged)]
    return tuple(holds)


def _first_run(calendar: BillingCalendar) -> str:
    periods = "calendar periods" if calendar.fiscal else "periods from the contract's start"
    kind = "Start" if calendar.default is IssueOn.START else "End"
    return (
        "This is the first run: nothing is written before a person approves it. It takes contracts as "
        f"{kind} of cycle with {periods}; Start-of-cycle contracts are posted on the "
        f"{ordinal(calendar.start_posts_on)}, End-of-cycle ones on the {ordinal(calendar.end_posts_on)}."
    )


def _base(facts: Facts, weighed: Weighed) -> int | None:
    """Units last invoiced, else first seen: small steps day after day add up against it."""
    invoiced = facts.invoiced.get(weighed.key)
    if invoiced is not None and weighed.before.evidence is not Evidence.CARRIED:
        return invoiced.units
    if weighed.known.first_seen_units is not None:
        return weighed.known.first_seen_units
    return weighed.before.units


def _movement(facts: Facts, judged: Sequence[Judged]) -> Iterator[str]:
    limits = facts.limits
    total = net = absolute = 0
    money = Decimal(0)
    for row in judged:
        base, after = _base(facts, row.weighed), row.weighed.target.units
        # A person who named a line looked at this very change.
        if row.named or row.ruling.outcome not in _GOING or base is None or after is None:
            continue
        total += base
        net += after - base
        absolute += abs(after - base)
        money += row.weighed.a_month(after - base) or Decimal(0)
    if absolute < limits.run_min_units or absolute == 0:
        return
    whole = Decimal(max(total, 1))
    against = f"against the units last invoiced{a_month(money, facts.currency)}"
    if net <= -whole * limits.run_net_drop or net >= whole * limits.run_net_rise:
        yield f"All lines together move by {percent(net / whole)} net ({net:+d} units) {against}."
    if absolute > whole * limits.run_absolute:
        yield f"All changes together are {percent(absolute / whole)} of all units ({absolute}) {against}."


def _lost(facts: Facts, judged: Sequence[Judged]) -> Iterator[str]:
    companies: set[str] = set()
    counted: set[str] = set()
    lost: set[str] = set()
    units = 0  # on lines that a missing company is part of
    for row in judged:
        gone = [member.company.ref for member in row.weighed.members if _is_gone(row, member)]
        lost.update(gone)
        units += (row.weighed.before.units or 0) if gone else 0
        companies.update(member.company.ref for member in row.weighed.members)
        counted.update(member.company.ref for member in row.weighed.members if _is_counted(member))
    lost -= counted
    at_least, share = facts.limits.run_lost_companies
    if len(lost) > at_least and len(lost) > len(companies) * share:
        yield f"{len(lost)} of {len(companies)} companies fall to zero users or are missing."
    feed = facts.feed
    if feed.now < feed.before * facts.limits.run_feed_share and units >= facts.limits.run_min_units:
        yield (
            f"The newest feed names {feed.now} companies, the one before {feed.before}; "
            f"{units} units are missing."
        )


def _is_counted(member: Member) -> bool:
    return bool(member.count.value) and not member.count.stale and not member.has_left


def _is_gone(row: Judged, member: Member) -> bool:
    weighed = row.weighed
    if row.ruling.outcome is Outcome.NO_CHANGE or weighed.line is None or weighed.stands == 0:
        return False
    is_missing = member.count.value is None or bool(member.count.stale) or member.has_left
    return is_missing or weighed.target.units == 0


def _held(facts: Facts, judged: Sequence[Judged]) -> Iterator[str]:
    held = sum(row.ruling.status in _LIMIT_HOLDS for row in judged)
    at_least, share = facts.limits.run_held_lines
    if held > at_least and held > len(judged) * share:
        yield f"{held} of {len(judged)} lines are held by their own limits."
