"""The part of the facts that rules can have a say in: a line that stands right stays, whatever the rules.

A night on which 20,000 lines stand right leaves a few dozen to be kept, and the sums of the others.
"""

from collections.abc import Sequence
from dataclasses import replace

from seatbridge.reconcile.facts import Approvals, Facts
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.run_limits import Judged, tally_of


def moving_part(facts: Facts, judged: Sequence[Judged]) -> Facts:
    """Facts of which every plan is the same as of all of them, but for the lines that stand as they should.

    What a person approved for this one run is left out: it is asked how the lines would stand without it.
    """
    moving = _moving(judged)
    still = [row for row in judged if row.weighed.members[0].company.ref not in moving]
    contracts = {row.weighed.key[0] for row in judged if row.weighed.members[0].company.ref in moving}
    approvals = facts.approvals
    return replace(
        facts,
        companies={ref: facts.companies[ref] for ref in sorted(moving)},
        counts={pair: count for pair, count in facts.counts.items() if pair[0] in moving},
        company_mappings={ref: row for ref, row in facts.company_mappings.items() if ref in moving},
        contracts={number: row for number, row in facts.contracts.items() if number in contracts},
        lines=tuple(line for line in facts.lines if line.contract_id in contracts),
        known={key: row for key, row in facts.known.items() if key[0] in contracts},
        invoiced={key: row for key, row in facts.invoiced.items() if key[0] in contracts},
        decisions={key: row for key, row in facts.decisions.items() if key[0] in contracts},
        waited={key: row for key, row in facts.waited.items() if key[0] in contracts},
        put_backs={key: order for key, order in facts.put_backs.items() if key[0] in contracts},
        approvals=Approvals(first_run_done=approvals.first_run_done or approvals.whole_run),
        company_rules={},
        beside=tally_of(facts, [row._replace(named=row.stopped) for row in still]),
    )


def _moving(judged: Sequence[Judged]) -> set[str]:
    """Companies with a line that does not stand as it should, and all that share a line with one of them."""
    moving: set[str] = set()
    for row in judged:
        if row.ruling.outcome is not Outcome.NO_CHANGE:
            moving.update(member.company.ref for member in row.weighed.members)
    shared = [
        {member.company.ref for member in row.weighed.members}
        for row in judged
        if len(row.weighed.members) > 1
    ]
    size = -1
    while size != len(moving):
        size = len(moving)
        for refs in shared:
            if refs & moving:
                moving |= refs
    return moving
