"""Posting days: which of a contract's periods a posting day posts.

End of cycle: every unposted period that ended before the day. Start of cycle: a day from the 15th on posts
the periods that begin before the next posting day, an earlier day those that have begun.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from bms_simulator.knobs import Knobs
from bms_simulator.periods import ONE_DAY, Period, add_months, periods_from
from bms_simulator.records import Contract

MIDDLE_OF_MONTH = 15


def posting_day_of_month(number: int, month_of: date) -> date:
    """The posting day in that month; the 31st becomes the last day of a shorter one."""
    last = monthrange(month_of.year, month_of.month)[1]
    return month_of.replace(day=min(number, last))


def posting_kinds(knobs: Knobs, day: date) -> frozenset[str]:
    """Which contracts are posted on `day`: start, end, both or none."""
    numbers = {"start": knobs.start_day, "end": knobs.end_day}
    return frozenset(kind for kind, number in numbers.items() if posting_day_of_month(number, day) == day)


def posting_number(contract: Contract, knobs: Knobs) -> int:
    """The day of the month on which the contract is posted."""
    preset = knobs.end_day if contract.issue_on == "end" else knobs.start_day
    return preset if contract.posts_on is None else contract.posts_on


def is_posting_day(contract: Contract, knobs: Knobs, day: date) -> bool:
    return posting_day_of_month(posting_number(contract, knobs), day) == day


def periods_posted_on(contract: Contract, knobs: Knobs, day: date) -> Iterator[Period]:
    """The contract's unposted periods that posting on `day` posts, in order."""
    for period in periods_from(contract, contract.posted_until):
        if period.start < contract.posted_until:
            continue
        if not _is_due(contract, knobs, day, period):
            return
        yield period


def _is_due(contract: Contract, knobs: Knobs, day: date, period: Period) -> bool:
    if contract.issue_on == "end":
        return period.end <= day
    if day.day < MIDDLE_OF_MONTH:
        return period.start <= day
    number = posting_number(contract, knobs)
    return period.start < posting_day_of_month(number, add_months(day.replace(day=1), 1))


def posted_until_at(contract: Contract, knobs: Knobs, today: date, posted_through: date | None) -> date:
    """What a contract of a world that begins `today` has posted: its posting days before that day.

    With `posted_through`, posting days up to and including that day have been.
    """
    number = posting_number(contract, knobs)
    latest = posted_through or today - ONE_DAY
    day = posting_day_of_month(number, latest)
    if day > latest:
        day = posting_day_of_month(number, add_months(latest.replace(day=1), -1))
    posted = contract.start
    for period in periods_posted_on(contract, knobs, day):
        posted = period.end
    return posted
