"""Idempotency-Key: sent again, answered again, done once."""

import json
from datetime import timedelta

import pytest

from seatbridge.api.models import KeptAnswer
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import SyncRun
from seatbridge.usage.models import Feed
from tests.integration.api.samples import CONNECTION, COUNTS
from tests.support.mapping_world import MappingWorld
from tests.support.programs import Programs

pytestmark = pytest.mark.django_db
CHANGE = {"enabled": True}


def test_the_same_call_again_is_answered_as_before_and_not_done_again(
    call: Programs, world: MappingWorld
) -> None:
    first = call.alice.ask("POST", "/counts", COUNTS, Idempotency_Key="today")
    again = call.alice.ask("POST", "/counts", COUNTS, Idempotency_Key="today")
    assert (first.status_code, again.status_code) == (200, 200)
    assert json.loads(again.content) == json.loads(first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Feed.objects.count() == 1


def test_the_key_with_another_request_is_refused(call: Programs, world: MappingWorld, here: str) -> None:
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")
    other = {"counts": [{**COUNTS["counts"][0], "count": 15}]}
    problem = call.alice.refused(422, "POST", "/counts", other, Idempotency_Key="today")
    assert problem["code"] == "idempotency-key-reused"
    call.alice.refused(422, "PATCH", here, CHANGE, Idempotency_Key="today")
    assert Feed.objects.count() == 1


def test_a_file_that_is_sent_again_is_imported_once(call: Programs, world: MappingWorld) -> None:
    text = "company,product,count\nnorthwind,standard,14\n"
    sent = {"media_type": "text/csv", "Idempotency_Key": "file"}
    first = call.alice.ok("POST", "/imports/counts", text, **sent)
    assert call.alice.ok("POST", "/imports/counts", text, **sent) == first
    call.alice.refused(422, "POST", "/imports/counts", text.replace("14", "15"), **sent)
    call.alice.refused(422, "POST", "/imports/counts?dry_run=true", text, **sent)
    assert Feed.objects.count() == 1


def test_a_run_is_started_once(call: Programs, here: str) -> None:
    Integration.objects.update(enabled=True)
    started = call.alice.ok("POST", f"{here}/runs", {"mode": "sync"}, Idempotency_Key="now")
    again = call.alice.ask("POST", f"{here}/runs", {"mode": "sync"}, Idempotency_Key="now")
    assert (again.status_code, json.loads(again.content)) == (202, started)
    assert SyncRun.objects.count() == 1


def test_an_answer_without_content_is_replayed_too(call: Programs, here: str) -> None:
    for _ in range(2):
        answer = call.alice.ask("DELETE", f"{here}/company-mappings/northwind", Idempotency_Key="gone")
        assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Idempotency-Replayed"] == "true"


def test_a_refusal_is_not_kept_so_the_key_may_be_tried_again(
    call: Programs, here: str, world: MappingWorld
) -> None:
    run = call.alice.ok("POST", f"{here}/runs", {"mode": "dry-run"})
    call.alice.refused(409, "POST", f"{here}/runs", {"mode": "dry-run"}, Idempotency_Key="again")
    SyncRun.objects.filter(pk=run["id"]).update(state="succeeded")
    call.alice.ok("POST", f"{here}/runs", {"mode": "dry-run"}, Idempotency_Key="again")


def test_each_token_has_keys_of_its_own(call: Programs, world: MappingWorld) -> None:
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")
    answer = call.bill.ask("POST", "/counts", COUNTS, Idempotency_Key="today")
    assert "Idempotency-Replayed" not in answer.headers
    assert KeptAnswer.objects.count() == 2


def test_while_it_is_carried_out_the_same_call_is_asked_to_wait(call: Programs, world: MappingWorld) -> None:
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")
    KeptAnswer.objects.update(status=None)
    answer = call.alice.ask("POST", "/counts", COUNTS, Idempotency_Key="today")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert json.loads(answer.content)["code"] == "in-progress"


def test_who_began_and_never_ended_does_not_block_the_key(call: Programs, world: MappingWorld) -> None:
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")
    kept = KeptAnswer.objects.get()
    KeptAnswer.objects.update(status=None, begun_at=kept.begun_at - timedelta(minutes=16))
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")


def test_after_a_day_the_key_is_new(call: Programs, world: MappingWorld) -> None:
    call.alice.ok("POST", "/counts", COUNTS, Idempotency_Key="today")
    kept = KeptAnswer.objects.get()
    KeptAnswer.objects.update(begun_at=kept.begun_at - timedelta(hours=25))
    other = {"counts": [{**COUNTS["counts"][0], "count": 15}]}
    assert call.alice.ok("POST", "/counts", other, Idempotency_Key="today")["changed"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "naïve", "tab\there"])
def test_a_key_that_cannot_be_is_refused(call: Programs, world: MappingWorld, key: str) -> None:
    problem = call.alice.refused(422, "POST", "/counts", COUNTS, Idempotency_Key=key)
    assert problem["field"] == "Idempotency-Key"


def test_a_password_is_kept_nowhere_but_sealed(call: Programs) -> None:
    made = call.alice.ok("POST", "/integrations", CONNECTION, Idempotency_Key="connect")
    call.alice.ok("POST", "/integrations", CONNECTION, Idempotency_Key="connect")
    assert Integration.objects.count() == 1
    kept = KeptAnswer.objects.get()
    assert CONNECTION["password"] not in f"{vars(kept)}{made}"
    assert CONNECTION["password"] not in str(list(LedgerEntry.objects.values_list("data")))
    call.alice.refused(
        422, "POST", "/integrations", {**CONNECTION, "password": "other"}, Idempotency_Key="connect"
    )
