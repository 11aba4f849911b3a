"""Adopt, never duplicate: remember the BMS line of each key, and what it held when we first saw it."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Evidence, Key
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
UNSETTLED = Q(line_id=None) | Q(first_seen_units=None) | Q(written_units=None) | ~Q(stopped="")


class _Told(NamedTuple):
    """All that tells whether anything is left to learn of a line. Usually nothing is."""

    contract_id: int
    service_id: int
    line_id: int | None = None
    first_seen_units: int | None = None
    written_units: int | None = None
    stopped: str = ""
    confirmed_units: int | None = None
    pending_from: date | None = None

    @property
    def is_settled(self) -> bool:
        return None not in (self.line_id, self.first_seen_units, self.written_units) and not self.stopped


def adopt(running: Running, planned: Plan) -> None:
    """Save only what is new: a run without changes asks once, and writes nothing here."""
    rows = LineMemory.objects.filter(integration=running.integration)
    told = {each[:2]: _Told(*each) for each in rows.values_list(*_Told._fields)}
    news = {}
    for key, (row, line) in _planned_lines(running, planned).items():
        facts = told.get(key) or _Told(*key)
        if not facts.is_settled and _learn(running, LineMemory(**facts._asdict()), row, line):
            news[key] = row, line
    known = {key_of(row): row for row in rows.filter(UNSETTLED)} if news.keys() & told.keys() else {}
    fresh = {
        key: LineMemory(integration=running.integration, contract_id=key[0], service_id=key[1])
        for key in news
        if key not in told
    }
    changed = {key: known[key] for key in news if key in known}  # a person may have settled one right now
    for key, target in {**fresh, **changed}.items():
        _learn(running, target, *news[key])
    LineMemory.objects.bulk_create(fresh.values(), batch_size=1000)
    LineMemory.objects.bulk_update(changed.values(), FIELDS, batch_size=500)


def _planned_lines(running: Running, planned: Plan) -> dict[Key, tuple[PlannedLine, Line]]:
    """What the plan says first of each line, and the line as it was read."""
    lines = {line.id: line for line in running.seen.reading.lines}
    found: dict[Key, tuple[PlannedLine, Line]] = {}
    for row in planned.lines:
        if row.contract_id is None or row.service_id is None or row.line_id not in lines:
            continue
        found.setdefault((row.contract_id, row.service_id), (row, lines[row.line_id]))
    return found


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
