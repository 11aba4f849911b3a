"""Billing periods of a contract: calendar periods (fiscal) or periods counted from its start."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bms_simulator.records import Contract

MONTHS_OF = {"monthly": 1, "quarterly": 3, "yearly": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """`start` to before `end`, cut at the contract's own dates; `whole_days` counts the uncut period."""

    start: date
    end: date
    whole_days: int

    @property
    def days(self) -> int:
        """Inside the contract."""
        return (self.end - self.start).days

    @property
    def share(self) -> Decimal:
        """The part of a whole period that is inside the contract."""
        return Decimal(self.days) / self.whole_days

    @property
    def last_day(self) -> date:
        return self.end - ONE_DAY


def add_months(day: date, months: int) -> date:
    """Month ends clamp: 31 January and a month is 28 February, and two are 31 March."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _boundary(contract: Contract, number: int) -> date:
    """The first day of the period `number`, counted from the one that holds the contract's start."""
    cycle = contract.billing_cycle.strip().casefold()
    start = contract.start
    if cycle == "weekly":
        first = start - timedelta(days=start.weekday()) if contract.fiscal else start
        return first + timedelta(days=7 * number)
    months = MONTHS_OF[cycle]
    if contract.fiscal:
        start = date(start.year, (start.month - 1) // months * months + 1, 1)
    return add_months(start, months * number)


def _number_holding(contract: Contract, day: date) -> int:
    cycle = contract.billing_cycle.strip().casefold()
    first = _boundary(contract, 0)
    if cycle == "weekly":
        return (day - first).days // 7
    months = (day.year - first.year) * 12 + day.month - first.month
    number = months // MONTHS_OF[cycle]
    return number if _boundary(contract, number) <= day else number - 1


def is_billable(contract: Contract) -> bool:
    """Whether its cycle is one that can be billed at all; other words are shown, and never posted."""
    cycle = contract.billing_cycle.strip().casefold()
    return contract.is_recurring and (cycle == "weekly" or cycle in MONTHS_OF)


def periods_from(contract: Contract, day: date) -> Iterator[Period]:
    """The period that holds `day` (or the first one) and all later ones, to the contract's end."""
    if not is_billable(contract):
        return
    after_end = contract.end + ONE_DAY
    number = _number_holding(contract, max(day, contract.start))
    while True:
        start, end = _boundary(contract, number), _boundary(contract, number + 1)
        if start >= after_end:
            return
        yield Period(max(start, contract.start), min(end, after_end), (end - start).days)
        number += 1


def next_unposted(contract: Contract) -> Period | None:
    """The earliest period that is not posted; None when the contract has been billed to its end."""
    if contract.posted_until > contract.end:
        return None
    periods = periods_from(contract, contract.posted_until)
    return next((period for period in periods if period.start >= contract.posted_until), None)
