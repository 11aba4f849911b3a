"""Read a whole list page by page while its rows may move."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from seatbridge.kit.clock import Clock
from seatbridge.psa.errors import NotUnderstood
from seatbridge.psa.kaseya_bms.wire import PAGE_SIZE, Envelope, Row

T = TypeVar("T")

MOST_READINGS = 4


@dataclass(slots=True)
class PageCap:
    """The largest page that this server gives, as far as seen."""

    rows: int = PAGE_SIZE


@dataclass(slots=True)
class _Pass(Generic[T]):
    """One reading of a list from its first page to its last."""

    found: dict[int, T] = field(default_factory=dict)
    read: int = 0
    total: int | None = None
    moved: bool = False

    @property
    def is_whole(self) -> bool:
        return not self.moved and (self.total is None or len(self.found) == self.total)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """`fetch` gets a page by its number, from 1; `read_row` makes a record of a row; `what` is their name."""

    what: str
    fetch: Callable[[int], Envelope]
    read_row: Callable[[Row], T]
    cap: PageCap
    clock: Clock

    def read(self) -> list[T]:
        """Every row once, in the order of the list. Raises NotUnderstood where the list never stands still.

        A row that leaves while the pages are read shifts another one past us, so any sign of moving means to
        read it all again: a total that changes, one id with two contents, fewer or more ids than the total.
        """
        for reading in range(MOST_READINGS):
            if reading:
                self.clock.sleep(2 ** (reading - 1))
            found = self._read_once()
            if found.is_whole:
                return list(found.found.values())
        raise NotUnderstood(
            f"The list of {self.what} in Kaseya BMS could not be read whole.",
            why=f"It gave {len(found.found)} different ids and a total of {found.total}, "
            f"{MOST_READINGS} times; someone may be changing it right now.",
            fix="Run again when nobody changes it. If it stays, report it with these numbers.",
        )

    def _read_once(self) -> _Pass[T]:
        so_far: _Pass[T] = _Pass()
        number = 1
        while self._add_page(so_far, self.fetch(number), number):
            number += 1
        return so_far

    def _add_page(self, so_far: _Pass[T], envelope: Envelope, number: int) -> bool:
        """Whether another page must follow."""
        rows = envelope.result
        if not isinstance(rows, list):
            raise NotUnderstood(
                f"Kaseya BMS answered {self.what} as something other than a list.",
                fix="Report it with this text.",
            )
        before = len(so_far.found)
        self._add_rows(so_far, rows, number)
        # A list that states no total leaves the number at 0.
        total = envelope.total if envelope.total or not rows else None
        so_far.moved |= so_far.total is not None and total is not None and total != so_far.total
        so_far.total = so_far.total if total is None else total
        if not rows or len(so_far.found) == before:
            return False
        if so_far.total is None:
            return len(rows) >= self.cap.rows
        if so_far.read < so_far.total:
            self.cap.rows = min(self.cap.rows, len(rows))
            return True
        return False

    def _add_rows(self, so_far: _Pass[T], rows: list[object], number: int) -> None:
        where = f"page {number} of {self.what}"
        for values in rows:
            row = Row(values, where)
            row_id = row.whole("Id")
            record = self.read_row(row)
            if row_id in so_far.found and so_far.found[row_id] != record:
                so_far.moved = True
            so_far.found[row_id] = record
        so_far.read += len(rows)
