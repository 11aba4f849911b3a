"""The client and a real BMS process that fails: sockets really cut, before and after the effect."""

import logging
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest

from seatbridge.psa.errors import OutcomeUnknown, Rejected, Unreachable
from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.records import LineWrite, PriceWrite
from tests.acceptance.bms_process import (
    ADVANCED,
    NORTHWIND,
    PASSWORD,
    STANDARD,
    BmsProcess,
    bms_process,
    wide_world,
)

TO_14 = LineWrite(
    contract_id=NORTHWIND,
    service_id=STANDARD,
    name="Standard",
    description="",
    units=14,
    unit_cost=Decimal("3.10"),
    unit_price=Decimal("5.00"),
    effective_date=date(2026, 11, 1),
)
TO_ZERO = PriceWrite(
    service_id=STANDARD,
    lines=((NORTHWIND, 91),),
    unit_price=Decimal(0),
    unit_cost=Decimal(0),
    effective_date=date(2026, 11, 1),
)
IMPATIENT = httpx.Timeout(0.3)
# Each of them leaves open whether the write took effect; with "-after" it did.
UNCLEAR = [
    "500",
    "500-after",
    "502-html",
    "502-html-after",
    "503",
    "503-after",
    "504-after",
    "200-html",
    "200-html-after",
    "cut-json",
    "cut-before",
    "cut-after",
]


@pytest.fixture(scope="module")
def process() -> Iterator[BmsProcess]:
    with bms_process() as started:
        yield started


@pytest.fixture
def there(process: BmsProcess) -> BmsProcess:
    process.load()
    return process


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_write_whose_answer_is_lost_is_sent_once_and_found_by_reading(
    there: BmsProcess, fault: str
) -> None:
    there.arm(calls.WRITE_LINE, fault)
    with there.open() as bms:
        with pytest.raises(OutcomeUnknown):
            bms.write_line(TO_14)
        total = bms.contracts()[NORTHWIND].billing_price
    (write,) = there.writes
    took_effect = fault.endswith("-after") or fault == "cut-json"
    assert write["effect"] is took_effect
    assert total == (Decimal(70) if took_effect else Decimal(160))


@pytest.mark.parametrize("fault", ["hang", "hang-after"])
def test_a_write_that_hangs_is_given_up_and_not_repeated(there: BmsProcess, fault: str) -> None:
    there.arm(calls.WRITE_LINE, fault, seconds=2)
    with there.open(timeouts=IMPATIENT) as bms, pytest.raises(OutcomeUnknown, match="did not answer in time"):
        bms.write_line(TO_14)
    assert len(there.writes) == 1


@pytest.mark.parametrize("fault", UNCLEAR)
def test_a_price_job_whose_answer_is_lost_is_started_once(there: BmsProcess, fault: str) -> None:
    there.arm(calls.WRITE_PRICES, fault)
    with there.open() as bms:
        with pytest.raises(OutcomeUnknown):
            bms.write_prices(TO_ZERO)
        bms.wait_for_job(STANDARD)
        price = bms.lines(STANDARD)[0].unit_price
    assert len(there.writes) == 1
    assert price == (0 if fault.endswith("-after") or fault == "cut-json" else 5)


@pytest.mark.parametrize("fault", ["401", "429"])
def test_a_write_refused_before_its_effect_is_sent_again_and_takes_effect_once(
    there: BmsProcess, fault: str
) -> None:
    there.arm(calls.WRITE_LINE, fault)
    with there.open() as bms:
        assert bms.write_line(TO_14).line_id == 91
    assert [write["effect"] for write in there.writes] == [False, True]
    assert there.billed(91)["units"] == 14


def test_a_refusing_envelope_is_a_rejection_with_its_code(there: BmsProcess) -> None:
    there.arm(calls.WRITE_LINE, "success-false", code=4711, message="The contract is locked.")
    with there.open() as bms, pytest.raises(Rejected, match="refused") as caught:
        bms.write_line(TO_14)
    assert (caught.value.code, "The contract is locked." in caught.value.why) == (4711, True)


@pytest.mark.parametrize(
    "fault",
    ["500", "502-html", "503", "504", "429", "401", "200-html", "cut-json", "cut-before", "cut-after"],
)
@pytest.mark.parametrize("occurrence", [1, 2])
def test_a_fault_in_the_middle_of_a_reading_leaves_no_trace(
    process: BmsProcess, fault: str, occurrence: int
) -> None:
    process.load(wide_world(120))
    process.arm(calls.LINES, fault, occurrence=occurrence)
    with process.open() as bms:
        lines = bms.lines(STANDARD)
    assert [line.contract_id for line in lines] == list(range(1, 121))
    assert process.calls[calls.LINES] == 3


def test_a_reading_that_hangs_is_tried_again(there: BmsProcess) -> None:
    there.arm(calls.CONTRACTS, "hang", seconds=2)
    with there.open(timeouts=IMPATIENT) as bms:
        assert len(bms.contracts()) == 2


def test_a_slow_answer_is_an_answer(there: BmsProcess) -> None:
    there.arm(calls.CONTRACTS, "slow", seconds=0.1)
    with there.open() as bms:
        assert len(bms.contracts()) == 2
    assert there.calls[calls.CONTRACTS] == 1


@pytest.mark.parametrize("fault", ["200-html", "cut-json", "cut-after", "500"])
def test_a_reading_that_stays_broken_is_never_an_empty_one(there: BmsProcess, fault: str) -> None:
    there.arm(calls.CONTRACTS, fault, times=10)
    with there.open() as bms, pytest.raises(Unreachable):
        bms.contracts()
    assert there.calls[calls.CONTRACTS] == 4


@pytest.mark.parametrize("first", [True, False])
def test_a_contract_that_leaves_between_two_pages_hides_no_other(process: BmsProcess, *, first: bool) -> None:
    process.load(wide_world(250))
    gone = 1 if first else 250
    edits = [{"op": "delete-contract", "id": gone}]
    process.arm(calls.CONTRACTS, "mutate", occurrence=2, edits=edits)
    with process.open() as bms:
        found = bms.contracts()
    assert sorted(found) == [number for number in range(1, 251) if number != gone]


def test_a_line_that_comes_between_two_pages_is_found(process: BmsProcess) -> None:
    process.load(wide_world(150))
    added = {"contract_id": 7, "service_id": STANDARD, "units": 3, "effective_date": "2026-11-01"}
    process.arm(calls.LINES, "mutate", occurrence=2, edits=[{"op": "add-line", "set": added}])
    with process.open() as bms:
        assert len(bms.lines(STANDARD)) == 151


@pytest.mark.parametrize(
    "fault", ["500", "cut-before", "cut-after", "hang-after", "200-html", "502-html-after"]
)
def test_an_unproven_password_goes_out_once_though_its_answer_is_lost(there: BmsProcess, fault: str) -> None:
    there.arm(calls.AUTHENTICATE, fault, seconds=2 if "hang" in fault else 0)
    with there.open(timeouts=IMPATIENT) as bms:
        with pytest.raises(Unreachable):
            bms.sign_in()
        assert there.calls[calls.AUTHENTICATE] == 1
        assert len(bms.contracts()) == 2


def test_password_and_tokens_are_in_no_log(there: BmsProcess, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    there.arm(calls.CONTRACTS, "cut-after")
    there.arm(calls.LINES, "401")
    with there.open() as bms:
        bms.read([STANDARD, ADVANCED])
        token = bms._session.token().reveal()
    assert "/v2/security/authenticate" in caplog.text
    assert PASSWORD not in caplog.text
    assert token not in caplog.text
