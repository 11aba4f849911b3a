"""The plan: what every line should stand at, what must change or wait, and why. Pure."""

from collections.abc import Mapping

from seatbridge.reconcile.deciding import Decision, decide
from seatbridge.reconcile.digests import digest_of
from seatbridge.reconcile.facts import Facts, Key
from seatbridge.reconcile.holds import Weighing, hold_of
from seatbridge.reconcile.index import index_facts
from seatbridge.reconcile.plan_change import PlanChanges, find_plan_changes, hold_for
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine, PlannedWrite
from seatbridge.reconcile.releasing import check_digests, wait_for_run
from seatbridge.reconcile.rows import planned_lines, skipped_line
from seatbridge.reconcile.run_limits import Judged, run_holds
from seatbridge.reconcile.sorting import Sorted, sort_members
from seatbridge.reconcile.weighing import Weighed, weigh


def plan(facts: Facts) -> Plan:
    """Plan one run.

    1 sort companies and products into lines       2 weigh each line: target, units before, stop, day
    3 find changes of plan within a company        4 hold, block or decide each line
    5 judge the run as a whole                     6 release by approval, and write down what is left
    """
    index = index_facts(facts)
    members = sort_members(facts)
    weighed = {key: weigh(index, key, tuple(rows)) for key, rows in members.keys.items()}
    changes = find_plan_changes(weighed.values(), facts.approvals.lines, facts.currency)
    decisions = _decide_all(facts, weighed, changes, members.counted)
    holds = run_holds(facts, [Judged(weighed[key], decision.ruling) for key, decision in decisions.items()])
    return _write_down(facts, members, weighed, decisions, holds)


def _decide_all(
    facts: Facts, weighed: Mapping[Key, Weighed], changes: PlanChanges, counted: Mapping[str, int]
) -> dict[Key, Decision]:
    decisions = {key: _decide(facts, row, changes, counted) for key, row in weighed.items()}
    for change in changes.released:
        # Both or neither: a side that cannot be changed now keeps the other one back.
        if any(decisions[key].ruling.outcome is not Outcome.CHANGE for key in change.keys):
            for key in change.keys:
                if decisions[key].ruling.outcome is Outcome.CHANGE:
                    decisions[key] = Decision(hold_for(change, facts.currency))
    return decisions


def _decide(facts: Facts, weighed: Weighed, changes: PlanChanges, counted: Mapping[str, int]) -> Decision:
    held = changes.held.get(weighed.key)
    if held is not None:
        return Decision(held)
    if weighed.stop is not None:
        return Decision(weighed.stop)
    with_sister = weighed.key in changes.released_keys
    named = any(member.name in facts.approvals.lines for member in weighed.members)
    hold = hold_of(Weighing(weighed, facts, counted, released=named or with_sister, with_sister=with_sister))
    return decide(weighed, facts) if hold is None else Decision(hold)


def _write_down(
    facts: Facts,
    members: Sorted,
    weighed: Mapping[Key, Weighed],
    decisions: Mapping[Key, Decision],
    holds: tuple[str, ...],
) -> Plan:
    lines: list[PlannedLine] = []
    writes: list[PlannedWrite] = []
    for key, row in weighed.items():
        decision, digest = decisions[key], digest_of(row)
        ruling = decision.ruling
        if ruling.outcome is Outcome.CHANGE:
            ruling = (
                wait_for_run(holds, ruling.cause)
                or check_digests(row, digest, facts.approvals.digests)
                or ruling
            )
        if ruling is decision.ruling and decision.write is not None:
            writes.append(decision.write)
        lines.extend(planned_lines(row, ruling, digest, facts.currency))
    for member, ruling in members.skipped:
        service_id = facts.product_mappings.get(member.product)
        price = None if service_id is None else facts.service_prices.get(service_id)
        lines.append(skipped_line(member, ruling, service_id, price, facts.currency))
    lines.sort(key=lambda row: (row.company_name.casefold(), row.company_name, row.company, row.product))
    return Plan(tuple(lines), tuple(writes), holds)
