"""Small CSV files of ids that people bring: every row read, every fault named by row and field.

Opening, encodings, delimiters and quotes are those of the usage files.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import BinaryIO

from seatbridge.usage.cells import CellRefused
from seatbridge.usage.opening import opened
from seatbridge.usage.refusals import Faults, refuse_file, shown
from seatbridge.usage.tables import rows_of

Source = str | Path | BinaryIO
MOST_DIGITS = 18  # of an id
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class FileRow:
    """`cells`: field -> text, without spaces around; a column that the file lacks reads as empty."""

    number: int  # as a spreadsheet shows it
    cells: Mapping[str, str]


def read_rows(source: Source, fields: Sequence[str], *, required: Sequence[str]) -> list[FileRow]:
    """`fields`: the header's names, in any order and spelling of case. Raises ImportRefused."""
    wanted = {_plain(field): field for field in fields}
    with opened(source) as text:
        numbered = rows_of(text.lines, partial(_names_known, wanted))
        _, header = next(numbered, (0, []))
        places = _places(header, wanted, fields, required)
        faults = Faults()
        rows = [
            _row(number, cells, places, fields)
            for number, cells in numbered
            if _is_whole(number, cells, len(header), faults)
        ]
    faults.raise_if_any()
    if not rows:
        raise refuse_file("The file has a header and no rows.")
    return rows


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _names_known(wanted: Mapping[str, str], header: list[str]) -> int:
    return len({_plain(name) for name in header} & set(wanted))


def _places(
    header: list[str], wanted: Mapping[str, str], fields: Sequence[str], required: Sequence[str]
) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        field = wanted.get(_plain(name))
        if field in places:
            raise refuse_file(f"Two columns are named {field}. Keep one.")
        if field is not None:
            places[field] = index
    missing = [field for field in required if field not in places]
    if missing:
        found = ", ".join(shown(name.strip()) for name in header[:12])
        raise refuse_file(
            f"The file needs {' and '.join(missing)}. Found: {found}. The columns are {','.join(fields)}."
        )
    return places


def _is_whole(number: int, cells: list[str], width: int, faults: Faults) -> bool:
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return True
    faults.add(number, "", f"has {len(cells)} cells, but the header has {width}.")
    return False


def _row(number: int, cells: list[str], places: Mapping[str, int], fields: Sequence[str]) -> FileRow:
    return FileRow(
        number, {field: cells[places[field]].strip() if field in places else "" for field in fields}
    )


def an_id(cell: str) -> int | None:
    """None where the cell is empty. Raises CellRefused."""
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()) or len(cell) > MOST_DIGITS or int(cell) == 0:
        raise CellRefused(f"{shown(cell)} is not an id of BMS. Ids are whole numbers.")
    return int(cell)


def a_price(cell: str) -> Decimal:
    """Money of one unit, with a point. Raises CellRefused."""
    if not _PRICE.fullmatch(cell):
        raise CellRefused(f"{shown(cell)} is not a price. Write it as 5.00." if cell else "is empty.")
    return Decimal(cell)
