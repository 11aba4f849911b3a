"""Lists by pages: the last row of a page says where the next one begins, signed: nobody makes one up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from seatbridge.api.calls import Call
from seatbridge.api.problems import invalid

MOST = 500
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


class Paging(Schema):
    limit: int = Field(50, ge=1, le=MOST, description="How many items at most")
    cursor: str = Field("", max_length=2000, description="`next_cursor` of the page before; empty: begin")


@dataclass(frozen=True, slots=True)
class Found:
    """A page as the schemas read it."""

    items: Sequence[Any]
    next_cursor: str | None


def read_cursor(call: Call, paging: Paging) -> Any:
    """What `write_cursor` was given; None: begin. Raises Problem 422 for anything else."""
    if not paging.cursor:
        return None
    try:
        return signing.loads(paging.cursor, salt=_salt(call))
    except (signing.BadSignature, ValueError) as error:
        raise invalid("cursor", "The cursor is not one of this list. Begin at its first page.") from error


def write_cursor(call: Call, place: Any) -> str:
    return signing.dumps(place, salt=_salt(call), compress=True)


def _salt(call: Call) -> str:
    """Of this partner and this list: a cursor of another one opens nothing."""
    return f"seatbridge.api.cursor:{call.access.partner.pk}:{call.path}"


def page_of_rows(call: Call, rows: QuerySet[Row], paging: Paging, *keys: str) -> Found:
    """`keys`: fields that order the rows, the last one unique; `-` for newest first, then it is one alone."""
    place = read_cursor(call, paging)
    if place is not None:
        rows = rows.filter(_beyond(keys, place))
    found = list(rows.order_by(*keys)[: paging.limit + 1])
    names = [key.removeprefix("-") for key in keys]
    return cut(call, found, paging, lambda row: [getattr(row, name) for name in names])


def page_of_list(
    call: Call, items: Sequence[Item], paging: Paging, key: Callable[[Item], list[Any]]
) -> Found:
    """Of a list that is in memory, and sorted by `key`."""
    place = read_cursor(call, paging)
    rest = items if place is None else [item for item in items if key(item) > place]
    return cut(call, rest[: paging.limit + 1], paging, key)


def cut(call: Call, found: Sequence[Item], paging: Paging, key: Callable[[Item], list[Any]]) -> Found:
    """`found` has one more than the limit where there is a next page."""
    items = found[: paging.limit]
    more = len(found) > paging.limit
    return Found(items, write_cursor(call, key(items[-1])) if more else None)


def _beyond(keys: Sequence[str], place: Sequence[Any]) -> Q:
    """(a, b) > (x, y): a > x, or a = x and b > y."""
    beyond, same = Q(), Q()
    for key, value in zip(keys, place, strict=True):
        name, comparison = key.removeprefix("-"), "lt" if key.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{comparison}": value})
        same &= Q(**{name: value})
    return beyond
