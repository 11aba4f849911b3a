"""Lines whose units nobody has confirmed: a person takes what was invoiced last as current."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.mappings.exporting import csv_line, harmless
from seatbridge.mappings.importing import Asking, MappingReport
from seatbridge.reconcile.facts import Evidence, Key
from seatbridge.sync.models import LineMemory
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.sync.stated.confirming import keep_units

# Nobody wrote, confirmed or read them: an invoice says what was billed, not what stands there now. What we
# wrote is not among them: other lines move a contract's total every night, which says nothing of this one.
UNCONFIRMED = frozenset({Evidence.UNKNOWN, Evidence.INVOICED})
HEADER = ("company", "product", "units", "invoiced", "invoiced_on", "count", "company_name")


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """One line of BMS; several companies may share it. `says`: what is known of it, in words."""

    key: Key
    members: tuple[ShownLine, ...]
    invoiced: int | None
    invoiced_on: date | None
    says: str

    @property
    def name(self) -> str:
        return ", ".join(dict.fromkeys(line.name for line in self.members))

    @property
    def count(self) -> int | None:
        return self.members[0].after

    @property
    def price(self) -> Decimal | None:
        return self.members[0].price

    @property
    def monthly(self) -> Decimal | None:
        """What a month changes by if the invoiced units are what stands there."""
        if self.invoiced is None or self.count is None or self.price is None:
            return None
        return (self.count - self.invoiced) * self.price


class UnitsMoved(Exception):
    """What was accepted is not what is known now: nothing was kept. Carries a sentence."""


def unknown_units(integration: Integration) -> list[UnknownLine]:
    """By name, of the last plan, without those that a person stated since. Two queries where it is new."""
    by_key: dict[Key, list[ShownLine]] = {}
    for line in standing_of(integration).plan.lines:
        if line.evidence_code in UNCONFIRMED and line.line_id and line.contract_id and line.service_id:
            by_key.setdefault((line.contract_id, line.service_id), []).append(line)
    if not by_key:
        return []
    rows = LineMemory.objects.filter(integration=integration, contract_id__in={key[0] for key in by_key})
    memory = {(row.contract_id, row.service_id): row for row in rows}
    found = [
        _line(key, lines, memory.get(key))
        for key, lines in by_key.items()
        if not _is_stated(memory.get(key)) and not _is_written(lines)
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.key))


def _is_stated(row: LineMemory | None) -> bool:
    return row is not None and row.confirmed_units is not None


def _is_written(lines: Sequence[ShownLine]) -> bool:
    """The run itself wrote it: from now on its units are ours."""
    return lines[0].status in ("synced", "synced-with-warning", "scheduled")


def _line(key: Key, lines: Sequence[ShownLine], row: LineMemory | None) -> UnknownLine:
    units, on = (None, None) if row is None else (row.invoiced_units, row.invoiced_on)
    return UnknownLine(key, tuple(lines), units, on, lines[0].evidence)


def seal_of(lines: Collection[UnknownLine]) -> str:
    """Of what *take them all* takes."""
    what = [(line.key, line.invoiced) for line in lines if line.invoiced is not None]
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def take_as_current(integration: Integration, wanted: Mapping[Key, int], asking: Asking) -> MappingReport:
    """The invoiced units of these lines are what stands in BMS: all of them or none. Raises UnitsMoved."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        now = {line.key: line.invoiced for line in unknown_units(integration)}
        moved = [key for key, units in wanted.items() if now.get(key) != units]
        if moved:
            raise UnitsMoved(
                f"{len(moved):,} of these {len(wanted):,} lines are not as they were shown any more: "
                "somebody stated them, or newer invoices were read. Nothing was taken. Look again."
            )
        return keep_units(integration, wanted, asking)


def take_all_as_current(integration: Integration, seal: str, asking: Asking) -> MappingReport:
    """Every line that was invoiced, as `seal` saw them. Raises UnitsMoved."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        lines = unknown_units(integration)
        if seal != seal_of(lines):
            raise UnitsMoved(
                "These lines are not as they were shown any more. Nothing was taken. Look again."
            )
        wanted = {line.key: line.invoiced for line in lines if line.invoiced is not None}
        return keep_units(integration, wanted, asking)


def export_unknown_units(integration: Integration) -> Iterator[str]:
    """Lines with their ends. `units` is what to fill in, or to leave: what was invoiced stands in it."""
    yield csv_line(HEADER)
    for line in unknown_units(integration):
        for member in line.members:
            units = "" if line.invoiced is None else line.invoiced
            yield csv_line(
                (
                    member.company,
                    member.product,
                    units,
                    units,
                    line.invoiced_on or "",
                    line.count,
                    harmless(member.name),
                )
            )
