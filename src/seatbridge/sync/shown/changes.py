"""What was written lately, as the ledger has it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry

_WRITTEN = ("write.confirmed", "write.scheduled", "write.appended", "write.adjusted")
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


def last_changes(integration: Integration, most: int) -> list[Change]:
    """Newest first. One query."""
    rows = LedgerEntry.objects.filter(
        partner_id=integration.partner_id, integration_id=integration.pk, event__in=_WRITTEN
    ).order_by("-seq")
    return list(_changes(rows[: most * _LOOKED_THROUGH]))[:most]


def changes_of_contracts(integration: Integration, contracts: set[int], most: int) -> list[Change]:
    rows = LedgerEntry.objects.filter(
        integration_id=integration.pk, contract_id__in=contracts, event__in=_WRITTEN
    ).order_by("-seq")
    return list(_changes(rows[:most]))


def _changes(rows: Any) -> Iterator[Change]:
    for entry in rows:
        data = json.loads(entry.data)
        # A write that was answered by a second line was no change of units; the debt that it left is.
        is_one = "owed" in data if entry.event in ("write.appended", "write.adjusted") else True
        if not is_one or data.get("units") is None or data["units"] == data.get("units_before"):
            continue
        on = data.get("effective_date")
        yield Change(
            seq=entry.seq,
            run_id=entry.run_id,
            at=entry.at,
            actor=entry.actor,
            contract_id=entry.contract_id,
            members=tuple((company, product) for company, product in data.get("companies", ())),
            before=data.get("units_before"),
            after=data["units"],
            effective=None if on is None else date.fromisoformat(on),
            scheduled=entry.event == "write.scheduled",
        )
