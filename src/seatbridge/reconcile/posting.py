"""What is posted, and when the rest will be (product.md section 3).

End of cycle: a posting day posts every period that ended before it.
Start of cycle: a day from the 15th on posts the periods that begin before the next posting day,
an earlier day those that have begun.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from seatbridge.psa.records import Contract
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn, Kind
from seatbridge.reconcile.periods import Period, Rhythm, cycle_of

# From this day of the month on, Start-of-cycle posting bills ahead.
BILLS_AHEAD_FROM = 15
# "Posting done" on a day further away than this belongs to no scheduled posting day.
NEAR = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Posting:
    """The posting days of one kind of contract, as they stand at one moment."""

    issue_on: IssueOn
    day_of_month: int
    last: date  # the newest posting day that is done
    next: date  # the oldest one that is not: the deadline
    frozen: bool  # today is `next`: nothing is written until posting is done

    def has_posted(self, period: Period) -> bool:
        if self.issue_on is IssueOn.END:
            return period.end < self.last
        return period.start < self.next if self._bills_ahead else period.start <= self.last

    def posts_on(self, period: Period) -> date:
        """The posting day that posts, or posted, this period."""
        if self.issue_on is IssueOn.END:
            return self._first_from(period.end + timedelta(days=1))
        if not self._bills_ahead:
            return self._first_from(period.start)
        this_month = scheduled(self.day_of_month, period.start.year, period.start.month)
        if this_month <= period.start:
            return this_month
        return scheduled(self.day_of_month, *_month_before(period.start))

    def earliest_unposted(self, rhythm: Rhythm) -> Period | None:
        """None: every period up to the contract's end is posted."""
        pivot = self.next if self._bills_ahead else self.last
        period = rhythm.containing(max(pivot, rhythm.start))
        while period is not None and self.has_posted(period):
            period = rhythm.after(period)
        return period

    @property
    def following(self) -> date:
        """The posting day after the next one."""
        return self._first_from(self.next + timedelta(days=1))

    @property
    def _bills_ahead(self) -> bool:
        return self.issue_on is IssueOn.START and self.day_of_month >= BILLS_AHEAD_FROM

    def _first_from(self, day: date) -> date:
        this_month = scheduled(self.day_of_month, day.year, day.month)
        return this_month if this_month >= day else scheduled(self.day_of_month, *_month_after(day))


def scheduled(day_of_month: int, year: int, month: int) -> date:
    """A month without the day is posted on its last one."""
    return date(year, month, min(day_of_month, monthrange(year, month)[1]))


def _month_before(day: date) -> tuple[int, int]:
    return (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)


def _month_after(day: date) -> tuple[int, int]:
    return (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)


def _around(number: int, today: date) -> Iterator[date]:
    for year, month in (_month_before(today), (today.year, today.month), _month_after(today)):
        yield scheduled(number, year, month)


def said_done(calendar: BillingCalendar, today: date) -> frozenset[date]:
    """Posting days, of any kind, to which a recorded "posting done" is nearest."""
    done: set[date] = set()
    for on in calendar.posted_on:
        if on > today:
            continue
        days = {posting_day for number in calendar.posting_days for posting_day in _around(number, on)}
        nearest = min(abs(posting_day - on) for posting_day in days)
        # Two equally near: both, since taking a posted period for an open one is the costly mistake.
        done |= {posting_day for posting_day in days if abs(posting_day - on) == nearest <= NEAR}
    return frozenset(done)


def posting_at(calendar: BillingCalendar, kind: Kind, now: datetime) -> Posting:
    """`now` is the billing time in the partner's zone."""
    today = now.date()
    issue_on, number = kind
    said = said_done(calendar, today)
    days = list(_around(number, today))
    days.append(scheduled(number, *_month_after(days[-1])))
    freeze_over = now.time() >= calendar.freeze_until
    done = [day for day in days if day < today or day in said or (day == today and freeze_over)]
    last = max(done)
    following = next(day for day in days if day > last)
    return Posting(issue_on, number, last, following, frozen=following == today)


def posting_of(calendar: BillingCalendar, contract_id: int, now: datetime) -> Posting:
    return posting_at(calendar, calendar.kind(contract_id), now)


def rhythm_of(contract: Contract, calendar: BillingCalendar) -> Rhythm | None:
    """None: the vendor's word for the billing cycle is not known."""
    cycle = cycle_of(contract.billing_cycle)
    if cycle is None:
        return None
    return Rhythm(cycle, contract.start, contract.end, calendar.is_fiscal(contract.id))


def earliest_unposted(contract: Contract, calendar: BillingCalendar, now: datetime) -> Period | None:
    """The contract's earliest period that is not posted; None: there is none, or its cycle is not known."""
    rhythm = rhythm_of(contract, calendar)
    if rhythm is None:
        return None
    return posting_of(calendar, contract.id, now).earliest_unposted(rhythm)


def is_posted(contract: Contract, day: date, calendar: BillingCalendar, now: datetime) -> bool:
    """Whether the period that holds `day` is posted. Outside the contract, or unknown: taken as posted."""
    rhythm = rhythm_of(contract, calendar)
    period = None if rhythm is None else rhythm.containing(day)
    return period is None or posting_of(calendar, contract.id, now).has_posted(period)


def next_posting(calendar: BillingCalendar, contract_id: int, now: datetime) -> datetime:
    """From when on nothing may be written any more: midnight of the next posting day, partner's zone."""
    posting = posting_of(calendar, contract_id, now)
    return datetime.combine(posting.next, time(0), tzinfo=now.tzinfo)
