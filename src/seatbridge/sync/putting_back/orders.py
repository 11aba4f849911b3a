"""Orders to put back: what this run carries out, what earlier ones ordered, and when an order has ended."""

from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.facts import PutBack as Order
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine
from seatbridge.reconcile.posting import posting_of
from seatbridge.reconcile.words import day
from seatbridge.sync.deciding import take_back
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Decision, Instruction, PutBack, SyncRun
from seatbridge.sync.putting_back.moves import Move, Pair, moves_of, newest_runs
from seatbridge.sync.running import Running
from seatbridge.usage.models import Company

Ordered = tuple[int | None, int]  # the run that is put back, a contract of it


def orders_for(running: Running) -> dict[Key, Order]:
    """For the planner. One query, two more where a 0 was put back, and a few more in a run that puts back."""
    zone = running.zone
    rows = list(PutBack.objects.filter(integration=running.integration, ended_at=None))
    again = _billed_again(running.integration) if any(row.written == 0 for row in rows) else {}
    found = {
        (row.contract_id, row.service_id): Order(
            row.units, row.written, row.since, row.until, _words_of(row, zone),
            again=again.get(row.pk, frozenset()),
        )
        for row in rows
    }  # fmt: skip
    if running.run.puts_back is not None:
        found |= _fresh(running, running.run.puts_back)
    return found


def _billed_again(integration: Integration) -> dict[int, frozenset[Pair]]:
    """By order that put back a 0: of whom the stop was taken back since that was written."""
    rows = PutBack.objects.filter(integration=integration, ended_at=None, written=0)
    stops = Instruction.objects.filter(
        integration=integration, kind=Instruction.Kind.STOP, state=Instruction.State.WITHDRAWN
    )
    closed = list(stops.values_list("company", "product", "closed_at"))
    return {
        pk: frozenset((company, product) for company, product, at in closed if at and at >= undone)
        for pk, undone in rows.values_list("pk", "run__puts_back__created_at")
        if undone is not None
    }


def _words_of(row: PutBack, zone: ZoneInfo) -> str:
    on = day(row.ordered_at.astimezone(zone).date())
    return f"{row.actor} put back what stood at {row.written} on {on} (run {row.run_id})."


def _fresh(running: Running, undone: SyncRun) -> dict[Key, Order]:
    named = {(company, product) for company, product in running.run.puts_back_lines}
    moves = {
        key: move for key, move in moves_of(undone).items() if not named or named.intersection(move.members)
    }
    refusals = refusals_of(undone, moves, but=running.run)
    words = f"{running.run.actor} takes back what run {undone.pk} wrote."
    return {
        key: Order(
            units=move.before or 0,
            written=move.after,
            since=move.since,
            until=posting_of(running.calendar, key[0], running.billing_now()).next,
            words=words,
            fresh=True,
            refused=refusals.get(key, ""),
        )
        for key, move in moves.items()
    }


def refusals_of(undone: SyncRun, moves: Mapping[Key, Move], *, but: SyncRun | None = None) -> dict[Key, str]:
    """What is known without BMS. `but`: the run that puts back; what it wrote itself is no obstacle."""
    found = {key: move.refused for key, move in moves.items() if move.refused}
    newest = newest_runs(undone, moves)
    backs = SyncRun.objects.filter(pk__in=set(newest.values()), puts_back=undone).values_list("pk", flat=True)
    theirs = set(backs)
    for key, run_id in newest.items():
        if but is not None and run_id == but.pk:
            continue
        if run_id in theirs:
            found[key] = f"run {run_id} put it back already."
        else:
            found[key] = f"run {run_id} has written this line since. Put that run back first."
    waiting = PutBack.objects.filter(integration=undone.integration_id, ended_at=None, run__puts_back=undone)
    for row in waiting if but is None else waiting.exclude(run=but):
        key = (row.contract_id, row.service_id)
        if key in moves and key not in found:
            found[key] = f"it is ordered already, by run {row.run_id}."
    return found


def ordered_of(integration: Integration) -> set[Ordered]:
    """Runs of which lines are put back, and on which contract, as long as the order holds."""
    rows = PutBack.objects.filter(integration=integration, ended_at=None)
    return set(rows.values_list("run__puts_back_id", "contract_id"))


def asking_for_orders(rows: QuerySet[Company]) -> QuerySet[Company]:
    """For pages that read companies anyway: `any_put_back` says whether any order of the partner holds."""
    standing = PutBack.objects.filter(integration__partner=OuterRef("partner"), ended_at=None)
    return rows.annotate(any_put_back=Exists(standing))


def keep_orders(running: Running, planned: Plan) -> None:
    """Before anything is written: what this run orders, and which earlier orders its plan goes beyond."""
    if running.run.puts_back is not None:
        with fenced(running.run):
            _keep_fresh(running, planned, running.run.puts_back)
        return
    ended = _ended(running, planned)
    if ended:
        with fenced(running.run):
            for row, how in ended:
                _end(running, row, how)


def release_orders(integration: Integration, keys: Collection[Key], actor: str, at: datetime) -> None:
    """A person has decided on these lines since. Must run inside the transaction of that decision."""
    for row in PutBack.objects.filter(integration=integration, ended_at=None):
        if (row.contract_id, row.service_id) in keys:
            row.ended_at, row.ended_how = at, "released"
            row.save(update_fields=["ended_at", "ended_how"])
            _append(row, "put-back.ended", actor, at, how="released")


def _lines_by_key(planned: Plan) -> dict[Key, PlannedLine]:
    """Who is excluded may be mapped to the same line: what becomes of it, the other companies' line says."""
    found: dict[Key, PlannedLine] = {}
    for line in planned.lines:
        if line.contract_id is None or line.service_id is None:
            continue
        key = (line.contract_id, line.service_id)
        if key not in found or found[key].outcome is Outcome.SKIPPED:
            found[key] = line
    return found


def _ended(running: Running, planned: Plan) -> list[tuple[PutBack, str]]:
    rows = list(PutBack.objects.filter(integration=running.integration, ended_at=None))
    lines = _lines_by_key(planned) if rows else {}
    found = []
    for row in rows:
        line = lines.get((row.contract_id, row.service_id))
        if line is None:
            continue
        if line.outcome is Outcome.CHANGE and line.units_after != row.units:
            found.append((row, "released"))
        elif line.outcome is Outcome.NO_CHANGE and line.units_after == row.units:
            found.append((row, "count-agrees"))
    return found


def _keep_fresh(running: Running, planned: Plan, undone: SyncRun) -> None:
    lines, now = _lines_by_key(planned), running.now()
    for key, order in _fresh(running, undone).items():
        line = lines.get(key)
        if line is None or line.outcome is not Outcome.CHANGE or order.written is None or order.since is None:
            continue
        former = PutBack.objects.filter(
            integration=running.integration, contract_id=key[0], service_id=key[1], ended_at=None
        ).first()
        if former is not None and former.run_id == running.run.pk:
            continue
        if former is not None:
            _end(running, former, "replaced")
        row = PutBack.objects.create(
            integration=running.integration,
            contract_id=key[0],
            service_id=key[1],
            units=order.units,
            written=order.written,
            since=order.since,
            until=order.until,
            run=running.run,
            actor=running.run.actor,
            ordered_at=now,
        )
        _note(running, "put-back.ordered", row, companies=[[line.company, line.product]], undoes=undone.pk)
        _end_approval(running, key)


def _end_approval(running: Running, key: Key) -> None:
    """What let go the units that are put back now: it must not let them go again."""
    rows = Decision.objects.filter(integration=running.integration, contract_id=key[0], service_id=key[1])
    for row in rows.filter(choice=Decision.Choice.APPROVE).select_related("integration"):
        take_back(row, actor=running.run.actor, now=running.now())


def _end(running: Running, row: PutBack, how: str) -> None:
    """Unless a person released it at this very instant."""
    standing = PutBack.objects.filter(pk=row.pk, ended_at=None)
    if standing.update(ended_at=running.now(), ended_how=how):
        _note(running, "put-back.ended", row, how=how)


def _note(running: Running, event: str, row: PutBack, **data: object) -> None:
    _append(row, event, running.run.actor, running.now(), running.run.pk, **data)


def _append(
    row: PutBack, event: str, actor: str, at: datetime, run_id: int | None = None, **data: object
) -> None:
    append(
        row.integration.partner_id,
        event,
        actor=actor,
        data={
            "units_before": row.written,
            "units": row.units,
            "effective_date": row.since,
            "until": row.until,
            **data,
        },
        integration_id=row.integration_id,
        run_id=run_id,
        contract_id=row.contract_id,
        service_id=row.service_id,
        at=at,
    )
