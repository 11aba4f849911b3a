"""Five weeks from this Monday on: when you post, when Password Boss counts, when the last sync is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seatbridge.reconcile.calendar import BillingCalendar, IssueOn, Kind
from seatbridge.reconcile.periods import add_months
from seatbridge.reconcile.posting import posting_at, scheduled
from seatbridge.reconcile.words import ordinal

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

    days: dict[Kind, date]
    frozen: bool  # today is one of them, and posting is not done

    @property
    def first(self) -> date:
        return min(self.days.values())


def deadlines_of(calendar: BillingCalendar, now: datetime) -> Deadlines:
    """`now`: billing time in the partner's zone."""
    postings = {kind: posting_at(calendar, kind, now) for kind in sorted(calendar.kinds)}
    return Deadlines(
        {kind: posting.next for kind, posting in postings.items()},
        any(posting.frozen for posting in postings.values()),
    )


def kind_words(kind: Kind, beside: Iterable[Kind]) -> str:
    """With its day of the month where others of its end of the cycle are posted on another one."""
    days = {each.day for each in beside if each.issue_on is kind.issue_on}
    return f"{ordinal(kind.day)}-of-month {KINDS[kind.issue_on]}" if len(days) > 1 else KINDS[kind.issue_on]


def next_count(today: date) -> date:
    """Password Boss counts on the last day of the month."""
    return add_months(today.replace(day=1), 1) - ONE_DAY


def strip_of(kinds: Iterable[Kind], today: date) -> list[Day]:
    monday = today - timedelta(days=today.weekday())
    marks = _marks(list(kinds), monday)
    days = (monday + timedelta(days=number) for number in range(DAYS))
    return [Day(on, on == today, on < today, tuple(marks.get(on, ()))) for on in days]


def _marks(kinds: list[Kind], first: date) -> dict[date, list[Mark]]:
    found: dict[date, list[Mark]] = {}
    for month in (add_months(first.replace(day=1), number) for number in range(3)):
        found.setdefault(month, []).append(
            Mark("Charged", "Password Boss charges for the users counted the day before.", "count")
        )
        found.setdefault(month - ONE_DAY, []).append(
            Mark("Counted", "Password Boss counts the users of the month.", "count")
        )
        for kind in kinds:
            on = scheduled(kind.day, month.year, month.month)
            which = f"{kind_words(kind, kinds)} contracts" if len(kinds) > 1 else "your contracts"
            found.setdefault(on, []).append(Mark("You post", f"You post {which}.", "post"))
            found.setdefault(on - ONE_DAY, []).append(
                Mark("Last sync", "The last sync before you post, at 18:00.", "last")
            )
    return found
