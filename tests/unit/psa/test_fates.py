"""What becomes of a call by what came back: a reading is repeated, a write only where it had no effect."""

import httpx
import pytest

from seatbridge.psa.errors import (
    MissingRight,
    NotUnderstood,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from tests.unit.psa.examples import STANDARD_TO_14, TO_ZERO, WRITTEN
from tests.unit.psa.scripted import (
    BULK,
    CONTRACTS,
    JOB,
    NOON,
    USER_INFO,
    WRITE,
    Host,
    Step,
    answered,
    cut_json,
    no,
    ok,
    page,
    pages_of,
)

# Whether the write took effect cannot be told from any of these.
UNCLEAR: list[Step] = [
    page(500),
    no("Object reference not set.", status=500),
    page(502),
    page(503),
    answered({}, 503, **{"Retry-After": "5"}),
    page(504),
    page(),
    cut_json(),
    answered([1, 2]),
    answered({"result": {"id": 91}}),
    answered({"success": "yes"}),
    page(404),
    httpx.Response(302, headers={"Location": "/login"}),
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.WriteError("reset"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("closed"),
    httpx.DecodingError("bad gzip"),
]
PASSING: list[Step] = [
    page(500),
    no("An error has occurred.", status=500),
    page(502),
    page(504),
    page(),
    cut_json(),
    answered({"success": True}),
    answered({"success": True, "result": None, "totalRecords": 0}),
    answered([]),
    httpx.Response(200, content=b"\xff\xfe\x00broken"),
    httpx.Response(200, text="[" * 20_000),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("closed"),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
]


@pytest.mark.parametrize("step", PASSING)
def test_a_reading_is_repeated_three_times_and_then_given_up(step: Step) -> None:
    host = Host()
    host.on(CONTRACTS, step)
    with pytest.raises(Unreachable) as caught:
        host.bms().contracts()
    assert host.seen[CONTRACTS] == 4
    assert host.time.slept == [1, 2, 4]
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix


@pytest.mark.parametrize("step", PASSING)
def test_a_fault_that_passes_leaves_no_trace_in_a_reading(step: Step) -> None:
    host = Host()
    host.on(CONTRACTS, step, step, step, pages_of([]))
    assert host.bms().contracts() == {}


@pytest.mark.parametrize(
    "step", [page(404), page(403), httpx.Response(301, headers={"Location": "https://evil.test"})]
)
def test_what_is_not_bms_is_asked_once_and_not_followed(step: Step) -> None:
    host = Host()
    host.on(CONTRACTS, step)
    with pytest.raises(Unreachable, match="where the BMS API belongs"):
        host.bms().contracts()
    assert host.seen[CONTRACTS] == 1
    assert {request.url.host for request in host.requests} == {"api.bms.kaseya.com"}


@pytest.mark.parametrize("step", UNCLEAR)
def test_a_write_without_a_clear_answer_is_never_repeated(step: Step) -> None:
    host = Host()
    host.on(WRITE, step, ok(WRITTEN))
    with pytest.raises(OutcomeUnknown) as caught:
        host.bms().write_line(STANDARD_TO_14)
    assert host.seen[WRITE] == 1
    assert host.time.slept == []
    assert caught.value.why
    assert "not sent again" in caught.value.fix


@pytest.mark.parametrize("step", UNCLEAR)
def test_a_price_write_without_a_clear_answer_is_never_repeated(step: Step) -> None:
    host = Host()
    host.on(JOB, ok({"jobId": None}))
    host.on(BULK, step, ok("started"))
    with pytest.raises(OutcomeUnknown):
        host.bms().write_prices(TO_ZERO)
    assert host.seen[BULK] == 1


@pytest.mark.parametrize(
    "step", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("x")]
)
def test_a_write_that_never_left_is_sent_again(step: Step) -> None:
    host = Host()
    host.on(WRITE, step, step, ok(WRITTEN))
    assert host.bms().write_line(STANDARD_TO_14).line_id == 91
    assert host.seen[WRITE] == 3


def test_a_write_that_can_never_leave_is_no_unknown_outcome() -> None:
    host = Host()
    host.on(WRITE, httpx.ConnectError("refused"))
    with pytest.raises(Unreachable):
        host.bms().write_line(STANDARD_TO_14)
    assert host.seen[WRITE] == 4


@pytest.mark.parametrize("status", [200, 400, 409])
def test_a_refused_write_is_rejected_with_code_and_message(status: int) -> None:
    host = Host()
    host.on(WRITE, no("The service already exists on the contract.", 4006, status))
    with pytest.raises(Rejected) as caught:
        host.bms().write_line(STANDARD_TO_14)
    assert caught.value.code == 4006
    assert "already exists" in caught.value.why
    assert host.seen[WRITE] == 1


def test_a_refused_reading_is_rejected_and_not_repeated() -> None:
    host = Host()
    host.on(CONTRACTS, no("Bad filter.", 77))
    with pytest.raises(Rejected, match="refused") as caught:
        host.bms().contracts()
    assert caught.value.code == 77
    assert host.seen[CONTRACTS] == 1


@pytest.mark.parametrize(
    "answer",
    [
        no("You do not have permission to perform this action.", 978010),
        no("Access denied.", 5),
        no("No.", 5, 403),
    ],
)
def test_a_missing_right_is_told_from_other_refusals(answer: httpx.Response) -> None:
    host = Host()
    host.on(CONTRACTS, answer)
    with pytest.raises(MissingRight) as caught:
        host.bms().contracts()
    assert not caught.value.refused
    assert "Finance contracts view" in caught.value.fix


def test_all_that_bms_says_reaches_the_person_in_one_short_line() -> None:
    host = Host()
    error = {
        "Code": 9,
        "Message": "No\r\ngood.\x07",
        "Details": "Row 7",
        "SubErrors": ["No good.", 5, "x" * 900],
    }
    host.on(CONTRACTS, answered({"Success": False, "Error": error}))
    with pytest.raises(Rejected) as caught:
        host.bms().contracts()
    assert "No good.; Row 7" in caught.value.why
    assert len(caught.value.why) < 400
    assert "\n" not in caught.value.why


def test_a_refusal_without_a_reason_says_so() -> None:
    host = Host()
    host.on(CONTRACTS, answered({"success": False, "error": None}))
    with pytest.raises(Rejected) as caught:
        host.bms().contracts()
    assert "no reason" in caught.value.why


def test_a_result_of_another_shape_is_not_understood() -> None:
    host = Host()
    host.on(CONTRACTS, ok({"rows": []}))
    host.on(USER_INFO, ok([1]))
    bms = host.bms()
    with pytest.raises(NotUnderstood, match="other than a list"):
        bms.contracts()
    with pytest.raises(NotUnderstood, match="other than an object"):
        bms.whoami()


def test_a_busy_bms_is_asked_again_after_what_it_said() -> None:
    host = Host()
    host.on(
        CONTRACTS,
        answered({}, 429, **{"Retry-After": "90"}),
        answered({}, 503, **{"Retry-After": "7"}),
        pages_of([]),
    )
    assert host.bms().contracts() == {}
    assert host.time.slept == [90, 7]


def test_a_write_is_sent_again_after_429() -> None:
    host = Host()
    host.on(WRITE, page(429), no("Too many requests.", status=429), ok(WRITTEN))
    assert host.bms().write_line(STANDARD_TO_14).line_id == 91
    assert host.time.slept == [30, 60]


def test_without_retry_after_the_pauses_double_up_to_fifteen_minutes() -> None:
    host = Host()
    host.on(CONTRACTS, page(429))
    with pytest.raises(RateLimited) as caught:
        host.bms().contracts()
    assert host.time.slept == [30, 60, 120, 240, 480, 900, 900]
    assert (caught.value.retry_at - host.time.now).total_seconds() == 900
    assert host.time.now > NOON


def test_a_pause_that_is_too_long_is_left_to_the_caller() -> None:
    host = Host()
    host.on(CONTRACTS, answered({}, 429, **{"Retry-After": "7200"}))
    with pytest.raises(RateLimited) as caught:
        host.bms().contracts()
    assert host.time.slept == []
    assert (caught.value.retry_at - NOON).total_seconds() == 7200


def test_a_server_that_always_says_one_second_is_given_up() -> None:
    host = Host()
    host.on(CONTRACTS, answered({}, 429, **{"Retry-After": "0"}))
    with pytest.raises(RateLimited):
        host.bms().contracts()
    assert host.time.slept == [1] * 12


def test_a_503_that_stays_is_unreachable() -> None:
    host = Host()
    host.on(CONTRACTS, page(503))
    with pytest.raises(Unreachable, match="503"):
        host.bms().contracts()
    assert host.time.slept[:3] == [30, 60, 120]


def test_the_outcome_of_every_call_is_told() -> None:
    host = Host()
    host.on(CONTRACTS, page(429), page(), httpx.ReadTimeout("slow"), pages_of([]))
    told: list[tuple[str, str]] = []
    bms = host.bms()
    bms.on_call = lambda endpoint, outcome: told.append((endpoint, str(outcome)))
    bms.contracts()
    assert told == [
        ("POST /v2/security/authenticate", "done"),
        ("GET /v2/finance/contracts/summary", "busy"),
        ("GET /v2/finance/contracts/summary", "broken"),
        ("GET /v2/finance/contracts/summary", "timed-out"),
        ("GET /v2/finance/contracts/summary", "done"),
    ]
    assert bms.calls == {"POST /v2/security/authenticate": 1, "GET /v2/finance/contracts/summary": 4}
