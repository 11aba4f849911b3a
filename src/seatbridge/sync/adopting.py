"""Adopt, never duplicate: remember the BMS line of each key, and what it held when we first saw it."""

from django.db.models import Q

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Evidence
from seatbridge.reconcile.planned import Outcome, Plan, PlannedLine
from seatbridge.sync.models import LineMemory
from seatbridge.sync.running import Running, key_of

FIELDS = [
    "line_id",
    "first_seen_units",
    "written_units",
    "written_price",
    "total_after",
    "alone",
    "agreed",
    "confirmed_units",
    "stopped",
]
# Nothing is left to learn of these: the usual case, so they are not made into objects at all.
SETTLED = Q(line_id__isnull=False, first_seen_units__isnull=False, written_units__isnull=False, stopped="")


def adopt(running: Running, planned: Plan) -> None:
    """Save only what is new: a run without changes writes nothing here."""
    rows = LineMemory.objects.filter(integration=running.integration)
    settled = set(rows.filter(SETTLED).values_list("contract_id", "service_id"))
    memory = {key_of(row): row for row in rows.exclude(SETTLED)}
    lines = {line.id: line for line in running.seen.reading.lines}
    fresh: list[LineMemory] = []
    changed: list[LineMemory] = []
    done: set[tuple[int, int]] = set()
    for row in planned.lines:
        if row.contract_id is None or row.service_id is None or row.line_id is None:
            continue
        key = (row.contract_id, row.service_id)
        if key in done or key in settled or row.line_id not in lines:
            continue
        done.add(key)
        kept = memory.get(key)
        target = kept or LineMemory(
            integration=running.integration, contract_id=row.contract_id, service_id=row.service_id
        )
        if _learn(running, target, row, lines[row.line_id]):
            (fresh if kept is None else changed).append(target)
    LineMemory.objects.bulk_create(fresh, batch_size=1000)
    LineMemory.objects.bulk_update(changed, FIELDS, batch_size=500)


def _learn(running: Running, target: LineMemory, row: PlannedLine, line: Line) -> bool:
    learned = False
    if target.line_id is None:
        target.line_id, learned = line.id, True
    if target.first_seen_units is None and row.units_before is not None:
        target.first_seen_units, learned = row.units_before, True
    if target.stopped and row.outcome is Outcome.NO_CHANGE:
        # Only a person's word lets a stopped contract be planned: it was put right by hand.
        target.stopped, learned = "", True
    if _is_agreed(target, row):
        contract = running.seen.contracts[target.contract_id]
        if target.pending_from is None:
            target.line_id = line.id  # the one that we wrote may be gone: this one stands in its place
        target.written_units, target.written_price = row.units_before, line.unit_price
        target.total_after = contract.billing_price
        by_person = target.confirmed_units == row.units_before
        target.agreed = Evidence.CONFIRMED.value if by_person else row.evidence_code
        target.confirmed_units = None
        target.alone = (row.units_before or 0) * line.unit_price == contract.billing_price
        learned = True
    return learned


def _is_agreed(target: LineMemory, row: PlannedLine) -> bool:
    """Count and a person's (or a live) word about BMS agree: from now on a changed total is noticed."""
    if target.written_units is not None or row.outcome is not Outcome.NO_CHANGE or not row.units_before:
        return False
    return target.confirmed_units == row.units_before or row.evidence_code in {"read", "total", "confirmed"}
