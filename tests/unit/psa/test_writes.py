"""What a write sends, and what is made of its answer."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from seatbridge.psa.errors import NotUnderstood, OutcomeUnknown, Rejected, Retriable, Unreachable
from seatbridge.psa.kaseya_bms.wire import dumps
from seatbridge.psa.records import LineAnswer
from tests.unit.psa.examples import STANDARD_TO_14, TO_ZERO, WRITTEN
from tests.unit.psa.scripted import BULK, JOB, NOON, WRITE, Host, no, ok

IDLE, BUSY = ok({"jobId": None}), ok({"jobId": 4711})


def test_a_write_sends_everything_as_exact_numbers_in_an_array_of_one() -> None:
    host = Host()
    host.on(WRITE, ok(WRITTEN))
    host.bms().write_line(STANDARD_TO_14)
    (request,) = host.sent(WRITE)
    assert request.headers["Content-Type"] == "application/json"
    assert request.content.decode() == (
        '[{"ServiceId":501,"ServiceName":"Standard","ServiceDescription":"per user","Units":14,'
        '"UnitCost":3.10,"UnitPrice":22.50,"EffectiveDate":"2026-11-01T00:00:00","SortOrder":0}]'
    )


@pytest.mark.parametrize("result", [WRITTEN, [WRITTEN]])
def test_the_answer_may_be_an_object_or_an_array_of_one(result: object) -> None:
    host = Host()
    host.on(WRITE, ok(result))
    assert host.bms().write_line(STANDARD_TO_14) == LineAnswer(91, Decimal(14), date(2026, 11, 1))


def test_another_day_or_other_units_in_the_answer_are_handed_on() -> None:
    host = Host()
    host.on(WRITE, ok(WRITTEN | {"effectiveDate": "2026-10-31T00:00:00", "units": 13.5}))
    assert host.bms().write_line(STANDARD_TO_14) == LineAnswer(91, Decimal("13.5"), date(2026, 10, 31))


def test_an_answer_without_units_or_date_is_an_answer() -> None:
    host = Host()
    host.on(WRITE, ok({"id": 91}))
    assert host.bms().write_line(STANDARD_TO_14) == LineAnswer(91, None, None)


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        [WRITTEN, WRITTEN],
        "done",
        {},
        {"id": None},
        {"id": 0},
        WRITTEN | {"id": "91"},
        WRITTEN | {"units": "many"},
        WRITTEN | {"contractId": 7002},
        WRITTEN | {"serviceId": 502},
    ],
)
def test_an_accepted_write_with_a_strange_answer_has_an_unknown_outcome(result: Any) -> None:
    host = Host()
    host.on(WRITE, ok(result))
    with pytest.raises(OutcomeUnknown):
        host.bms().write_line(STANDARD_TO_14)
    assert host.seen[WRITE] == 1


def test_negative_units_are_never_sent() -> None:
    host = Host()
    with pytest.raises(ValueError, match="-1"):
        host.bms().write_line(replace(STANDARD_TO_14, units=-1))
    assert host.requests == []


def test_prices_are_written_by_one_job_when_none_runs() -> None:
    host = Host()
    host.on(JOB, IDLE)
    host.on(BULK, ok("started"))
    host.bms().write_prices(TO_ZERO)
    assert (host.seen[JOB], host.seen[BULK]) == (1, 1)
    assert json.loads(host.sent(BULK)[0].content) == {
        "SelectedClientContractServices": [
            {"ClientContractId": 7001, "ClientContractServiceId": 91},
            {"ClientContractId": 7002, "ClientContractServiceId": 92},
        ],
        "Values": {
            "UnitPrice": 0,
            "UnitCost": 0,
            "EffectiveDate": "2026-11-01T00:00:00",
            "ServiceName": "ENDED",
            "ServiceDescription": None,
        },
    }


def test_no_job_is_started_while_one_runs() -> None:
    host = Host()
    host.on(JOB, BUSY)
    host.on(BULK, ok("started"))
    with pytest.raises(Retriable, match="already"):
        host.bms().write_prices(TO_ZERO)
    assert host.seen[BULK] == 0


def test_a_job_that_began_a_moment_ago_is_a_refusal() -> None:
    host = Host()
    host.on(JOB, IDLE)
    host.on(BULK, no("A job is already running."))
    with pytest.raises(Rejected):
        host.bms().write_prices(TO_ZERO)


def test_a_price_write_without_lines_is_never_sent() -> None:
    host = Host()
    with pytest.raises(ValueError, match="at least one line"):
        host.bms().write_prices(replace(TO_ZERO, lines=()))
    assert host.requests == []


def test_a_job_is_waited_for_with_growing_pauses() -> None:
    host = Host()
    host.on(JOB, *[BUSY] * 7, IDLE)
    host.bms().wait_for_job(501)
    assert host.time.slept == [1, 2, 4, 8, 15, 15, 15]


def test_a_job_that_does_not_end_is_given_up_at_the_limit() -> None:
    host = Host()
    host.on(JOB, BUSY)
    with pytest.raises(Unreachable, match="does not end"):
        host.bms().wait_for_job(501, limit_seconds=60)
    assert NOON + timedelta(seconds=60) <= host.time.now <= NOON + timedelta(seconds=75)


def test_a_job_answer_without_its_field_is_not_an_ended_job() -> None:
    host = Host()
    host.on(JOB, ok({}))
    with pytest.raises(NotUnderstood, match="JobId"):
        host.bms().job_running(501)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.1"), "0.1"),
        (Decimal("22.50"), "22.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("123456789012345678.99"), "123456789012345678.99"),
        ({"a": [None, True, 3, "ä\n"]}, '{"a":[null,true,3,"\\u00e4\\n"]}'),
    ],
)
def test_numbers_go_out_exactly(value: object, text: str) -> None:
    assert dumps(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 1.5, date(2026, 1, 1)])
def test_what_has_no_exact_json_is_not_sent(value: object) -> None:
    with pytest.raises((TypeError, ValueError), match="cannot be written"):
        dumps(value)


def test_a_write_answers_of_a_reset_connection_are_unknown() -> None:
    host = Host()
    host.on(WRITE, httpx.ReadError("reset"))
    with pytest.raises(OutcomeUnknown, match="was cut"):
        host.bms().write_line(STANDARD_TO_14)
