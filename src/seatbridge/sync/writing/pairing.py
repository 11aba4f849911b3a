"""Lines of one decision: none is begun unless all of them can be, and each waits for the one before it."""

from collections.abc import Collection, Sequence

from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.sync.models import LineMemory
from seatbridge.sync.open_work import open_work
from seatbridge.sync.running import Running


def busy_contracts(running: Running) -> set[int]:
    """Contracts on which a write is not read back yet, or something is owed."""
    work = open_work(running.integration)
    return {row.contract_id for row in (*work.writes, *work.owed)}


def both_or_neither(
    running: Running, rows: Sequence[PlannedWrite], to_come: Collection[Key] = ()
) -> list[PlannedWrite]:
    """Without the lines whose sister is neither written nor going to be; these get their status."""
    if not any(row.together for row in rows):
        return list(rows)
    coming = {row.key for row in rows} | set(to_come)
    busy = busy_contracts(running)
    kept = []
    for row in rows:
        sisters = [(key, units) for key, units in row.together if key != row.key]
        lost = [
            (key, units)
            for key, units in sisters
            if key not in coming and key[0] not in busy and not _is_written(running, key, units)
        ]
        if lost:
            running.say(
                row.members,
                "held:plan-change",
                "the other line of this plan change was not written, so this one is not written either",
                "look at the other line; the next sync tries both again",
            )
        else:
            kept.append(row)
    return kept


def is_its_turn(running: Running, row: PlannedWrite) -> bool:
    """Every line of its decision that comes before it is read back."""
    keys = [key for key, _ in row.together]
    before = row.together[: keys.index(row.key)] if row.key in keys else ()
    return all(_is_written(running, key, units) for key, units in before)


def _is_written(running: Running, key: Key, units: int) -> bool:
    row = LineMemory.objects.filter(
        integration=running.integration, contract_id=key[0], service_id=key[1], stopped=""
    ).first()
    if row is None:
        return False
    if row.pending_from is not None:
        return row.pending_units == units and not row.pending_unknown
    return row.written_units == units
