"""What a run makes of decisions and of waiting lines: which stand, which were refused, what was missed."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.db.models import Q

from seatbridge.reconcile.deadlines import is_waiting
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine
from seatbridge.sync.deciding import decide
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Decision, SyncRun, WaitingLine
from seatbridge.sync.records import note
from seatbridge.sync.running import Running

_REFUSED = "blocked:changed-since-preview"
_NEW = Q(choice=Decision.Choice.APPROVE, kept=False)  # no plan has stood by it yet


def keep_decisions(running: Running, planned: Plan) -> None:
    """A decision that a plan stood by lasts until its invoice run; one that moved before that is void."""
    if running.run.puts_back_id is not None:
        return
    decided = Decision.objects.filter(integration=running.integration)
    if not _names_lines(running.run) and not decided.filter(Q(until__lt=running.today()) | _NEW).exists():
        return
    lines = _by_key(planned)
    with fenced(running.run):
        decided.filter(until__lt=running.today()).delete()
        stood = []
        for row in decided.filter(_NEW):
            line = lines.get((row.contract_id, row.service_id))
            if line is not None and line.status == _REFUSED:
                note(running, "decision.refused", companies=row.members, why=line.cause)
                row.delete()
            elif line is not None and list(line.basis) == row.basis:
                stood.append(row.pk)
        for some in _in_parts(stood):
            Decision.objects.filter(pk__in=some).update(kept=True)
        if _names_lines(running.run):
            _decide_what_was_named(running.run, lines)


def _names_lines(run: SyncRun) -> bool:
    return bool(run.approved_lines) and run.approves_run_id is None


def _decide_what_was_named(run: SyncRun, lines: Mapping[Key, PlannedLine]) -> None:
    """At the command line a line is named without a preview: what its plan shows is what was approved."""
    named = {(company, product) for company, product in run.approved_lines}
    going = {
        (line.company, line.product)
        for line in lines.values()
        if line.outcome is Outcome.CHANGE and (line.company, line.product) in named
    }
    if going:
        made = decide(run, going, Decision.Choice.APPROVE, actor=run.actor)
        Decision.objects.filter(pk__in=[row.pk for row in made]).update(kept=True)


def _by_key(planned: Plan) -> dict[Key, PlannedLine]:
    return {
        (line.contract_id, line.service_id): line
        for line in planned.lines
        if line.contract_id is not None and line.service_id is not None and line.deadline is not None
    }


def keep_waiting(
    running: Running, planned: Plan, results: Mapping[tuple[str, str], tuple[str, str, str]]
) -> None:
    """Once a plan: who waits from now on, who no longer does, and whose invoice run went by undecided."""
    if running.run.puts_back_id is not None:  # it leaves all other lines alone, and says nothing of them
        return
    known = {
        (row.contract_id, row.service_id): row
        for row in WaitingLine.objects.filter(integration=running.integration)
    }
    new: list[WaitingLine] = []
    over: list[int] = []
    for key, line in _by_key(planned).items():
        result = results.get((line.company, line.product))
        waits = is_waiting(line.outcome, line.status) if result is None else is_waiting("", result[0])
        row = known.get(key)
        if not waits:
            if row is not None:
                over.append(row.pk)
        elif row is None:
            new.append(_waiting(running.run, key, line))
        elif line.deadline is not None and row.deadline < line.deadline:
            row.missed, row.deadline = row.deadline, line.deadline
            row.save(update_fields=["missed", "deadline"])
            _note_missed(running, row, line)
    WaitingLine.objects.bulk_create(new, batch_size=500)
    for some in _in_parts(over):
        WaitingLine.objects.filter(pk__in=some).delete()


def _in_parts(numbers: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """A query names no more rows than every database lets it."""
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _waiting(run: SyncRun, key: Key, line: PlannedLine) -> WaitingLine:
    if line.deadline is None:
        raise ValueError("a line that waits has a deadline")
    return WaitingLine(
        integration_id=run.integration_id, contract_id=key[0], service_id=key[1], deadline=line.deadline
    )


def _note_missed(running: Running, row: WaitingLine, line: PlannedLine) -> None:
    money = line.money_delta_period or Decimal(0)
    note(
        running,
        "line.missed-run",
        contract=row.contract_id,
        companies=[[line.company, line.product]],
        posted_on=row.missed,
        units_before=line.units_before,
        count=line.units_after,
        money=money,
        why=line.status,
    )
