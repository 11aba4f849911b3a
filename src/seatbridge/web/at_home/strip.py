"""Five weeks from this Monday on: when you post, when Password Boss counts, when the last sync is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.periods import add_months
from seatbridge.reconcile.posting import day_of_month, posting_at, scheduled

DAYS = 35
ONE_DAY = timedelta(days=1)
KINDS = {IssueOn.START: "Start-of-cycle", IssueOn.END: "End-of-cycle"}


@dataclass(frozen=True, slots=True)
class Mark:
    word: str  # in the strip
    sentence: str  # beneath it
    kind: str  # class


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    is_today: bool
    is_past: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The next posting day of each kind of contract that the partner has."""

    days: dict[IssueOn, date]
    frozen: bool  # today is one of them, and posting is not done

    @property
    def first(self) -> date:
        return min(self.days.values())


def deadlines_of(calendar: BillingCalendar, now: datetime) -> Deadlines:
    """`now`: billing time in the partner's zone."""
    stated = (terms.issue_on for terms in calendar.contracts.values() if terms.issue_on is not None)
    kinds = sorted({calendar.default, *stated})
    postings = {kind: posting_at(calendar, kind, now) for kind in kinds}
    return Deadlines(
        {kind: posting.next for kind, posting in postings.items()},
        any(posting.frozen for posting in postings.values()),
    )


def next_count(today: date) -> date:
    """Password Boss counts on the last day of the month."""
    return add_months(today.replace(day=1), 1) - ONE_DAY


def strip_of(calendar: BillingCalendar, kinds: Iterable[IssueOn], today: date) -> list[Day]:
    monday = today - timedelta(days=today.weekday())
    marks = _marks(calendar, list(kinds), monday)
    days = (monday + timedelta(days=number) for number in range(DAYS))
    return [Day(on, on == today, on < today, tuple(marks.get(on, ()))) for on in days]


def _marks(calendar: BillingCalendar, kinds: list[IssueOn], first: date) -> dict[date, list[Mark]]:
    found: dict[date, list[Mark]] = {}
    for month in (add_months(first.replace(day=1), number) for number in range(3)):
        found.setdefault(month, []).append(
            Mark("Charged", "Password Boss charges for the users counted the day before.", "count")
        )
        found.setdefault(month - ONE_DAY, []).append(
            Mark("Counted", "Password Boss counts the users of the month.", "count")
        )
        for kind in kinds:
            on = scheduled(day_of_month(calendar, kind), month.year, month.month)
            which = f"{KINDS[kind]} contracts" if len(kinds) > 1 else "your contracts"
            found.setdefault(on, []).append(Mark("You post", f"You post {which}.", "post"))
            found.setdefault(on - ONE_DAY, []).append(
                Mark("Last sync", "The last sync before you post, at 18:00.", "last")
            )
    return found
