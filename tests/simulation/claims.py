"""What Seatbridge says of each line, held against the truth until somebody touches the line again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bms_simulator.lines import Terms, shown_terms, terms_ahead, terms_on
from tests.simulation.broken import require
from tests.simulation.truth import Key, Truth

WRITTEN = ("synced", "synced-with-warning", "scheduled")
# Evidence that a person's later edit does not touch, or that cannot be wrong at all.
CERTAIN = ("read", "written", "total", "carried")


@dataclass(frozen=True, slots=True)
class Claim:
    """`units` stand on the line from `since` on (None: today), until it is written or edited again."""

    key: Key
    units: int
    since: date | None
    status: str
    run: int
    writes: int  # vendor writes of the key when it was said
    edits: int  # hand edits of the key when it was said

    def __str__(self) -> str:
        since = "" if self.since is None else f" from {self.since}"
        return f"run {self.run} says {self.status}: {self.units} units{since} on {self.key}"


@dataclass(frozen=True, slots=True)
class Before:
    """How often each key had been written and edited when a run began, and when that was."""

    writes: dict[Key, int]
    edits: dict[Key, int]
    at: datetime


class Claims:
    def __init__(self, truth: Truth, carried: dict[Key, Decimal], left: Collection[Key]) -> None:
        self._truth = truth
        self.carried = carried
        self._left = left
        self.by_key: dict[Key, Claim] = {}
        self.confirmed_edits: dict[Key, int] = {}  # hand edits that our last verified write came after
        self.checked = 0

    def take(self, run: int, lines: Iterable[dict[str, Any]], writes: dict[Key, int], before: Before) -> None:
        """What a finished run says. `writes`: how many of each key there are now."""
        for line in lines:
            key = (line["contract_id"], line["service_id"])
            if None in key or line["units_after"] is None:
                continue
            said = self.by_key.pop(key, None)
            status = line["status"]
            if self._truth.edits[key] != before.edits.get(key, 0):
                # Somebody edited this line while the run was under way. BMS has no way to write only if
                # nothing moved, so what was said of it holds for the moment of the reading, not for now.
                continue
            if self._truth.readable_from.get(key, before.at) > before.at:
                # They did so before, but a write of ours still hid the line: this run could not know.
                continue
            if status in WRITTEN and writes.get(key, 0) > before.writes.get(key, 0):
                self.confirmed_edits[key] = self._truth.edits[key]
            if not self._is_said(line, key):
                continue
            since = self._since(line, said, written=bool(writes.get(key)))
            self.by_key[key] = Claim(
                key, line["units_after"], since, status, run, writes.get(key, 0),
                self._truth.edits[key],
            )  # fmt: skip

    def _since(self, line: dict[str, Any], said: Claim | None, *, written: bool) -> date | None:
        """Of a line without a change: since what was said of it before; None: since ever."""
        if line["status"] in WRITTEN and line["effective_date"] is not None:
            return date.fromisoformat(line["effective_date"])
        if said is not None and said.units == line["units_after"]:
            return said.since
        return self._truth.today if written else None

    def _is_said(self, line: dict[str, Any], key: Key) -> bool:
        if line["status"] in WRITTEN:
            return not self._is_carried_and_edited(key)
        if line["status"] != "no-change" or line["line_id"] is None:
            return False
        # "No change" rests on what was read, written or invoiced before: where a person has edited the line
        # since, only certain evidence must still be right.
        untouched = self._truth.edits[key] == self.confirmed_edits.get(key, 0)
        return untouched or (line["evidence_code"] in CERTAIN and not self._is_carried_and_edited(key))

    def _is_carried_and_edited(self, key: Key) -> bool:
        # A line that carries its users in its price must stand at 1 unit. BMS does not show units, so when a
        # person changes them against what was confirmed, nothing can tell.
        return key in self.carried and self._truth.edits[key] > 0

    def standing(self, writes: dict[Key, int]) -> list[Claim]:
        """Claims on lines that nobody has written or edited since."""
        return [
            claim
            for key, claim in sorted(self.by_key.items())
            if claim.writes == writes.get(key, 0) and claim.edits == self._truth.edits[key]
        ]

    def check(self, writes: dict[Key, int]) -> None:
        """Invariant 2: each stands in BMS exactly as said, at its own price, and nothing else waits ahead."""
        for claim in self.standing(writes):
            self.checked += 1
            self._check(claim)

    def _check(self, claim: Claim) -> None:
        today = self._truth.today
        lines = self._truth.priced(claim.key)
        if not lines and not claim.units:
            return
        require(len(lines) == 1, 2, f"{claim}, but {len(lines)} priced lines stand there")
        day = today if claim.since is None else max(today, claim.since)
        terms = terms_on(lines[0], day)
        if terms is None and claim.key in self._left:
            # Our write moved the line's date; a person was told to set it back by hand, and left it so.
            day = shown_terms(lines[0], day).since
            terms = terms_on(lines[0], day)
        require(terms is not None, 2, f"{claim}, but line {lines[0].id} has not begun on {day}")
        if terms is None:
            return
        self._check_terms(claim, terms, day)
        for later in terms_ahead(lines[0], day):
            self._check_terms(claim, later, later.since)

    def _check_terms(self, claim: Claim, terms: Terms, day: date) -> None:
        own, price = self._truth.own[claim.key], self.carried.get(claim.key)
        units, unit_price = claim.units, own.unit_price
        if price is not None:
            carries = terms.units == 1
            units, unit_price = (1, price * claim.units) if carries else (claim.units, price)
        found = f"{terms.units} units at {terms.unit_price}"
        require(
            (terms.units, terms.unit_price) == (units, unit_price),
            2,
            f"{claim}, but BMS has {found} on {day}, expected {units} at {unit_price}",
        )
