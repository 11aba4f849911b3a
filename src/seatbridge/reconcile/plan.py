"""The plan: what every line should stand at, what must change or wait, and why. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from seatbridge.reconcile.basis import Basis, basis_of
from seatbridge.reconcile.covering import Covered, cover, leave_as_it_is, note_decision, refuse_moved
from seatbridge.reconcile.deadlines import missed_run, missed_words, waits_for_person
from seatbridge.reconcile.decided import is_about
from seatbridge.reconcile.deciding import Decision, decide
from seatbridge.reconcile.facts import Facts, Key
from seatbridge.reconcile.holds import Weighing, hold_of
from seatbridge.reconcile.index import Index, index_facts
from seatbridge.reconcile.plan_change import PlanChanges, decided_keys, find_plan_changes, hold_for
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine
from seatbridge.reconcile.put_backs import weigh_under_put_backs
from seatbridge.reconcile.releasing import check_bases, wait_for_run
from seatbridge.reconcile.rows import planned_lines, skipped_line
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.run_limits import Judged, run_holds
from seatbridge.reconcile.sorting import Sorted
from seatbridge.reconcile.weighing import Weighed


def plan(facts: Facts) -> Plan:
    return plan_indexed(index_facts(facts))


def plan_indexed(index: Index) -> Plan:
    return plan_judged(index)[0]


def plan_judged(index: Index) -> tuple[Plan, list[Judged]]:
    """Plan one run; beside the plan, what was found of each line before the run as a whole was judged.

    1 sort companies and products into lines       2 weigh each line: target, units before, stop, day
    3 find changes of plan within a company        4 hold, block or decide each line
    5 judge the run as a whole                     6 let go what is approved, and write it down
    """
    facts, members = index.facts, index.members
    weighed = {key: weigh_under_put_backs(index, key, rows) for key, rows in members.keys.items()}
    bases = {key: basis_of(row, members.counted, facts.rules) for key, row in weighed.items()}
    covered = cover(facts, weighed, bases)
    decided = decided_keys(weighed, facts)
    names = facts.approvals.lines | {member.name for key in decided for member in weighed[key].members}
    changes = find_plan_changes(weighed.values(), names, facts.currency, covered.approved)
    moving = changes.released_keys | decided
    covered = covered.without_halves(facts, moving)
    named_now = _named(facts, weighed)
    stopped = frozenset(key for key, row in weighed.items() if row.ending.is_whole)
    added = frozenset(key for key, row in weighed.items() if is_added_as_seen(row, facts))
    keeping = frozenset(key for key, row in weighed.items() if row.kept)
    named = moving | named_now | stopped | added | keeping
    decisions: dict[Key, Decision] = {}
    for key, row in weighed.items():
        kept = changes.held.get(key) or row.stop
        approved = key in covered.approved
        decisions[key] = (
            Decision(kept)
            if kept is not None
            else _decide(
                Weighing(
                    row,
                    facts,
                    members.counted,
                    named=key in named or approved,
                    with_sister=key in moving,
                    stopped=key in stopped,
                    asked_again=key in named_now or row.put_back is not None,
                    decided=approved,
                )
            )
        )
    _as_decided(facts, weighed, decisions, covered)
    judged = [
        Judged(
            weighed[key],
            row.ruling,
            key in named or is_added_as_seen(weighed[key], facts),
            key in stopped,
            key in covered.in_band,
        )
        for key, row in decisions.items()
    ]
    holds = run_holds(facts, judged)
    _let_go(facts, weighed, decisions, bases, holds)
    _both_or_neither(changes, decisions, facts.currency)
    return _write_down(facts, members, weighed, decisions, bases, holds), judged


def is_added_as_seen(row: Weighed, facts: Facts) -> bool:
    """A person looked at this very line before it was added: its count is still about the same."""
    new = facts.instructions.new_lines.get(row.key)
    return row.adds_line and new is not None and is_about(row.target.units, new.units)


def _as_decided(
    facts: Facts, weighed: Mapping[Key, Weighed], decisions: dict[Key, Decision], covered: Covered
) -> None:
    """A line that a person left stays as it is; one that moved since it was approved is refused."""
    for key in covered.left:
        if decisions[key].ruling.outcome in (Outcome.CHANGE, Outcome.HOLD):
            left = leave_as_it_is(facts.decisions[key], weighed[key], facts.currency)
            decisions[key] = Decision(left)
    for key, moved in covered.moved.items():
        if decisions[key].ruling.outcome in (Outcome.CHANGE, Outcome.HOLD):
            decisions[key] = Decision(refuse_moved(moved))


def _named(facts: Facts, weighed: Mapping[Key, Weighed]) -> frozenset[Key]:
    names = facts.approvals.lines
    if not names:
        return frozenset()
    return frozenset(
        key for key, row in weighed.items() if any(member.name in names for member in row.members)
    )


def _decide(weighing: Weighing) -> Decision:
    # These units were let go when they were written for that day.
    hold = None if weighing.weighed.only_price_moved else hold_of(weighing)
    return decide(weighing.weighed, weighing.facts) if hold is None else Decision(hold)


def _let_go(
    facts: Facts,
    weighed: Mapping[Key, Weighed],
    decisions: dict[Key, Decision],
    bases: Mapping[Key, Basis],
    holds: tuple[str, ...],
) -> None:
    """A change goes on if nothing holds the run, and if the line stands as it was approved."""
    if not holds and facts.approvals.bases is None:
        return
    for key, decision in decisions.items():
        if decision.ruling.outcome is Outcome.CHANGE:
            kept = wait_for_run(holds, decision.ruling.cause) or check_bases(
                weighed[key], bases[key], facts.approvals.bases
            )
            if kept is not None:
                decisions[key] = Decision(kept)


def _both_or_neither(changes: PlanChanges, decisions: dict[Key, Decision], currency: str) -> None:
    """A side of a plan change that cannot be written now keeps the other one back."""
    for change in changes.released:
        sides = {key: decisions[key] for key in change.keys}
        writes = {key: side.write for key, side in sides.items() if side.write is not None}
        if len(writes) == len(sides):
            together = tuple((key, writes[key].units_after) for key in change.in_order)
            for key, side in sides.items():
                decisions[key] = side._replace(write=replace(writes[key], together=together))
            continue
        blocked = any(side.ruling.outcome is not Outcome.CHANGE for side in sides.values())
        for key, side in sides.items():
            if side.ruling.outcome is Outcome.CHANGE:
                decisions[key] = Decision(hold_for(change, currency) if blocked else side.ruling)


def _with_history(facts: Facts, row: Weighed, ruling: Ruling) -> Ruling:
    """Of a line that waits: what somebody decided before, and the invoice run that it missed."""
    if not waits_for_person(ruling):
        return ruling
    decided, waited = facts.decisions.get(row.key), facts.waited.get(row.key)
    said = "" if decided is None else note_decision(decided, row)
    missed = missed_run(row, waited)
    parts = (ruling.cause, said, "" if missed is None else missed_words(row, missed))
    return replace(ruling, cause=" ".join(part for part in parts if part))


def _write_down(
    facts: Facts,
    members: Sorted,
    weighed: Mapping[Key, Weighed],
    decisions: Mapping[Key, Decision],
    bases: Mapping[Key, Basis],
    holds: tuple[str, ...],
) -> Plan:
    lines: list[PlannedLine] = []
    for key, row in weighed.items():
        ruling = _with_history(facts, row, decisions[key].ruling)
        lines.extend(planned_lines(row, ruling, bases[key], facts.currency))
    for member, ruling in members.skipped:
        service_id = facts.product_mappings.get(member.product)
        price = None if service_id is None else facts.service_prices.get(service_id)
        lines.append(skipped_line(member, ruling, service_id, price, facts.currency))
    place = {ref: number for number, ref in enumerate(members.counted)}
    lines.sort(key=lambda row: (place[row.company], row.product))
    writes = tuple(decision.write for decision in decisions.values() if decision.write is not None)
    return Plan(tuple(lines), writes, holds)
