"""One (contract, service) in one reading: what judging and owing look at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from seatbridge.psa.records import Contract, Line, Reading
from seatbridge.reconcile.facts import Key


@dataclass(frozen=True, slots=True)
class KeyView:
    contract: Contract | None
    lines: tuple[Line, ...]
    read_from: datetime  # when the reading began: an effect later than this may be missing from it

    @property
    def total(self) -> Decimal | None:
        return None if self.contract is None else self.contract.billing_price

    def line(self, line_id: int) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def newcomers(self, ids_before: Iterable[int]) -> tuple[Line, ...]:
        """Priced lines that were not there before our write."""
        before = set(ids_before)
        return tuple(line for line in self.lines if line.id not in before and line.unit_price != 0)


class Views:
    """Every key of a reading, grouped once, where anybody asks."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def _lines(self) -> dict[Key, list[Line]]:
        found: dict[Key, list[Line]] = {}
        for line in self.reading.lines:
            found.setdefault((line.contract_id, line.service_id), []).append(line)
        return found

    def of(self, key: Key) -> KeyView:
        return KeyView(
            contract=self.contracts.get(key[0]),
            lines=tuple(self._lines.get(key, ())),
            read_from=self.reading.began,
        )

    @property
    def contracts(self) -> Mapping[int, Contract]:
        return self.reading.contracts
