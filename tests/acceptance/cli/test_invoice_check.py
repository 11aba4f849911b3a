"""Over real HTTP, against invoices that BMS posted by itself: the first sync after it says what is amiss."""

from datetime import date
from typing import Any

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge, days_until

DECEMBER = date(2026, 12, 2)


def checked(seatbridge: Seatbridge, bms: BmsProcess) -> dict[str, Any]:
    """December begins, and November is posted."""
    bms.ask("POST", "date", {"date": DECEMBER.isoformat()})
    seatbridge.environment["SEATBRIDGE_DATE_OFFSET_DAYS"] = str(days_until(DECEMBER))
    seatbridge("sync", 1)
    entries = seatbridge.ok("ledger", "export")
    (entry,) = [each for each in entries if each["event"] == "invoices.checked"]
    found: dict[str, Any] = entry["data"]
    assert found["posted_on"] == "2026-12-01"
    return found


def test_what_was_written_is_on_invoice(mapped: Seatbridge, bms: BmsProcess) -> None:
    mapped.ok("sync", 1, "--approve")
    found = checked(mapped, bms)
    assert found["on-invoice"] > 0
    assert (found["not-on-invoice"], found["other-quantity"], found["money"]) == (0, 0, "0.00")


def test_a_line_changed_by_hand_before_the_posting_is_named(mapped: Seatbridge, bms: BmsProcess) -> None:
    mapped.ok("sync", 1, "--approve")
    by_hand = {"units": 20, "effective_date": "2026-11-01"}
    bms.ask("PATCH", f"lines/{worlds.NORTHWIND_STANDARD}", by_hand)
    found = checked(mapped, bms)
    assert (found["not-on-invoice"], found["other-quantity"], found["money"]) == (0, 1, "30.00")
