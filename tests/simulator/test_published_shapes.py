from datetime import date
from typing import Any

import pytest

from bms_simulator.wire import camel
from tests.simulator import published_shapes as shapes
from tests.simulator.worlds import CONTOSO, NORTHWIND, STANDARD, Bms, element, read, world

PAGE = {"PageSize": 50, "PageNumber": 1, "Filter": {}}
SERVICES = "/v2/admin/finance/services"


@pytest.fixture
def bms() -> Bms:
    """PascalCase, as the vendor's document spells it, with one invoice and one ended job."""
    bms = Bms(world(behaviour="adjusts"))
    bms.simulator.advance(date(2026, 12, 2))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=5)
    bms.simulator.load(
        type(bms.simulator.world).from_json(bms.simulator.world.to_json() | {"casing": "pascal"})
    )
    bms.token = bms.sign_in()["Result"]["AccessToken"]
    return bms


def first_row(answer: Any) -> Any:
    result = read(answer)["Result"]
    return result[0] if isinstance(result, list) else result


@pytest.mark.parametrize(
    ("method", "path", "body", "shape", "total"),
    [
        ("GET", "/v2/security/userinfo", None, shapes.USER_INFO, False),
        ("GET", "/v2/crm/accounts/lookup", None, shapes.ACCOUNT, False),
        ("GET", "/v2/finance/contracts/summary", None, shapes.CONTRACT, True),
        ("GET", "/v2/finance/contracts/lookup", None, shapes.CONTRACT_LOOKUP, False),
        ("GET", f"{SERVICES}/lookup", None, shapes.SERVICE_LOOKUP, True),
        ("POST", f"{SERVICES}/search", PAGE, shapes.SERVICE, True),
        ("POST", f"{SERVICES}/{STANDARD}/relatedservices/search", PAGE, shapes.LINE, True),
        ("GET", f"{SERVICES}/{STANDARD}/backgroundjob", None, shapes.BACKGROUND_JOB, False),
        ("GET", "/v2/finance/invoices/summary", None, shapes.INVOICE, False),
        ("POST", "/v2/finance/invoices/details", PAGE, shapes.INVOICE_LINE, False),
    ],
)
def test_an_answer_has_the_published_fields_and_types(
    bms: Bms, method: str, path: str, body: Any, shape: str, *, total: bool
) -> None:
    answer = bms.send(method, path, body)
    assert shapes.misfits(first_row(answer), shape) == []
    assert ("TotalRecords" in read(answer)) is total


def test_a_posted_service_is_answered_in_the_published_shape(bms: Bms) -> None:
    row = first_row(bms.post_service(NORTHWIND, element(29, "2026-12-01")))
    assert shapes.misfits(row, shapes.POSTED_SERVICE) == []


def test_job_logs_have_the_published_shape() -> None:
    bms = Bms(world(casing="pascal", job_seconds=5), user="")
    bms.token = bms.sign_in(username="alice")["Result"]["AccessToken"]
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4)
    job = first_row(bms.send("GET", f"{SERVICES}/{STANDARD}/backgroundjob"))["JobId"]
    bms.clock.pass_seconds(5)
    row = first_row(bms.send("GET", f"/v2/system/batchAction/logs/{job}"))
    assert shapes.misfits(row, shapes.JOB_LOG) == []


def test_tokens_and_rights_have_the_published_shape(bms: Bms) -> None:
    assert shapes.misfits(bms.sign_in()["Result"], shapes.TOKENS) == []
    info = first_row(bms.send("GET", "/v2/security/userinfo"))
    assert shapes.misfits(info["UserAccessRights"][0], shapes.ACCESS_RIGHT) == []


def test_a_refusal_has_the_published_error(bms: Bms) -> None:
    answer = bms.post_service(1, element(1))
    assert answer.status == 200
    assert read(answer)["Success"] is False
    assert shapes.misfits(read(answer)["Error"], shapes.ERROR) == []


@pytest.mark.parametrize(
    ("published", "seen"),
    [("ContractId", "contractId"), ("SLAId", "slaId"), ("PONumber", "poNumber"), ("Id", "id")],
)
def test_live_servers_answer_in_camel_case(published: str, seen: str) -> None:
    assert camel(published) == seen


def test_what_bms_hides_is_in_no_answer() -> None:
    bms = Bms()
    bms.post_service(CONTOSO, element(3, "2026-11-23"))
    answers = [
        bms.send("GET", "/v2/finance/contracts/summary", PageSize=100).body,
        bms.send("GET", "/v2/finance/contracts/lookup").body,
        bms.send("POST", f"{SERVICES}/{STANDARD}/relatedservices/search", PAGE).body,
    ]
    for word in (b"units", b"issue", b"fiscal", b"prorat", b"posted", b"automatic", b"counted"):
        assert all(word not in answer.lower() for answer in answers)
    assert "accountId" not in bms.contracts()[CONTOSO]


def test_units_are_shown_where_this_bms_exposes_them() -> None:
    assert Bms(world(exposes_units=True)).lines()[0]["units"] == 32.0
