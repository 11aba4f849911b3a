"""What a person decided about one line, and how long it has waited for a decision."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


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
