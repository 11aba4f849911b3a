"""What programs on the operator's side may ask: alive, ready, and how much was done."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from seatbridge.config.start import current
from seatbridge.engine.runner import Runner
from seatbridge.integrations.models import Schedule
from seatbridge.integrations.operator_stop import EVERYWHERE, stop_writing
from seatbridge.operations.readiness import lag_of_oldest_due
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from seatbridge.vitals.beating import Beating
from seatbridge.vitals.counting import count, put_down, tallied
from seatbridge.vitals.models import EngineBeat
from tests.support.story import ALICE, Story, settled
from tests.support.story_world import clients
from tests.with_django import SETTINGS

TOKEN = "planted-token-of-the-operator"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
STRANGER = {"Host": "10.0.0.7:8000"}  # a probe asks by address

# name of the sample, its labels' values by the labels' names
Numbers = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def story(db: None, tmp_path: Path) -> Story:
    return settled(
        [replace(client, users={"standard": 11}) for client in clients(3, licenses=100)],
        settings=SETTINGS,
        folder=tmp_path,
    )


@pytest.fixture
def beating(db: None) -> Iterator[Beating]:
    heart = Beating()
    heart.beat()
    yield heart
    heart.end()


def test_alive_asks_nothing_of_the_database() -> None:
    answer = Client().get("/healthz", headers=STRANGER)
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert Client().post("/healthz").status_code == 405


def test_ready_says_which_part_is_not(story: Story) -> None:
    answer = Client().get("/readyz", headers=STRANGER)
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert {name: part["ok"] for name, part in parts.items()} == {
        "database": True,
        "engine": False,
        "oldest-due-run": True,
    }
    assert Client().get("/readyz?only=database").status_code == 200
    assert Client().get("/readyz?only=engine").status_code == 503
    assert Client().get("/readyz?only=luck").status_code == 400
    Beating().beat()
    assert Client().get("/readyz").json()["ready"] is True
    EngineBeat.objects.update(seen_at=timezone.now() - timedelta(seconds=46))
    assert Client().get("/readyz").status_code == 503


def test_a_run_that_is_due_and_does_not_begin_makes_it_not_ready(story: Story, beating: Beating) -> None:
    now = timezone.now()
    run = request_run(story.integration, Asked(actor=ALICE), now - timedelta(minutes=16))
    assert isinstance(run, SyncRun)
    assert lag_of_oldest_due(now) == timedelta(minutes=16)
    assert Client().get("/readyz").json()["parts"]["oldest-due-run"]["ok"] is False
    SyncRun.objects.filter(pk=run.pk).update(state=SyncRun.State.PAUSED, resume_at=now + timedelta(minutes=5))
    assert lag_of_oldest_due(now) == timedelta(0)
    SyncRun.objects.filter(pk=run.pk).update(resume_at=now - timedelta(minutes=3))
    assert lag_of_oldest_due(now) == timedelta(minutes=3)


def test_a_schedule_that_nobody_looks_at_counts_too_but_not_while_all_writing_is_stopped(
    story: Story, beating: Beating
) -> None:
    now = timezone.now()
    due = now + current().date_offset - timedelta(minutes=20)
    Schedule.objects.filter(integration=story.integration).update(next_run_at=due)
    assert lag_of_oldest_due(now) == timedelta(minutes=20)
    stop_writing(EVERYWHERE, reason="please stand by", by="oscar", now=now)
    assert lag_of_oldest_due(now) == timedelta(0)


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [("", AUTHORIZED, 404), ("", {}, 404), (TOKEN, {}, 401), (TOKEN, {"Authorization": "Bearer x"}, 401)],
)
def test_metrics_are_shut_but_for_who_has_the_token(
    db: None, settings: object, token: str, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = token  # type: ignore[attr-defined]
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == status
    assert "seatbridge_" not in answer.content.decode()


@pytest.fixture
def read(settings: object) -> Callable[[], Numbers]:
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]

    def ask() -> Numbers:
        answer = Client().get("/metrics", headers=AUTHORIZED | STRANGER)
        assert answer.status_code == 200
        return {
            (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.content.decode())
            for sample in family.samples
        }

    return ask


def test_metrics_count_what_was_done(story: Story, beating: Beating, read: Callable[[], Numbers]) -> None:
    before = read()
    ran = story.sync()
    assert len(ran.writes) == 3
    after = read()

    def grew(name: str, *labels: str) -> float:
        return after[name, labels] - before.get((name, labels), 0)

    assert grew("seatbridge_runs_ended_total", "sync", "succeeded") == 1
    assert grew("seatbridge_lines_total", "synced") == 3
    posted = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
    assert grew("seatbridge_bms_calls_total", posted, "done") == 3
    assert after["seatbridge_runs_active", ("queued",)] == 0
    assert after["seatbridge_engines", ()] == 1
    assert after["seatbridge_oldest_due_run_seconds", ()] == 0
    request_run(story.integration, Asked(actor=ALICE), timezone.now() - timedelta(seconds=90))
    stop_writing(EVERYWHERE, reason="please stand by", by="oscar", now=timezone.now())
    later = read()
    assert later["seatbridge_runs_active", ("queued",)] == 1
    assert later["seatbridge_oldest_due_run_seconds", ()] >= 90
    assert later["seatbridge_writing_stopped", ("all",)] == 1


def test_metrics_show_the_fewest_calls_left(db: None, read: Callable[[], Numbers], tmp_path: Path) -> None:
    story = settled(clients(2), settings=SETTINGS, folder=tmp_path)
    story.time.now = timezone.now()
    story.sync()
    contracts = ("GET /v2/finance/contracts/summary", "bms.kaseya.com")
    assert read()["seatbridge_bms_calls_left", contracts] == 1200 - 60 - 1


def test_counters_of_several_processes_add_up(db: None) -> None:
    put_down(at_once=True)  # what runs of other tests counted in this process
    before = tallied("lines").get(("synced", ""), 0)
    for _ in range(2):
        count("lines", "synced", number=2)
        put_down(at_once=True)
    put_down(at_once=True)
    assert tallied("lines")["synced", ""] - before == 4


def test_an_engine_beats_while_it_lives_and_says_goodbye(transactional_db: None, tmp_path: Path) -> None:
    story = settled(clients(1), settings=SETTINGS, folder=tmp_path)

    def made(_sleep: Callable[[float], None]) -> Surroundings:
        return story.around()

    runner = Runner(made, beat=0.01)
    runner.tick()
    for _ in range(5):
        runner.tick()
    assert EngineBeat.objects.count() == 1
    runner.start()
    runner.stop()
    assert EngineBeat.objects.count() == 0
    connection.close()
