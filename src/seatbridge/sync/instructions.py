"""What persons decided that lasts beyond one run: read for the planner, kept, and closed when it is done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from seatbridge.catalog.finding import service_texts
from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.reconcile.decided import is_about
from seatbridge.reconcile.facts import DecidedChange, Instructions, Kept, Key, NewLine, Stop
from seatbridge.reconcile.planned import Outcome, PlannedWrite
from seatbridge.reconcile.run_limits import Judged
from seatbridge.sync.models import Instruction
from seatbridge.sync.running import Running

Kind, State = Instruction.Kind, Instruction.State


def read_instructions(integration: Integration) -> Instructions:
    """One query, and one more where lines are to be added."""
    changes: list[DecidedChange] = []
    stops: dict[tuple[str, str], Stop] = {}
    new_lines: dict[Key, NewLine] = {}
    kept: dict[Key, Kept] = {}
    rows = in_force(integration)
    added = [row.service_id for row in rows if row.kind == Kind.NEW_LINE and row.service_id is not None]
    texts = service_texts(integration, added) if added else {}
    for row in rows:
        if row.kind == Kind.PLAN_CHANGE:
            changes.append(change_of(row))
        elif row.kind == Kind.STOP:
            stops[row.company, row.product] = Stop(row.from_date, done=row.state == State.DONE)
        elif row.kind == Kind.KEEP and row.units is not None:
            kept[row.contract_id or 0, row.service_id or 0] = Kept(row.units, row.counted)
        elif row.kind == Kind.NEW_LINE and row.contract_id is not None and row.service_id is not None:
            if row.unit_price is None or row.unit_cost is None:
                continue
            name, description = texts.get(row.service_id, ("", ""))
            new_lines[row.contract_id, row.service_id] = NewLine(
                row.unit_price, row.unit_cost, name, description, row.counted or 0
            )
    return Instructions(tuple(changes), stops, new_lines, kept)


def in_force(integration: Integration) -> list[Instruction]:
    """A stop goes on being one when it is done: who comes back is asked about."""
    rows = Instruction.objects.filter(integration=integration).exclude(state=State.WITHDRAWN)
    return [row for row in rows.order_by("pk") if row.state == State.OPEN or row.kind == Kind.STOP]


def stopping_with_contract(integration: Integration) -> frozenset[str]:
    """Refs of companies whose billing stops when their contract ends: it is not to be renewed."""
    rows = in_force(integration)
    return frozenset(
        row.company for row in rows if row.kind == Kind.STOP and row.from_date is None and not row.product
    )


def change_of(row: Instruction) -> dict[Key, int]:
    return {(contract_id, service_id): units for contract_id, service_id, units in row.lines}


def note_plan_changes(running: Running, writes: Sequence[PlannedWrite]) -> None:
    """Before the first of its lines is written, a change of plan is kept as a whole: whatever happens in
    between, a later run writes the other line. Must run inside the transaction of the plan.
    """
    seen: set[tuple[tuple[Key, int], ...]] = set()
    for write in writes:
        if not write.together or write.together in seen:
            continue
        seen.add(write.together)
        lines = [[*key, units] for key, units in write.together]
        company = write.members[0][0]
        row, is_new = Instruction.objects.get_or_create(
            integration=running.integration,
            kind=Kind.PLAN_CHANGE,
            company=company,
            product="",
            state=State.OPEN,
            defaults={"lines": lines, "given_by": running.run.actor, "given_at": running.now()},
        )
        if is_new:
            log(
                row, "instruction.given", running.run.actor, running.now(), run_id=running.run.pk, lines=lines
            )
        elif row.lines != lines:
            row.lines = lines
            row.save(update_fields=["lines"])


def close_done(running: Running, planned_by: Instructions, judged: Sequence[Judged]) -> None:
    """By what a new plan sees: done where every line stands as decided, void where the counts moved away.

    `planned_by`: what that plan knew. Where it knew of none, nothing can be done by it.

    Must run inside the transaction of the plan.
    """
    if not planned_by.any:
        return
    rows = in_force(running.integration)
    found = {row.weighed.key: row for row in judged}
    for row in rows:
        state = _state_of(row, found)
        if state != row.state:
            close(row, state, running.run.actor, running.now(), run_id=running.run.pk)


def _state_of(row: Instruction, judged: Mapping[Key, Judged]) -> str:
    if row.kind == Kind.PLAN_CHANGE:
        return _state_of_change(change_of(row), judged)
    if row.kind == Kind.NEW_LINE:
        line = judged.get((row.contract_id or 0, row.service_id or 0))
        if line is None:
            return State.WITHDRAWN  # mapped to another contract or service meanwhile
        return State.DONE if line.weighed.line_stands else State.OPEN
    if row.kind == Kind.KEEP:
        line = judged.get((row.contract_id or 0, row.service_id or 0))
        return State.OPEN if line is not None and line.weighed.kept else State.DONE
    if row.kind == Kind.STOP and row.state == State.OPEN:
        return State.DONE if _is_stopped(row, judged.values()) else State.OPEN
    return row.state


def _state_of_change(change: Mapping[Key, int], judged: Mapping[Key, Judged]) -> str:
    sides = [(judged[key], units) for key, units in change.items() if key in judged]
    if len(sides) < len(change):
        return State.WITHDRAWN
    if any(not is_about(side.weighed.target.units, units) for side, units in sides):
        # A count that is missing for now says nothing.
        missing = any(side.weighed.target.units is None for side, _ in sides)
        return State.OPEN if missing else State.WITHDRAWN
    return State.DONE if all(_stands(side) for side, _ in sides) else State.OPEN


def _is_stopped(row: Instruction, judged: Iterable[Judged]) -> bool:
    """Every line of theirs stands as it should without them, or will by a write dated ahead."""
    theirs = [
        each
        for each in judged
        if any(
            member.company.ref == row.company and row.product in ("", member.product)
            for member in each.weighed.members
        )
    ]
    return bool(theirs) and all(_stands(each) and each.ruling.status != "planned" for each in theirs)


def _stands(side: Judged) -> bool:
    return side.ruling.outcome is Outcome.NO_CHANGE


def close(row: Instruction, state: str, actor: str, at: datetime, **data: Any) -> None:
    row.state, row.closed_at = state, at
    row.save(update_fields=["state", "closed_at"])
    log(row, f"instruction.{state}", actor, at, **data)


def log(
    row: Instruction, event: str, actor: str, at: datetime, *, run_id: int | None = None, **data: Any
) -> None:
    append(
        row.integration.partner_id,
        event,
        actor=actor,
        data={
            "instruction": row.pk,
            "kind": row.kind,
            "company": row.company,
            "product": row.product,
            **data,
        },
        integration_id=row.integration_id,
        run_id=run_id,
        contract_id=row.contract_id,
        service_id=row.service_id,
        at=at,
    )
