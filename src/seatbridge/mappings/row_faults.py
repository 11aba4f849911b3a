"""Reading one row's cells: what is wrong goes to the faults, each cell for itself."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from seatbridge.mappings.file_rows import FileRow
from seatbridge.usage.cells import CellRefused
from seatbridge.usage.refusals import Faults

Value = TypeVar("Value")


class RowReader:
    """`is_sound` is False once a cell of this row was refused."""

    def __init__(self, row: FileRow, faults: Faults) -> None:
        self._row = row
        self._faults = faults
        self.is_sound = True

    def read(self, field: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(self._row.cells[field])
        except CellRefused as refused:
            self.refuse(field, str(refused))
            return None

    def refuse(self, field: str, message: str) -> None:
        self.is_sound = False
        self._faults.add(self._row.number, field, message)


class Unique:
    """Refuses a second row for the same key, naming both rows."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._rows: dict[Hashable, int] = {}

    def is_new(self, key: Hashable, row: FileRow, faults: Faults) -> bool:
        first = self._rows.setdefault(key, row.number)
        if first != row.number:
            faults.add(row.number, self._field, f"is in row {first} already. Keep one of the two.")
        return first == row.number
