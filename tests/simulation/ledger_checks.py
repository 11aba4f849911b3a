"""Does the ledger explain every write that BMS saw, and nothing twice?"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.verifying import Verified, verify
from tests.simulation.broken import Broken, require
from tests.simulation.truth import Edit, Key
from tests.simulation.writes_seen import Part

# Refused before any effect: the client sends such a write again by itself, under the same intent.
REFUSED_BEFORE = (401, 429)
CONFIRMED = ("write.confirmed", "write.scheduled", "write.adjusted", "write.appended")


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: datetime
    event: str
    key: Key | None
    line_id: int | None
    data: dict[str, Any]

    @property
    def units(self) -> int | None:
        units: int | None = self.data.get("units")
        return units

    @property
    def since(self) -> date | None:
        text = self.data.get("effective_date")
        return None if text is None else date.fromisoformat(text)

    @property
    def price(self) -> Decimal:
        """What the intent says that BMS will be sent."""
        return Decimal(0) if self.data.get("phase") == "zeroing" else Decimal(self.data["unit_price"])


def read_entries() -> list[Entry]:
    return [
        Entry(row.seq, row.at, row.event, _key(row), row.line_id, json.loads(row.data))
        for row in LedgerEntry.objects.order_by("seq")
    ]


def _key(row: LedgerEntry) -> Key | None:
    if row.contract_id is None or row.service_id is None:
        return None
    return row.contract_id, row.service_id


def check_chain(partner_id: int) -> None:
    """Invariant 4: the chain holds."""
    found = verify(partner_id)
    require(isinstance(found, Verified), 4, f"ledger verify: {found}")


def check_intents(entries: Iterable[Entry], parts: Iterable[Part]) -> None:
    """Invariant 4: each write that BMS received follows an intent of its own that says exactly this."""
    intents: dict[Key, list[Entry]] = {}
    for entry in entries:
        if entry.event == "write.intended" and entry.key is not None:
            intents.setdefault(entry.key, []).append(entry)
    for part in parts:
        matching = [entry for entry in intents.get(part.key, []) if _explains(entry, part)]
        require(matching, 4, f"{part} at {part.write.at} follows no intent of the ledger that is left")
        if part.write.answered not in REFUSED_BEFORE:
            intents[part.key].remove(matching[-1])


def _explains(entry: Entry, part: Part) -> bool:
    if entry.at > part.write.at or (entry.since, entry.price) != (part.since, part.price):
        return False
    if part.units is None:
        return entry.line_id == part.line_id
    return entry.units == part.units and entry.data.get("phase") != "zeroing"


def check_nothing_again(entries: Iterable[Entry], parts: Iterable[Part], edited: Iterable[Edit]) -> None:
    """Invariant 4: what was confirmed is not sent again, unless a person changed the contract between.

    Or did so a moment before, while our write still hid the line from the reading that confirmed it.
    """
    confirmed = deque(entry for entry in entries if entry.event in CONFIRMED and entry.key is not None)
    standing: dict[Key, Entry] = {}
    edits = list(edited)
    for part in parts:
        while confirmed and confirmed[0].at <= part.write.at:
            entry = confirmed.popleft()
            if entry.key is not None:
                standing[entry.key] = entry
        before = standing.get(part.key)
        if before is None or part.units is None or not part.write.effect:
            continue
        if any(_is_between(edit, before, part) for edit in edits):
            continue
        if (before.units, before.since) == (part.units, part.since):
            raise Broken(4, f"{part} was confirmed by entry {before.seq} at {before.at}, and sent again")


def _is_between(edit: Edit, confirmed: Entry, part: Part) -> bool:
    of_contract = edit.contract_id == part.key[0]
    return of_contract and confirmed.at <= edit.readable_from and edit.at <= part.write.at


def check_canary(entries: Iterable[Entry]) -> None:
    """Invariant 6: after an undecided canary no other one begins before a person has looked."""
    undecided: Entry | None = None
    for entry in entries:
        if entry.event == "verdict.reached" and entry.data["reading"] == "undecided":
            undecided = entry
        elif entry.event == "verdict.cleared":
            undecided = None
        elif entry.event == "write.owed" and entry.data.get("purpose") == "canary":
            require(undecided is None, 6, f"entry {entry.seq} begins a canary, though one is undecided")


def methods_of(entries: Iterable[Entry]) -> Iterator[str]:
    """How units were written, by the intents: for the coverage table."""
    for entry in entries:
        if entry.event != "write.intended":
            continue
        purpose = entry.data.get("purpose")
        yield (
            f"{purpose} {entry.data['phase']}"
            if purpose
            else ("ahead " if entry.data["ahead"] else "") + entry.data["step"]
        )
