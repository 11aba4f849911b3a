"""A recurring service on a contract, with the history of its terms by effective date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line says from the day `since` on, until later terms take over."""

    since: date
    units: int
    unit_price: Decimal
    unit_cost: Decimal
    name: str
    description: str

    @property
    def amount(self) -> Decimal:
        return self.units * self.unit_price


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    contract_id: int
    service_id: int
    history: tuple[Terms, ...]
    excluded_from_bulk: bool = False
    automatic: bool = False
    # What BMS itself counts each night on an automatic line.
    counted: int = 0
    # Moved to a later day by a write: until then it is not billed, whatever new lines do.
    redated: bool = False


def terms_on(line: Line, day: date) -> Terms | None:
    """The terms in force on `day`; None before the line begins."""
    for terms in reversed(line.history):
        if terms.since <= day:
            return terms
    return None


def shown_terms(line: Line, today: date) -> Terms:
    """What a read shows: the terms in force, or the first ones of a line that is still ahead."""
    return terms_on(line, today) or line.history[0]


def terms_ahead(line: Line, today: date) -> Iterator[Terms]:
    return (terms for terms in line.history if terms.since > today)


def is_priced(line: Line, today: date) -> bool:
    """Bills something today or on a day ahead."""
    now = terms_on(line, today)
    live = [*terms_ahead(line, today), *([now] if now else [])]
    return any(terms.units > 0 and terms.unit_price > 0 for terms in live)


def with_terms(line: Line, terms: Terms, today: date) -> Line:
    """The line under `terms` from their day on. Terms already waiting on a day ahead stay waiting."""
    earlier = [old for old in line.history if old.since < terms.since]
    waiting = [old for old in line.history if old.since > max(terms.since, today)]
    return replace(line, history=(*earlier, terms, *waiting))


def moved_to(line: Line, terms: Terms) -> Line:
    """The line re-dated: it begins on the day of `terms`, and nothing is left of before."""
    return replace(line, history=(terms,), redated=True)
