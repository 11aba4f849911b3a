"""CSV text of any usual dialect as numbered rows of cells."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from seatbridge.usage.refusals import refuse_file, refuse_row

DELIMITERS = (",", ";", "\t")
MOST_LINES = 100  # of one row: cells may hold line ends
Row = tuple[int, list[str]]


def rows_of(lines: Iterable[str], names_known: Callable[[list[str]], int]) -> Iterator[Row]:
    """Yields (row number as a spreadsheet shows it, cells), the header first, rows without text never.

    `lines` keep their line ends, whichever they are. `names_known` says how many of a header's names are
    known: the delimiter that makes most of them known is taken.
    Raises ImportRefused: broken quotes, bytes that are not of the encoding.
    """
    row = 0
    try:
        first, skipped, rest = _first_line(iter(lines))
        counted = _Lines(chain([first], rest))
        reader = csv.reader(counted, delimiter=_delimiter(first, names_known), strict=True)
        row = skipped
        for row, cells in enumerate(reader, skipped + 1):
            counted.taken = 0
            if any(map(str.strip, cells)):
                yield row, cells
    except csv.Error as error:
        raise refuse_row(row + 1, f"cannot be read as CSV ({error}). Look for a stray quote.") from error
    except UnicodeError as error:
        raise refuse_row(row + 1, "holds bytes that are not text. Export the file again as UTF-8.") from error


class _Lines:
    """Hands lines on until one row has swallowed too many of them: a stray quote must not cost memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken = 0  # by the row that is being read

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.taken += 1
        if self.taken > MOST_LINES:
            raise csv.Error(f"a quote is opened and not closed for {MOST_LINES} lines")
        return next(self._lines)


def _first_line(lines: Iterator[str]) -> tuple[str, int, Iterator[str]]:
    """The header's line, and how many lines before it were blank or Excel's `sep=;`."""
    for skipped, line in enumerate(lines):
        if line.strip() and not line.lower().startswith("sep="):
            return line, skipped, lines
    raise refuse_file("The file is empty.")


def _delimiter(first: str, names_known: Callable[[list[str]], int]) -> str:
    def known(delimiter: str) -> int:
        try:
            return names_known(next(csv.reader([first], delimiter=delimiter)))
        except csv.Error:
            return -1

    return max(DELIMITERS, key=known)
