"""From which day on an answer about an owed line can still be written, read from BMS now."""

from datetime import date, datetime

from seatbridge.integrations.calendars import billing_calendar
from seatbridge.mappings.catalog_age import OpenBms
from seatbridge.reconcile.words import day
from seatbridge.sync.models import Owed
from seatbridge.sync.writing.open_period import first_open_day


class OwedNotNow(Exception):
    """Nothing can be written there now. `is_gone`: BMS no longer has the contract."""

    def __init__(self, what: str, *, why: str = "", is_gone: bool = False) -> None:
        super().__init__(what)
        self.what, self.why, self.is_gone = what, why, is_gone


def open_day(owed: Owed, open_bms: OpenBms, now: datetime) -> date:
    """`now`: billing time in the partner's zone. Raises OwedNotNow, PsaError."""
    integration = owed.integration
    if owed.purpose == Owed.Purpose.DOUBLED and owed.effective_date > now.date():
        raise OwedNotNow(
            f"Line {owed.line_id} ends on {day(owed.effective_date)}.",
            why="A price is not written ahead of its day.",
        )
    with open_bms(integration) as bms:
        contract = bms.contracts().get(owed.contract_id)
    if contract is None:
        raise OwedNotNow(f"BMS has no contract {owed.contract_id} any more.", is_gone=True)
    first = first_open_day(contract, billing_calendar(integration), now)
    if first is None or first > now.date():
        when = "no period is left" if first is None else f"the next one begins on {day(first)}"
        raise OwedNotNow(
            f"Every period of {contract.name} that has begun is posted: {when}.",
            why="A line is not written into a posted period, and not ahead of one.",
        )
    return first
