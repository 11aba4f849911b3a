"""From which day an answer about an owed line can still be written (writing.md rules 3 and 7)."""

from datetime import date, datetime

from seatbridge.psa.records import Contract
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.posting import earliest_unposted


def first_open_day(contract: Contract, calendar: BillingCalendar, now: datetime) -> date | None:
    """The first day of the contract's earliest period that is not posted; None where none is left.

    `now` is billing time in the partner's zone. The day may lie ahead: nothing is written before it has come.
    """
    period = earliest_unposted(contract, calendar, now)
    return None if period is None else max(period.start, contract.start)
