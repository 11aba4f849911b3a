"""A line that stands at price 0 and could not be finished: said, and settled by a person's answer."""

from datetime import date

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge, days_until

POST_SERVICE = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
DECEMBER = date(2026, 12, 2)


@pytest.fixture
def stranded(mapped: Seatbridge, bms: BmsProcess) -> Seatbridge:
    """BMS took the test write's zero and then answered every post with an error; then it posted November."""
    fault = {"endpoint": POST_SERVICE, "occurrence": 1, "times": 100, "fault": "500"}
    bms.ask("POST", "faults", fault)
    assert mapped("sync", 1, "--approve").code == 1
    bms.ask("DELETE", "faults")
    assert bms.total_of(worlds.NORTHWIND) == 0
    off = mapped("integration", "disable", 1)
    assert (off.code, "1 line is not finished in BMS and may stand at 0" in off.out) == (1, True)
    mapped.ok("integration", "enable", 1)
    bms.ask("POST", "date", {"date": DECEMBER.isoformat()})
    mapped.environment["SEATBRIDGE_DATE_OFFSET_DAYS"] = str(days_until(DECEMBER))
    assert mapped("sync", 1).code == 1
    return mapped


@pytest.mark.parametrize(("answer", "units", "total"), [("finish", 14, 70), ("restore", 12, 60)])
def test_a_stranded_line_waits_for_an_answer_and_then_ends_right(
    stranded: Seatbridge, bms: BmsProcess, answer: str, units: int, total: int
) -> None:
    listed = stranded("owed", "list", "--json")
    assert listed.code == 1
    (owed,) = listed.document
    assert "its period was posted meanwhile" in owed["waits_for_person"]
    assert bms.total_of(worlds.NORTHWIND) == 0
    assert stranded.ok("owed", answer, owed["id"])["effective_date"] == "2026-12-01"
    if answer == "restore":
        assert_not_finished(stranded, owed["id"])
    stranded("sync", 1)
    assert (bms.units_of(worlds.NORTHWIND_STANDARD), bms.total_of(worlds.NORTHWIND)) == (units, total)
    assert stranded.ok("owed", "list") == []
    assert bms.ask("GET", "watch")["violations"] == []


def assert_not_finished(seatbridge: Seatbridge, number: int) -> None:
    """Its price is on its way back: no units are written any more."""
    ended = seatbridge("owed", "finish", number, "--json")
    assert ended.code == 2
    assert "Finish does not fit" in ended.document["error"]["what"]
    assert f"seatbridge owed restore {number}" in ended.document["error"]["fix"]
