"""Leave waiting lines as they are until after the next invoice run."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seatbridge.ledger.writing import append
from seatbridge.mappings.stamping import stamp_decided
from seatbridge.reconcile.covering import LEFT, LEFT_FIX, left_words
from seatbridge.sync.approvable import Pair, lines_left_together
from seatbridge.sync.company_status import worst_status
from seatbridge.sync.deciding import decide
from seatbridge.sync.models import Decision, LineResult, SyncRun, WaitingLine
from seatbridge.sync.requesting import NotNow, newer_plan, other_plan
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.show import show_lines
from seatbridge.sync.shown.shown_lines import ShownLine, read_lines


@dataclass(frozen=True, slots=True)
class LeftLines:
    lines: tuple[ShownLine, ...]


def leave_lines(
    run: SyncRun, *, digest: str, actor: str, now: datetime, pairs: Collection[Pair]
) -> LeftLines | NotNow:
    """`digest` is of the plan that the person saw. Nothing is written, and nothing is asked of BMS."""
    refusal = other_plan(run, digest) or newer_plan(run)
    if refusal is not None:
        return refusal
    with transaction.atomic():
        row = SyncRun.objects.select_for_update().get(pk=run.pk)
        plan = standing_of(row.integration).plan
        lines = [line for line in read_lines(show_lines(row)) if plan.is_of(line, row)]
        chosen = lines_left_together(lines, pairs)
        if not chosen:
            return NotNow("None of these lines waits for you any more.")
        made = decide(row, {line.key for line in chosen}, Decision.Choice.LEAVE, actor=actor)
        _show_as_left(row, chosen, made)
        _stamp(row, {line.company for line in chosen})
        append(
            row.integration.partner_id,
            "decision.left",
            actor=actor,
            data={"plan": row.pk, "digest": digest, "companies": [list(line.key) for line in chosen]},
            integration_id=row.integration_id,
            run_id=row.pk,
            at=now,
        )
    run.summary = row.summary
    return LeftLines(tuple(chosen))


def _show_as_left(run: SyncRun, lines: Sequence[ShownLine], made: Iterable[Decision]) -> None:
    """The plan stays as it was sealed; what became of these lines is said beside it."""
    words = {
        (row.contract_id, row.service_id): left_words(row.by, row.until, row.units_before, row.units)
        for row in made
    }
    for line in lines:
        contract_id, service_id = line.contract_id, line.service_id
        if contract_id is None or service_id is None or (contract_id, service_id) not in words:
            continue  # a plan of an older release says no deadline
        cause = words[contract_id, service_id]
        LineResult.objects.update_or_create(
            run=run,
            company=line.company,
            product=line.product,
            defaults={"status": LEFT, "cause": f"{cause}.", "fix": LEFT_FIX},
        )
        WaitingLine.objects.filter(
            integration_id=run.integration_id, contract_id=contract_id, service_id=service_id
        ).delete()
    by_status = Counter(run.summary.get("by_status", {}))
    by_status.subtract(line.status for line in lines)
    by_status[LEFT] += len(lines)
    counted = {status: number for status, number in sorted(by_status.items()) if number > 0}
    run.summary = {**run.summary, "by_status": counted}
    run.save(update_fields=["summary"])


def _stamp(run: SyncRun, refs: Collection[str]) -> None:
    """Company Mapping says of these companies what Changes says of their lines."""
    plan = standing_of(run.integration).plan
    lines = {ref: [(line.outcome, line.status) for line in plan.of(ref)] for ref in refs}
    stamp_decided(run.integration, {ref: worst_status(each) for ref, each in lines.items() if each})
