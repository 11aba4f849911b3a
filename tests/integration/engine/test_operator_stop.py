"""The operator's stop holds before the next write of everybody, and everybody is told why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from seatbridge.config.settings import Settings
from seatbridge.engine.runner import Runner
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.models import Integration, Schedule, WritingStop
from seatbridge.integrations.operator_stop import (
    EVERYWHERE,
    StopRefused,
    resume_writing,
    stop_writing,
    stops_in_force,
)
from seatbridge.kit.secret import Secret
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.adding import add_partner
from seatbridge.sync.guarding import GUARD, look_after_everybody
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.requesting import NotNow, request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from tests.support.cast import cast
from tests.support.story import ALICE, HOST, Settle, Story
from tests.support.story_world import clients
from tests.with_django import SETTINGS

OSCAR = "oscar (command line)"
CAST = [replace(client, users={"standard": 11}) for client in clients(5, licenses=100)]


def stopping_after(story: Story, step: str, *, host: str = EVERYWHERE) -> Surroundings:
    """The operator stops everything as soon as this step of the run was reached."""

    def at(name: str) -> None:
        if name == step and not stops_in_force():
            stop_writing(host, reason="BMS answers strangely", by=OSCAR, now=story.time.now)

    return replace(story.around(), at=at)


def test_a_run_in_flight_stops_before_its_next_write_and_says_why(settle: Settle) -> None:
    story = settle(CAST)
    story.verdict(ahead="kept")
    ran = story.sync(around=stopping_after(story, "after-answer"))
    assert len(ran.writes) == 1
    assert ran.state == "needs-attention"
    causes = {line["cause"] for line in ran.shown["lines"] if line["status"] == "skipped:disabled"}
    assert causes == {"the operator has stopped all writing to BMS: BMS answers strangely"}
    assert len([line for line in ran.shown["lines"] if line["status"] == "synced"]) == 1
    assert resume_writing(EVERYWHERE, by=OSCAR, now=story.time.now)
    assert len(story.sync().writes) == 4


def test_a_line_at_0_waits_too_and_is_finished_first_afterwards(settle: Settle) -> None:
    story = settle(CAST[:1], behaviour="appends", reading="appends", method="replace")
    ran = story.sync(approve=True, around=stopping_after(story, "after-job"))
    assert [write.endpoint.rpartition("/")[2] for write in ran.writes] == ["bulkupdate"]
    owed = Owed.objects.exclude(phase=Owed.Phase.SETTLED)
    assert owed.count() == 1
    assert story.sync(approve=True).writes == []
    resume_writing(EVERYWHERE, by=OSCAR, now=story.time.now)
    story.sync(approve=True)
    assert (owed.count(), story.units(CAST[0].ref)) == (0, 11)


def test_a_stop_of_another_host_stops_nobody_here(settle: Settle) -> None:
    story = settle(CAST)
    with pytest.raises(StopRefused):
        stop_writing("bms.fabrikam.test", reason="moves", by=OSCAR, now=story.time.now)
    other = add_partner("Fabrikam", "UTC")
    form = ConnectionForm("bmsemea.kaseya.com", "Fabrikam", "x", Secret("a-long-password"))
    add_integration(other, form, story.settings, actor=ALICE)
    stop_writing("bmsemea.kaseya.com", reason="moves", by=OSCAR, now=story.time.now)
    assert story.sync().statuses() == {"synced"}
    stop_writing(HOST, reason="moves", by=OSCAR, now=story.time.now)
    story.count(CAST[0].ref, standard=12)
    assert story.sync().writes == []


def test_previews_still_work_and_a_sync_is_not_even_started(settle: Settle) -> None:
    story = settle(CAST)
    stop_writing(EVERYWHERE, reason="BMS answers strangely", by=OSCAR, now=story.time.now)
    assert story.sync(dry_run=True).state == "succeeded"
    answer = request_run(story.integration, Asked(actor=ALICE), story.time.now)
    assert isinstance(answer, NotNow)
    assert "BMS answers strangely. A preview still works." in answer.sentence
    assert isinstance(request_run(story.integration, Asked(ALICE, dry_run=True), story.time.now), SyncRun)


def test_what_came_due_meanwhile_runs_once_afterwards(settle: Settle) -> None:
    story = settle(CAST)

    def made(_sleep: Callable[[float], None]) -> Surroundings:
        return story.around()

    runner = Runner(made, beat=0.01)
    runner.tick()
    stop_writing(EVERYWHERE, reason="please stand by", by=OSCAR, now=story.time.now)
    Schedule.objects.update(next_run_at=story.time.now - timedelta(days=3))
    runner.tick()
    scheduled = SyncRun.objects.filter(actor="Schedule")
    assert scheduled.count() == 0
    resume_writing(EVERYWHERE, by=OSCAR, now=story.time.now)
    for _ in range(2):
        runner.tick()
        runner.wait()
    assert scheduled.count() == 1
    assert story.units(CAST[0].ref) == 11


def test_every_page_says_so_and_the_partners_history_keeps_it(settle: Settle) -> None:
    story = settle(CAST[:1])
    people = cast(story.integration.partner, add_partner("Contoso", "Europe/Berlin"))
    stop_writing(HOST, reason="BMS answers strangely", by=OSCAR, now=story.time.now)
    for path in ("/", "/changes/", "/companies/", "/integrations/", "/team/"):
        page = people.bob.browser.get(path).content.decode()
        assert f"stopped all writing to {HOST}" in page, path
        assert "BMS answers strangely" in page
    assert "stopped all writing" not in people.carol.browser.get("/").content.decode()
    resume_writing(HOST, by=OSCAR, now=story.time.now)
    assert "stopped all writing" not in people.bob.browser.get("/").content.decode()
    told = LedgerEntry.objects.filter(event__startswith="operator.").order_by("seq")
    assert list(told.values_list("event", "actor")) == [
        ("operator.stopped-writing", OSCAR),
        ("operator.resumed-writing", OSCAR),
    ]
    assert "Operator stopped all writing" in people.alice.browser.get("/team/audit/").content.decode()


def ended(settings: Settings, number: int, now: datetime, *holds: str) -> SyncRun:
    partner = add_partner(f"Partner {number}", "UTC")
    form = ConnectionForm(HOST, f"Company {number}", "x", Secret("a-long-password"))
    integration, _ = add_integration(partner, form, settings, actor=ALICE)
    Integration.objects.filter(pk=integration.pk).update(first_run_approved_at=now - timedelta(days=30))
    state = SyncRun.State.AWAITING_APPROVAL if holds else SyncRun.State.SUCCEEDED
    return SyncRun.objects.create(
        integration=integration,
        actor="Schedule",
        state=state,
        created_at=now,
        ended_at=now,
        holds=list(holds),
    )


@pytest.mark.django_db
def test_the_guard_stops_everybody_when_many_partners_stop_on_their_limits_at_once() -> None:
    now = datetime.fromisoformat("2026-11-23T14:00:00+00:00")
    for number in range(10):
        ended(SETTINGS, number, now)
    for number in range(10, 15):
        last = ended(SETTINGS, number, now, "Net change +40 % against the last invoice.")
        look_after_everybody(last, now)
        assert bool(stops_in_force()) is (number == 14), "four of them may be chance"
    (stop,) = stops_in_force()
    assert (stop.by, stop.host) == (GUARD, "")
    assert stop.reason == "the runs of 5 of 15 partners stopped on their limits within an hour"

    later = now + timedelta(minutes=10)
    resume_writing(EVERYWHERE, by=OSCAR, now=later)
    look_after_everybody(last, later)
    assert stops_in_force() == [], "what the operator has looked at counts no more"
    assert WritingStop.objects.count() == 1


@pytest.mark.django_db
def test_first_runs_wait_for_a_person_in_any_case_and_alarm_nobody() -> None:
    now = datetime.fromisoformat("2026-11-23T14:00:00+00:00")
    for number in range(6):
        last = ended(SETTINGS, number, now, "The first run waits for a person.")
        Integration.objects.update(first_run_approved_at=None)
        look_after_everybody(last, now)
    assert stops_in_force() == []
