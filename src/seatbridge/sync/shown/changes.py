"""What was written lately, as the ledger has it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry

_WRITTEN = ("write.confirmed", "write.scheduled", "write.appended", "write.adjusted")
ORDERED = "put-back.ordered"
_READ = (*_WRITTEN, ORDERED)
_LOOKED_THROUGH = 10  # entries for one change that is shown: a test write says nothing new


@dataclass(frozen=True, slots=True)
class Change:
    seq: int
    run_id: int | None
    at: datetime
    actor: str
    contract_id: int | None
    members: tuple[tuple[str, str], ...]  # company ref, product
    before: int | None
    after: int | None
    effective: date | None
    scheduled: bool
    put_back_by: int | None = None  # the run that was asked to take it back


Line = tuple[int | None, int | None, int | None]  # a run, a contract and a service of it


def instead_of(entries: Iterable[LedgerEntry]) -> dict[Line, int]:
    """By what a put back was ordered: the units whose place it takes, which may never have been in force."""
    ordered = (entry for entry in entries if entry.event == ORDERED)
    found = {_line_of(entry): json.loads(entry.data).get("units_before") for entry in ordered}
    return {line: units for line, units in found.items() if units is not None}


def units_before_of(entry: LedgerEntry, data: Mapping[str, Any], instead: Mapping[Line, int]) -> int | None:
    """Of a write dated ahead that changes nothing in force: what would have stood from its day on."""
    units: int | None = data.get("units_before")
    return instead.get(_line_of(entry), units) if data.get("ahead") and units == data.get("units") else units


def _line_of(entry: LedgerEntry) -> Line:
    return entry.run_id, entry.contract_id, entry.service_id


def last_changes(integration: Integration, most: int) -> list[Change]:
    """Newest first. One query."""
    rows = LedgerEntry.objects.filter(
        partner_id=integration.partner_id, integration_id=integration.pk, event__in=_READ
    ).order_by("-seq")
    return list(_changes(rows[: most * _LOOKED_THROUGH]))[:most]


def changes_of_contracts(integration: Integration, contracts: set[int], most: int) -> list[Change]:
    rows = LedgerEntry.objects.filter(
        integration_id=integration.pk, contract_id__in=contracts, event__in=_READ
    ).order_by("-seq")
    return list(_changes(rows[:most]))


def _changes(rows: Iterable[LedgerEntry]) -> Iterator[Change]:
    entries = list(rows)
    instead, undone = instead_of(entries), dict(_undone(entries))
    for entry in entries:
        if entry.event == ORDERED:
            continue
        data = json.loads(entry.data)
        before = units_before_of(entry, data, instead)
        # A write that was answered by a second line was no change of units; the debt that it left is.
        is_one = "owed" in data if entry.event in ("write.appended", "write.adjusted") else True
        if not is_one or data.get("units") is None or data["units"] == before:
            continue
        on = data.get("effective_date")
        yield Change(
            seq=entry.seq,
            run_id=entry.run_id,
            at=entry.at,
            actor=entry.actor,
            contract_id=entry.contract_id,
            members=tuple((company, product) for company, product in data.get("companies", ())),
            before=before,
            after=data["units"],
            effective=None if on is None else date.fromisoformat(on),
            scheduled=entry.event == "write.scheduled",
            put_back_by=undone.get(_line_of(entry)),
        )


def _undone(entries: Iterable[LedgerEntry]) -> Iterator[tuple[Line, int]]:
    for entry in entries:
        if entry.event == ORDERED and entry.run_id is not None:
            yield (json.loads(entry.data).get("undoes"), entry.contract_id, entry.service_id), entry.run_id
