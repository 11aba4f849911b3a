"""When people are reminded: so many working days before a deadline, in the morning, where they are. Pure."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from seatbridge.reconcile.periods import ONE_DAY

STEPS = (3, 1)  # working days before the deadline
MORNING = time(8)
SATURDAY = 5


def working_days_before(deadline: date, number: int) -> date:
    """Monday to Friday: no calendar of holidays is known."""
    day = deadline
    while number:
        day -= ONE_DAY
        number -= day.weekday() < SATURDAY
    return day


def step_at(deadline: date, now: datetime, zone: ZoneInfo) -> int | None:
    """Which reminder is due: the nearer one takes the place of one that nobody sent. None: none is."""
    if now >= ends_at(deadline, zone):
        return None
    due = [
        step
        for step in STEPS
        if now >= datetime.combine(working_days_before(deadline, step), MORNING, tzinfo=zone)
    ]
    return min(due, default=None)


def ends_at(deadline: date, zone: ZoneInfo) -> datetime:
    """From then on nothing is written for that invoice run."""
    return datetime.combine(deadline, time(0), tzinfo=zone)
