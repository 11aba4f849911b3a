"""From a file's columns to the values of one row, in the order in which they are staged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from seatbridge.usage import cells
from seatbridge.usage.cells import CellRefused
from seatbridge.usage.columns import SYNONYMS, Columns
from seatbridge.usage.refusals import Faults, shown
from seatbridge.usage.words import (
    FLAG_WORDS,
    LEVEL_WORDS,
    PRODUCT_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
)

Value = str | int | bool | datetime | None
Parse = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Around:
    """What a file is read against: the partner's companies (ref -> id), its time zone, the present moment."""

    companies: Mapping[str, int]
    zone: tzinfo
    now: datetime


def parse_row(
    parsers: list[tuple[int, str, Parse]], row: int, found: list[str], faults: Faults
) -> list[Value]:
    """Every cell of a row; what is wrong with it goes to `faults`, each cell for itself."""
    values: list[Value] = [row]
    for index, field, parse in parsers:
        try:
            values.append(parse(found[index]))
        except CellRefused as refused:
            faults.add(row, field, str(refused))
    return values


def parsers_of(kind: str, columns: Columns, around: Around) -> list[tuple[int, str, Parse]]:
    """(index in the row, field, parser) of all fields of `kind`.

    A column that the file lacks reads as empty: the caller adds one empty cell at the end of each row.
    """
    made = _MAKERS[kind](around)
    return [(columns.places.get(field, columns.width), field, made[field]) for field in SYNONYMS[kind]]


def _companies(_around: Around) -> dict[str, Parse]:
    return {
        "ref": cells.text(100, required=True),
        "name": cells.text(200, required=True),
        "type": cells.word(TYPE_WORDS, what="type", empty="customer"),
        "level": cells.word(LEVEL_WORDS, what="level", empty=""),
        "licenses_assigned": cells.whole_number_or_none,
        "domains": _domains,
        "state": cells.word(STATE_WORDS, what="state", empty="active"),
    }


def _users(around: Around) -> dict[str, Parse]:
    flag = cells.word(FLAG_WORDS, what="yes or no", empty="no")
    return {
        "company": _company(around.companies),
        "user": cells.text(254, required=True),
        "email": cells.email(254),
        "name": cells.text(200),
        "status": cells.word(STATUS_WORDS, what="status"),
        "product": cells.word(PRODUCT_WORDS, what="product", empty=""),
        "since": cells.day(around.zone),
        "nfr": lambda cell: flag(cell) == "yes",
    }


def _counts(around: Around) -> dict[str, Parse]:
    return {
        "company": _company(around.companies),
        "product": cells.word(PRODUCT_WORDS, what="product"),
        "count": cells.whole_number,
        "as_of": cells.instant(around.zone, around.now),
    }


_MAKERS: Mapping[str, Callable[[Around], dict[str, Parse]]] = {
    "companies": _companies,
    "users": _users,
    "counts": _counts,
}
_plain_domains = cells.text(2000)


def _domains(cell: str) -> str:
    return " ".join(_plain_domains(cell).casefold().replace(",", " ").replace(";", " ").split())


def _company(ids: Mapping[str, int]) -> Parse:
    plain = cells.text(100, required=True)

    def parse(cell: str) -> int:
        found = ids.get(cell)
        if found is None:
            found = ids.get(plain(cell))
        if found is None:
            raise CellRefused(f"there is no company {shown(cell.strip())}. Import the companies first.")
        return found

    return parse
