import pytest

from bms_simulator.faults import AFTER, BEFORE
from bms_simulator.reading import BadInputError
from tests.simulator.worlds import CONTRACTS, NORTHWIND, POST_SERVICE, SEARCH_LINES, Bms, element, read, world


@pytest.mark.parametrize("kind", [*BEFORE, "cut-before"])
def test_a_call_that_never_arrives_has_no_effect(kind: str) -> None:
    bms = Bms()
    bms.simulator.arm(POST_SERVICE, kind)
    bms.post_service(NORTHWIND, element(29))
    assert bms.bill()["total_now"] == "160.00"
    assert bms.simulator.writes[0].effect is False


@pytest.mark.parametrize("kind", [*AFTER, "cut-json", "slow"])
def test_a_call_whose_answer_is_spoiled_has_its_effect(kind: str) -> None:
    bms = Bms()
    bms.simulator.arm(POST_SERVICE, kind)
    bms.post_service(NORTHWIND, element(29))
    assert bms.bill()["total_now"] == "145.00"
    assert bms.simulator.writes[0].effect is True


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        ("500", 500, b"{"),
        ("502-html", 502, b"<!DOCTYPE"),
        ("503", 503, b"{"),
        ("429", 429, b"{"),
        ("401", 401, b"{"),
        ("200-html", 200, b"<!DOCTYPE"),
        ("success-false", 200, b'{"success":false'),
    ],
)
def test_a_fault_answers_as_it_is_named(kind: str, status: int, start: bytes) -> None:
    bms = Bms()
    bms.simulator.arm(CONTRACTS, kind)
    answer = bms.send("GET", "/v2/finance/contracts/summary")
    assert answer.status == status
    assert answer.body.startswith(start)


def test_cut_json_cannot_be_read() -> None:
    bms = Bms()
    bms.simulator.arm(CONTRACTS, "cut-json")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        read(bms.send("GET", "/v2/finance/contracts/summary"))


def test_a_fault_fires_at_its_occurrence_and_as_often_as_asked() -> None:
    bms = Bms()
    bms.send("GET", "/v2/finance/contracts/summary")
    bms.simulator.arm(CONTRACTS, "503", occurrence=2, times=2, retry_after=7)
    answers = [bms.send("GET", "/v2/finance/contracts/summary") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 503, 503, 200]
    assert answers[1].headers["retry-after"] == "7"
    assert bms.simulator.state.faults.armed == []


def test_a_fault_of_any_endpoint_fires_at_the_next_vendor_call() -> None:
    bms = Bms()
    bms.simulator.arm("*", "500", occurrence=2)
    assert bms.send("GET", "/v2/security/userinfo").status == 200
    assert bms.send("GET", "/v2/crm/accounts/lookup").status == 500


def test_hanging_and_slow_answers_say_how_long_and_sleep_not_at_all() -> None:
    bms = Bms()
    bms.simulator.arm(CONTRACTS, "slow", seconds=2.5)
    bms.simulator.arm(CONTRACTS, "hang", occurrence=2)
    slow, hanging = (bms.send("GET", "/v2/finance/contracts/summary") for _ in range(2))
    assert (slow.status, slow.delay_seconds, slow.cut) == (200, 2.5, False)
    assert (hanging.cut, hanging.delay_seconds) == (True, 3600)


def test_a_cut_write_is_recorded_as_cut() -> None:
    bms = Bms()
    bms.simulator.arm(POST_SERVICE, "cut-after")
    assert bms.post_service(NORTHWIND, element(29)).cut is True
    assert bms.simulator.writes[0].answered == "cut"


def test_a_mutation_happens_just_before_the_call() -> None:
    bms = Bms()
    edits = [
        {"op": "patch-line", "id": 91, "set": {"unit_price": "6"}},
        {"op": "patch-account", "id": 1, "set": {"name": "Northwind Traders"}},
        {
            "op": "add-contract",
            "set": {"account_id": 2, "name": "x", "start": "2026-01-01", "end": "2026-12-31"},
        },
        {"op": "add-line", "set": {"contract_id": 7003, "service_id": 501, "units": 1}},
        {"op": "patch-contract", "id": 7002, "set": {"end": "2026-11-30"}},
        {"op": "delete-line", "id": 93},
    ]
    bms.simulator.arm(SEARCH_LINES, "mutate", edits=edits)
    assert [(line["id"], line["unitPrice"], line["accountName"]) for line in bms.lines()] == [
        (91, 6.0, "Northwind Traders"),
        (94, 5.0, "Contoso"),
    ]
    assert bms.contracts()[7002]["endDate"] == "2026-11-30T00:00:00"
    assert bms.lines(601) == []


def test_a_contract_can_vanish_between_two_calls() -> None:
    bms = Bms()
    bms.simulator.arm(POST_SERVICE, "mutate", edits=[{"op": "delete-contract", "id": NORTHWIND}])
    assert read(bms.post_service(NORTHWIND, element(29)))["success"] is False
    assert bms.lines() == []


def test_a_mutation_and_a_spoiled_answer_can_meet() -> None:
    bms = Bms()
    bms.simulator.arm(POST_SERVICE, "mutate", edits=[{"op": "delete-line", "id": 91}])
    bms.simulator.arm(POST_SERVICE, "500-after")
    assert bms.post_service(NORTHWIND, element(29)).status == 500
    assert [line["id"] for line in bms.lines()] == [94]


@pytest.mark.parametrize(
    "fault",
    [
        {"endpoint": "POST /v2/nowhere", "fault": "500"},
        {"endpoint": CONTRACTS, "fault": "explode"},
        {"endpoint": CONTRACTS, "fault": "500", "occurence": 2},
        {"endpoint": CONTRACTS, "fault": "500", "times": 0},
    ],
)
def test_a_fault_that_could_never_fire_is_refused(fault: dict[str, object]) -> None:
    bms = Bms()
    answer = bms.send("POST", "/control/faults", fault)
    assert answer.status == 422
    assert read(answer)["error"].startswith("fault")
    assert bms.control("GET", "faults") == []


def test_an_edit_of_what_is_not_there_is_refused() -> None:
    bms = Bms(world())
    with pytest.raises(BadInputError, match="There is no line 5"):
        bms.simulator.edit_line(5, units=1)


def test_armed_faults_can_be_cleared() -> None:
    bms = Bms()
    bms.control("POST", "faults", {"endpoint": CONTRACTS, "fault": "500"})
    assert bms.control("GET", "faults")[0]["kind"] == "500"
    bms.control("DELETE", "faults")
    assert bms.send("GET", "/v2/finance/contracts/summary").status == 200
