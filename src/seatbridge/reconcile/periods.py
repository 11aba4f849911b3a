"""Billing periods of a contract: fiscal (calendar periods, weeks from Monday) or from its start."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)


class Cycle(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


# Kaseya publishes no list of its words: any other one is shown verbatim to a person, never guessed.
_WORDS = {
    "weekly": Cycle.WEEKLY,
    "monthly": Cycle.MONTHLY,
    "quarterly": Cycle.QUARTERLY,
    "yearly": Cycle.YEARLY,
    "annual": Cycle.YEARLY,
    "annually": Cycle.YEARLY,
}
_MONTHS = {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.YEARLY: 12}


@lru_cache(maxsize=256)
def cycle_of(word: str) -> Cycle | None:
    return _WORDS.get(word.strip().casefold())


def add_months(day: date, months: int) -> date:
    """31 Jan + 1 -> 28 Feb, + 2 -> 31 Mar: count from the first day, never from a clamped one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, cut at the contract's start and end; `days` counts the uncut period."""

    start: date
    end: date
    days: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a contract's time is cut into periods."""

    cycle: Cycle
    start: date
    end: date | None
    fiscal: bool

    def containing(self, day: date) -> Period | None:
        """None outside the contract."""
        if day < self.start or (self.end is not None and day > self.end):
            return None
        first, after = self._uncut(day)
        last = after - ONE_DAY
        return Period(
            max(first, self.start),
            last if self.end is None else min(last, self.end),
            (after - first).days,
        )

    def after(self, period: Period) -> Period | None:
        return self.containing(period.end + ONE_DAY)

    def _uncut(self, day: date) -> tuple[date, date]:
        """First day of the period, and of the one after it."""
        if self.cycle is Cycle.WEEKLY:
            weekday = day.weekday() if self.fiscal else (day - self.start).days % 7
            first = day - timedelta(days=weekday)
            return first, first + ONE_WEEK
        months = _MONTHS[self.cycle]
        anchor = date(self.start.year, 1, 1) if self.fiscal else self.start
        between = (day.year - anchor.year) * 12 + day.month - anchor.month
        number = between // months
        if add_months(anchor, number * months) > day:
            number -= 1
        return add_months(anchor, number * months), add_months(anchor, (number + 1) * months)
