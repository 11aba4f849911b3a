"""What the latest reading says of writes that an earlier one planned: what moved meanwhile is not written.

A run reads BMS after each wave and each batch, and a test write may take minutes. A price raised in between
must not be undone by the price that the plan was made from.
"""

from collections.abc import Iterable

from seatbridge.reconcile.contract_checks import check_contract
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.sync.models import LineMemory
from seatbridge.sync.running import Running
from seatbridge.sync.writing.lateness import TOO_LATE, came_a_posting


def still_as_planned(running: Running, writes: Iterable[PlannedWrite]) -> list[PlannedWrite]:
    """Those that may be written as planned; the others get their status. Sends nothing."""
    rows = list(writes)
    if not rows:
        return rows
    stopped = _stopped_contracts(running)
    kept = []
    for row in rows:
        why = _why_not(running, row, stopped)
        if why is None:
            kept.append(row)
        else:
            running.say(row.members, *why)
    return kept


def _stopped_contracts(running: Running) -> dict[int, str]:
    """By checks of this very run: a stop of an earlier one was weighed by the planner."""
    rows = LineMemory.objects.filter(integration=running.integration, stopped_run=running.run.pk)
    return dict(rows.exclude(stopped="").values_list("contract_id", "stopped"))


def _why_not(running: Running, row: PlannedWrite, stopped: dict[int, str]) -> tuple[str, str, str] | None:
    contract_id = row.key[0]
    if came_a_posting(running, contract_id):
        return TOO_LATE
    ruling = check_contract(running.seen.contracts.get(contract_id), contract_id, running.today())
    if ruling is not None:
        return ruling.status, ruling.cause, ruling.fix
    if contract_id in stopped:
        return (
            "error:verification",
            f"another write on this contract failed its check: {stopped[contract_id]}",
            "look at the contract in BMS; then approve this line to write it",
        )
    view = running.seen.of(row.key)
    moved = bool(view.lines) if row.creates else view.line(row.line.id) != row.line
    if moved:
        return (
            "blocked:changed-since-preview",
            "the line in BMS moved since the plan was made",
            "sync again: the next plan starts from what BMS holds now",
        )
    return None
