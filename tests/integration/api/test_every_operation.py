"""Every operation of the served document, as owner, viewer, other partner, and no one: later ones too."""

import json
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from seatbridge.api.urls import api
from seatbridge.integrations.models import Integration
from tests.integration.api.samples import (
    BODIES,
    CSV,
    NEEDS_BMS,
    OF_NOBODY_ELSE,
    REFUSED_ON_SAMPLES,
    Samples,
    make_samples,
)
from tests.integration.conftest import Standing
from tests.support.cast import Cast
from tests.support.mapping_world import mapping_world
from tests.support.programs import Program, Programs, programs

pytestmark = [pytest.mark.django_db, pytest.mark.told_once]
DOCUMENT = api.get_openapi_schema()


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    told: Any

    @property
    def name(self) -> str:
        return str(self.told["operationId"])

    @property
    def is_unsafe(self) -> bool:
        return self.method != "GET"

    def try_as(self, program: Program, samples: Samples, **headers: str) -> Any:
        media_type = CSV if CSV in self.told.get("requestBody", {}).get("content", {}) else "application/json"
        body = BODIES.get(self.name)
        return program.ask(self.method, samples.path(self.path), body, media_type=media_type, **headers)


OPERATIONS = [
    Operation(method.upper(), path, told)
    for path, methods in DOCUMENT["paths"].items()
    for method, told in methods.items()
]
UNSAFE = [each for each in OPERATIONS if each.is_unsafe]
OF_ROWS = [
    each
    for each in OPERATIONS
    if "{" in each.path and not any(each.path.endswith(one) for one in OF_NOBODY_ELSE)
]
every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)


@pytest.fixture
def people(standing: Standing) -> Cast:
    return standing.people


@pytest.fixture(scope="module")
def call(standing: Standing, django_db_blocker: DjangoDbBlocker) -> Programs:
    with django_db_blocker.unblock():
        return programs(standing.northgate, standing.contoso)


@pytest.fixture(scope="module")
def samples(standing: Standing, django_db_blocker: DjangoDbBlocker) -> Samples:
    with django_db_blocker.unblock():
        return make_samples(mapping_world(standing.northgate))


def test_every_unsafe_operation_has_a_sample() -> None:
    assert {each.name for each in UNSAFE} == set(BODIES)


@every
def test_the_owner_is_answered_as_the_document_says(
    operation: Operation, samples: Samples, call: Programs
) -> None:
    if operation.name in NEEDS_BMS:
        return
    Integration.objects.update(enabled=operation.name == "start_run")
    answer = operation.try_as(call.alice, samples)
    if operation.name in REFUSED_ON_SAMPLES:
        assert answer.status_code == REFUSED_ON_SAMPLES[operation.name]
    else:
        assert answer.status_code < 300, answer.content
    assert str(answer.status_code) in {str(status) for status in operation.told["responses"]}


@every
def test_no_one_is_told_to_send_a_token(operation: Operation, samples: Samples, call: Programs) -> None:
    for program in (call.stranger, Program("sb_0123456789_made-up"), Program("nonsense")):
        answer = operation.try_as(program, samples)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert json.loads(answer.content)["code"] == "unauthenticated"


@pytest.mark.parametrize("operation", OF_ROWS, ids=lambda each: each.name)
def test_the_other_partner_finds_nothing(operation: Operation, samples: Samples, call: Programs) -> None:
    answer = operation.try_as(call.carol, samples)
    assert answer.status_code == 404, answer.content
    assert b"Northgate" not in answer.content


@pytest.mark.parametrize("operation", UNSAFE, ids=lambda each: each.name)
def test_a_viewer_changes_nothing(operation: Operation, samples: Samples, call: Programs) -> None:
    answer = operation.try_as(call.bob, samples)
    assert answer.status_code == 403, answer.content
    assert json.loads(answer.content)["code"] == "forbidden"


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if not each.is_unsafe], ids=lambda each: each.name
)
def test_a_viewer_looks_at_everything(operation: Operation, samples: Samples, call: Programs) -> None:
    assert operation.try_as(call.bob, samples).status_code == 200


@every
def test_every_operation_is_described(operation: Operation) -> None:
    told = operation.told
    assert told["summary"]
    assert told["tags"]
    assert told["security"] == [{"Token": []}]
    for status, answer in told["responses"].items():
        kind = "application/problem+json" if int(status) >= 400 else "application/json"
        assert set(answer.get("content", {})) == (set() if int(status) == 204 else {kind}), status
    keys = [each["name"] for each in told["parameters"]]
    assert ("Idempotency-Key" in keys) == operation.is_unsafe


def test_the_document_is_served_to_everybody() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    served = json.loads(answer.content)
    assert served["paths"].keys() == DOCUMENT["paths"].keys()
    assert served["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"


def test_no_operation_says_its_first_sentence_twice() -> None:
    told = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert [
        each["operationId"] for each in told if each.get("description", "").startswith(each["summary"])
    ] == []


def test_the_page_for_people_lists_every_operation(people: Cast) -> None:
    for browser in (Client(), people.bob.browser):
        page = browser.get("/api/v1/docs")
        assert page.status_code == 200
        text = page.content.decode()
        for operation in OPERATIONS:
            assert f"{operation.method} {operation.path}" in unescape(text)
        assert "<code>limit</code>" in text
        assert "`" not in text
    assert 'href="/api/v1/docs"' in people.bob.browser.get("/team/tokens/").content.decode()
