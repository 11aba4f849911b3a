"""Whatever goes wrong is a problem document that a program can read and a person understands."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from seatbridge.api import repeating
from seatbridge.api.urls import api
from seatbridge.partners.models import ApiToken
from tests.support.mapping_world import MappingWorld
from tests.support.programs import Program, Programs

pytestmark = pytest.mark.django_db
COUNT = {"company": "northwind", "product": "standard", "count": 14}


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/", "/api/v2/me", "/api/", "/api/v1/me/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem(method: str, path: str) -> None:
    answer = Client().generic(method, path, follow=True)
    assert (answer.status_code, answer.headers.get("Content-Type")) == (404, "application/problem+json"), path
    problem = json.loads(answer.content)
    assert (problem["code"], problem["title"], problem["type"]) == ("not-found", "Not Found", "about:blank")


def test_a_wrong_method_says_which_are_right(call: Programs) -> None:
    answer = call.alice.ask("DELETE", "/companies/northwind")
    assert json.loads(answer.content)["code"] == "method-not-allowed"
    assert (answer.status_code, answer.headers["Allow"]) == (405, "PUT")


@pytest.mark.parametrize("body", ["{", "[1,", "nonsense", '{"counts": NaN}', "\ufeff{}", "[" * 100_000])
def test_malformed_json_is_refused(call: Programs, body: str) -> None:
    assert call.alice.refused(400, "POST", "/counts", body)["code"] == "malformed"


@pytest.mark.parametrize("body", ["", "null", "[]", '"text"', "1", "{}"])
def test_json_of_another_shape_is_refused(call: Programs, body: str) -> None:
    assert call.alice.refused(422, "POST", "/counts", body)["code"] == "validation"


@pytest.mark.parametrize("name", ["north\\u0000wind", "north\\ud800wind"])
def test_text_that_no_database_takes_is_refused(call: Programs, name: str) -> None:
    call.alice.refused(422, "PUT", "/companies/northwind", f'{{"name": "{name}"}}')
    call.alice.refused(422, "PUT", "/companies/northwind", f'{{"{name}": 1}}')


def test_a_backslash_in_a_name_is_no_nul(call: Programs) -> None:
    kept = call.alice.ok("PUT", "/companies/odd", '{"name": "A\\\\u0000B"}')
    assert kept["name"] == "A\\u0000B"


@pytest.mark.parametrize("path", ["/companies/a%00b", "/companies/a%00b/users/c"])
def test_a_nul_in_the_address_finds_nothing_or_is_refused(call: Programs, path: str) -> None:
    assert call.alice.ask("PUT", path, {"name": "x"}).status_code in (404, 422)


def test_a_nul_in_a_search_is_refused(call: Programs, here: str) -> None:
    for path in ("/companies", "/ledger", f"{here}/services", f"{here}/company-mappings"):
        assert call.alice.refused(422, "GET", f"{path}?search=a%00b")["field"] == "search"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_media_type_is_refused(call: Programs, media_type: str) -> None:
    problem = call.alice.refused(415, "POST", "/counts", {"counts": [COUNT]}, media_type=media_type)
    assert "application/json" in problem["detail"]
    assert call.alice.refused(415, "POST", "/imports/counts", {})["code"] == "unsupported-media-type"


def test_a_body_that_is_too_large_is_refused(call: Programs, here: str) -> None:
    large = json.dumps({"name": "x" * 1_100_000})
    assert call.alice.refused(413, "PUT", "/companies/northwind", large)["code"] == "too-large"
    call.alice.refused(413, "POST", "/counts", " " * 8_100_000)


def test_a_large_push_is_read_although_a_form_of_its_size_would_not_be(call: Programs) -> None:
    rows = [{**COUNT, "company": f"company {number}"} for number in range(16_000)]
    assert len(json.dumps(rows)) > 1_000_000
    problem = call.alice.refused(422, "POST", "/counts", {"counts": rows})
    assert problem["field"] == "counts.0.company"
    assert len(problem["errors"]) == 50


def test_a_mistyped_name_is_not_left_out_silently(call: Programs, world: MappingWorld) -> None:
    problem = call.alice.refused(422, "POST", "/counts", {"counts": [COUNT], "compleet": True})
    assert problem["field"] == "compleet"
    problem = call.alice.refused(422, "POST", "/counts", {"counts": [{**COUNT, "count": "14"}]})
    assert problem["field"] == "counts.0.count"


def test_a_stranger_is_not_told_what_there_is(call: Programs, here: str) -> None:
    assert call.stranger.refused(401, "POST", "/counts", "{")["code"] == "unauthenticated"
    assert call.stranger.refused(401, "GET", f"{here}/schedule")["code"] == "unauthenticated"


def test_a_revoked_token_opens_nothing(call: Programs) -> None:
    assert call.bob.get("/me")["role"] == "viewer"
    ApiToken.objects.filter(role="viewer").update(revoked_at="2026-01-01T00:00:00Z")
    assert 'error="invalid_token"' in call.bob.ask("GET", "/me").headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "sb_0123456789_x", "Bearer sb_é"])
def test_another_kind_of_authorization_is_no_token(db: None, header: str) -> None:
    answer = Client().get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_a_role_is_spoken_of_only_for_ones_own_rows(call: Programs, here: str) -> None:
    """A viewer who tries somebody else's row learns nothing of it."""
    call.bob.refused(403, "PUT", f"{here}/schedule", {})
    call.bob.refused(404, "PUT", "/integrations/999999/schedule", {})
    call.carol.refused(404, "PUT", f"{here}/schedule", {"cadence": "daily", "at": "06:00"})


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 30, "%E2%91%A0"])
def test_what_is_no_id_is_not_there(call: Programs, number: str) -> None:
    for path in (f"/integrations/{number}", f"/runs/{number}"):
        assert call.alice.ask("GET", path).status_code in (404, 422)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(repeating, "_begin", fail)
    return


def test_a_defect_is_told_without_its_details(
    call: Programs, broken: None, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {call.alice.token}"})
    answer = client.delete("/api/v1/integrations/1")
    assert answer.status_code == 404
    answer = client.post(
        "/api/v1/counts", {"counts": [COUNT]}, "application/json", headers={"Idempotency-Key": "a"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert b"hunter2" not in answer.content
    assert json.loads(answer.content)["code"] == "internal"
    assert "hunter2" in caplog.text


def test_an_address_that_is_too_long_is_a_problem_that_every_operation_declares(call: Programs) -> None:
    answer = call.alice.ask("GET", f"/ledger?search={'x' * 10_000}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    for methods in api.get_openapi_schema()["paths"].values():
        assert all(400 in told["responses"] for told in methods.values())


def test_a_request_for_another_host_is_a_problem(call: Programs) -> None:
    answer = Client().get("/api/v1/me", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_pages_still_answer_with_pages(db: None) -> None:
    answer = Client().get("/account/nothing")
    assert answer.headers["Content-Type"].startswith("text/html") or answer.status_code == 302


def test_a_program_needs_no_cookie_and_gets_none(call: Programs) -> None:
    answer = call.alice.ask("POST", "/counts", {"counts": []})
    assert not answer.cookies
    assert isinstance(call.alice, Program)
