"""Which number counts where several are known, and whether it is fresh enough to be billed. Pure.

Times are aware; a day is said in `zone`, the partner's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from seatbridge.reconcile.facts import Count
from seatbridge.reconcile.words import product_name

# product.md section 2, "Missing is not zero"
FILE_LASTS = timedelta(days=35)
PUSH_LASTS = timedelta(hours=36)
MAY_BE_MISSED = timedelta(hours=36)  # so long may a company be missing from newer lists that are not complete


@dataclass(frozen=True, slots=True)
class List:
    """A feed that came in, as far as deciding needs it."""

    id: int
    as_of: datetime
    way: str  # file, push
    complete: bool


class Source(NamedTuple):
    """One number for one company and product. `value` None: users whose product is not known."""

    value: int | None
    as_of: datetime
    origin: List
    detail: str
    unknown: str = ""  # why there is no value
    is_roster: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """`newest`: the newest list of the partner. `of_company`: the newest one that names this company."""

    now: datetime
    zone: tzinfo
    newest: List | None
    of_company: List | None
    of_company_is_roster: bool


def decide(product: str, roster: Source | None, reading: Source | None, around: Around) -> Count:
    source = _newer(roster, reading)
    if source is None:
        return Count(value=None, as_of=None)
    other = reading if source is roster else roster
    return Count(
        value=source.value,
        as_of=source.as_of,
        stale=source.unknown or _stale(product, source, around),
        warning=_difference(source, other, around),
        detail=source.detail,
    )


def _newer(roster: Source | None, reading: Source | None) -> Source | None:
    if roster is None or reading is None:
        return roster or reading
    return roster if roster.as_of >= reading.as_of else reading


def _difference(source: Source, other: Source | None, around: Around) -> str:
    if other is None or None in (source.value, other.value) or source.value == other.value:
        return ""
    if source.as_of - other.as_of > FILE_LASTS:
        return ""  # two different times, not two opinions
    return (
        f"The {_kind(source)} of {said(source.as_of, around)} has {source.value}, "
        f"the {_kind(other)} of {said(other.as_of, around)} has {other.value}; the first one counts."
    )


def _kind(source: Source) -> str:
    return "user list" if source.is_roster else "count"


def _stale(product: str, source: Source, around: Around) -> str:
    why = _missed(source, around) or _without(product, source, around) or _old(source, around)
    return f"{why}; last count {source.value} on {said(source.as_of, around)}." if why else ""


def _missed(source: Source, around: Around) -> str:
    newest, mine = around.newest, around.of_company
    if newest is None or mine is None or newest.id == mine.id or newest.complete:
        return ""
    if newest.as_of - max(mine.as_of, source.as_of) <= MAY_BE_MISSED:
        return ""
    when = said(newest.as_of, around)
    return f"Not in the last {newest.way} of {when}, which does not claim to be complete"


def _without(product: str, source: Source, around: Around) -> str:
    """A user list speaks of every product of its company; a list of counts only of those that it names."""
    mine = around.of_company
    if mine is None or around.of_company_is_roster or source.origin.id == mine.id:
        return ""
    gap = mine.as_of - source.as_of
    if gap <= (timedelta(0) if mine.complete else MAY_BE_MISSED):
        return ""
    when = said(mine.as_of, around)
    return f"The last {mine.way} of {when} names no {product_name(product)} for this company"


def _old(source: Source, around: Around) -> str:
    age = around.now - source.as_of
    if source.origin.way == "push":
        return "Nothing was pushed for more than 36 hours" if age > PUSH_LASTS else ""
    return "The last file is older than 35 days" if age > FILE_LASTS else ""


def said(moment: datetime, around: Around) -> str:
    day = moment.astimezone(around.zone)
    return f"{day.day} {day:%b %Y}"
