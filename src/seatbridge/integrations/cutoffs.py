"""What a schedule would miss: the next invoice run, or the day of the vendor's month-end count. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from seatbridge.integrations.due_times import ONE_DAY

LATE = "late-for-cutoff"
# A batch of *replace* is not begun later than this before a posting day.
REPLACING_NEEDS = timedelta(hours=2)


class Missed(StrEnum):
    INVOICE_RUN = "invoice-run"
    MONTH_END_COUNT = "month-end-count"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """`on`: the day that is missed. `after`: the first sync that comes, too late for it."""

    missed: Missed
    on: date
    after: datetime


def missed_cutoffs(
    now: datetime,
    next_after: Callable[[datetime], datetime],
    postings: Iterable[date],
    *,
    needs: timedelta = timedelta(0),
    vendor: tzinfo | None = None,
) -> list[Cutoff]:
    """`now` in the partner's zone; `needs`: how long before a posting day a sync must begin to write.

    `vendor`: the zone in which Password Boss counts; None: the partner's.
    """
    following = next_after(now)
    found = [
        Cutoff(Missed.INVOICE_RUN, day, following.astimezone(now.tzinfo))
        for day in sorted(set(postings))
        if now.date() < day and following > _midnight(day, now) - needs
    ]
    there = now.astimezone(vendor or now.tzinfo)
    counted = _last_of_month(there.date())
    on_that_day = next_after(_midnight(counted, there) - timedelta(microseconds=1))
    if on_that_day.astimezone(there.tzinfo).date() > counted:
        found.append(Cutoff(Missed.MONTH_END_COUNT, counted, on_that_day.astimezone(now.tzinfo)))
    return found


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(0), tzinfo=now.tzinfo).astimezone(UTC)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY
