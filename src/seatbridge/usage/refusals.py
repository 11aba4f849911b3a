"""Why a file was refused, by row and field."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class RowError:
    """`row` counts as a spreadsheet does, the header being row 1; None: the file as a whole."""

    row: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        if self.field:
            place.append(self.field)
        return f"{', '.join(place)}: {self.message}" if place else self.message


class ImportRefused(Exception):
    """Nothing was imported. `more`: how many errors there are beyond those listed."""

    def __init__(self, errors: Sequence[RowError], more: int = 0) -> None:
        super().__init__(errors, more)
        self.errors = list(errors)
        self.more = more

    def __str__(self) -> str:
        lines = [str(error) for error in self.errors]
        if self.more:
            lines.append(f"… and {self.more:,} more")
        return "\n".join(lines)


def refuse_file(message: str) -> ImportRefused:
    return ImportRefused([RowError(None, "", message)])


def refuse_row(row: int, message: str, field: str = "") -> ImportRefused:
    return ImportRefused([RowError(row, field, message)])


class Faults:
    """Gathers errors in bounded memory: the first ones in full, the rest as a number."""

    def __init__(self) -> None:
        self._listed: list[RowError] = []
        self._total = 0

    def __bool__(self) -> bool:
        return self._total > 0

    def add(self, row: int, field: str, message: str) -> None:
        self._total += 1
        if len(self._listed) < MOST_LISTED:
            self._listed.append(RowError(row, field, message))

    def count_unlisted(self, number: int) -> None:
        self._total += number

    def raise_if_any(self) -> None:
        if self:
            raise ImportRefused(self._listed, self._total - len(self._listed))


def shown(text: str) -> str:
    """Text of a stranger's file, safe for a terminal and short."""
    return repr(text if len(text) <= 40 else text[:39] + "…")
