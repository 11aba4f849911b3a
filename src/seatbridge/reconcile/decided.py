"""What a person decided about one line, and how long it has waited for a decision."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

BAND_UNITS = 2
BAND_PARTS = 10  # one of so many


class Choice(StrEnum):
    APPROVE = "approve"
    LEAVE = "leave"  # as it is, until after the invoice run


class Decided(NamedTuple):
    """Ends with the invoice run of `until`. `status`: of the line as the person saw it."""

    choice: Choice
    members: tuple[tuple[str, str], ...]  # (company ref, product), all that share the line
    until: date
    by: str
    on: date
    status: str
    units: int | None = None  # approved: the count, and what stood there then
    units_before: int | None = None
    basis: tuple[str, ...] = ()
    kept: bool = False  # a plan was made since that stood exactly as approved: from here on within its band


class Waited(NamedTuple):
    """A line that waits: the invoice run before which it was to be decided, and the one that it missed."""

    deadline: date
    missed: date | None = None


def is_within(count: int, decided: int) -> bool:
    """Within 2 units or a tenth of the count that a person decided on."""
    apart = abs(count - decided)
    return apart <= BAND_UNITS or apart * BAND_PARTS <= decided


def is_about(count: int | None, decided: int) -> bool:
    """The same for lines that are decided on together: there a zero is a zero."""
    if count is None or (decided == 0) != (count == 0):
        return False
    return is_within(count, decided)
