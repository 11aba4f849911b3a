import json
from datetime import date
from typing import Any

import pytest

from bms_simulator.world import World
from tests.simulator.worlds import CONTOSO, NORTHWIND, POST_SERVICE, STANDARD, Bms, element, world


def test_a_world_reads_back_as_it_was_written() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.post_service(NORTHWIND, element(29))
    bms.simulator.edit_line(91, units=40, effective_date="2026-12-01")
    bms.simulator.edit_line(92, units=40)
    bms.simulator.advance(date(2026, 12, 2))
    bms.simulator.edit_line(92, units=41)
    written = bms.control("GET", "world")
    assert World.from_json(written).to_json() == written
    bms.control("PUT", "world", written)
    assert bms.control("GET", "world") == written


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"behaviour": "explodes"}, "behaviour must be one of adjusts, appends, rejects"),
        ({"datte": "2026-11-23"}, "unknown fields: datte"),
        ({"date": "23 November"}, "date must be a date"),
        ({"accounts": []}, "names account 1, unknown"),
        (
            {"lines": [{"id": 1, "contract_id": 9, "service_id": 501, "units": 1}]},
            "effective_date is missing",
        ),
        ({"contracts": [{"id": 1, "account_id": 1, "name": "c", "start": "2026-01-01"}]}, "end is missing"),
        ({"page_cap": 0}, "page_cap must be a whole number of at least 1"),
        ({"users": [{"username": "a", "password": "b", "rights": ["fly"]}]}, "rights may hold"),
        ({"services": [{"id": 1, "name": "x", "unit_price": "NaN"}]}, "must be a finite number"),
        ({"posting": {"start_day": 32}}, "between 1 and 31"),
    ],
)
def test_a_world_that_cannot_be_is_refused_and_the_old_one_stands(
    change: dict[str, Any], message: str
) -> None:
    bms = Bms()
    before = bms.control("GET", "world")
    answer = bms.send("PUT", "/control/world", world(**change))
    assert answer.status == 422
    assert message in json.loads(answer.body)["error"]
    assert bms.control("GET", "world") == before


@pytest.mark.parametrize(("method", "path"), [("GET", "nothing"), ("PATCH", "lines/x"), ("PUT", "date")])
def test_a_control_call_that_does_not_exist_is_a_404(method: str, path: str) -> None:
    assert Bms().send(method, f"/control/{path}").status == 404


def test_every_writing_call_is_kept_as_it_came() -> None:
    bms = Bms()
    bms.post_service(NORTHWIND, element(29))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4.5)
    post, bulk = bms.control("GET", "writes")
    assert post == {
        "seq": 1,
        "at": "2026-11-23T08:00:00+00:00",
        "endpoint": POST_SERVICE,
        "contract_id": NORTHWIND,
        "service_id": STANDARD,
        "body": [element(29)],
        "effect": True,
        "answered": 200,
    }
    assert (bulk["seq"], bulk["contract_id"], bulk["service_id"]) == (2, NORTHWIND, STANDARD)
    assert bulk["body"]["Values"] == {"UnitPrice": 4.5}


def test_calls_are_counted_by_endpoint() -> None:
    bms = Bms()
    bms.lines()
    bms.contracts()
    bms.contracts()
    calls = bms.control("GET", "calls")
    assert calls["total"] == 4
    assert calls["calls"]["GET /v2/finance/contracts/summary"] == 2
    bms.control("DELETE", "calls")
    assert bms.control("GET", "calls")["total"] == 0


def test_a_hand_edit_is_dated_today_unless_said() -> None:
    bms = Bms()
    line = bms.control("PATCH", "lines/91", {"units": 20})
    assert (line["units"], line["effective_date"]) == (20, "2026-11-23")
    line = bms.control("PATCH", "lines/91", {"units": 21, "effective_date": "2026-11-01"})
    assert [terms["units"] for terms in line["history"]] == [32, 21]


def test_a_hand_edit_of_a_flag_or_a_name_makes_no_new_terms() -> None:
    bms = Bms()
    line = bms.control("PATCH", "lines/91", {"excluded_from_bulk": True, "name": "Std"})
    assert (len(line["history"]), line["name"], line["effective_date"]) == (1, "Std", "2026-01-01")


def test_lines_and_contracts_can_be_added_ended_and_removed_by_hand() -> None:
    bms = Bms()
    added = bms.control("POST", "lines", {"contract_id": CONTOSO, "service_id": STANDARD, "units": 2})
    assert (added["id"], added["name"], added["unit_price"]) == (94, "Standard", "5.00")
    bms.control("DELETE", f"lines/{added['id']}")
    bms.control("PATCH", f"contracts/{CONTOSO}", {"end": "2026-11-30"})
    bms.control("DELETE", f"contracts/{NORTHWIND}")
    assert list(bms.contracts()) == [CONTOSO]
    assert (
        bms.control("POST", "lines", {"contract_id": CONTOSO, "service_id": STANDARD, "units": 2})["id"] == 95
    )


def test_the_date_moves_forward_only() -> None:
    bms = Bms()
    assert bms.send("POST", "/control/date", {"date": "2026-11-22"}).status == 422
    assert bms.control("POST", "date", {"date": "2026-11-24"})["date"] == "2026-11-24"


def test_the_watch_sees_a_service_billed_twice_by_a_call() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.post_service(NORTHWIND, element(29, "2026-12-01"))
    watch = bms.control("GET", "watch")
    assert watch["violations"] == [{"seq": 1, "contract_id": NORTHWIND, "service_id": STANDARD, "priced": 2}]


def test_the_watch_is_content_where_the_old_line_was_priced_to_0_first() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=0, EffectiveDate="2026-11-01")
    assert bms.control("GET", "watch")["without_priced_line"] == [
        {"contract_id": NORTHWIND, "service_id": STANDARD}
    ]
    bms.post_service(NORTHWIND, element(29))
    assert bms.control("GET", "watch") == {"violations": [], "without_priced_line": []}


def test_the_watch_sees_the_moment_even_when_it_is_put_right_at_once() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.post_service(NORTHWIND, element(29))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=0, EffectiveDate="2026-11-01")
    assert [violation.seq for violation in bms.simulator.watch.violations] == [1]


def test_the_watch_takes_what_people_do_by_hand_as_given() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.simulator.add_line(contract_id=NORTHWIND, service_id=STANDARD, units=2)
    bms.simulator.edit_line(92, units=0)
    assert bms.control("GET", "watch") == {"violations": [], "without_priced_line": []}
    bms.post_service(NORTHWIND, element(29))
    assert bms.control("GET", "watch")["violations"][0]["priced"] == 3


def test_the_same_requests_give_the_same_bytes() -> None:
    def history() -> list[bytes]:
        bms = Bms(world(behaviour="appends", job_seconds=3))
        answers = [
            bms.post_service(NORTHWIND, element(29)),
            bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=0),
        ]
        bms.clock.pass_seconds(3)
        return [
            *(answer.body for answer in answers),
            bms.send("GET", "/control/world").body,
            bms.token.encode(),
        ]

    assert history() == history()
