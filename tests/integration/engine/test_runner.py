"""The engine of one process: what was asked for is carried by a thread, once, and goes on after a stop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event, Thread

import httpx
import pytest
from django.db import connections

from seatbridge.catalog.models import SeenAccount
from seatbridge.catalog.refreshing import refresh
from seatbridge.engine.runner import Runner
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.switching import disable
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.carriers import _make
from seatbridge.sync.models import SyncRun, Write
from seatbridge.sync.requesting import OFF, AlreadyActive, request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from tests.in_process import transport_to
from tests.support.interrupted import die_at
from tests.support.statements import told_statements
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import ACCOUNTS, Client, clients

MORE = {"standard": 11}


def runner_of(story: Story, around: Surroundings | None = None) -> Runner:
    def made(_sleep: Callable[[float], None]) -> Surroundings:
        return around or story.around()

    return Runner(made, beat=0.01)


def ask(story: Story, **asked: object) -> SyncRun:
    run = request_run(story.integration, Asked(actor=ALICE, **asked), story.time.now)  # type: ignore[arg-type]
    assert isinstance(run, SyncRun)
    return run


def carry(runner: Runner) -> None:
    """One look at the database, and the end of everything that it began."""
    runner.tick()
    runner.wait()


def test_a_requested_run_is_carried_to_its_end(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    run = ask(story)
    assert run.state == SyncRun.State.QUEUED
    carry(runner_of(story))
    run.refresh_from_db()
    assert (run.state, run.taken_over) == (SyncRun.State.SUCCEEDED, 0)
    assert story.units("fabrikam") == 11


@pytest.mark.parametrize(("hours", "read_anew"), [(23, False), (25, True)])
def test_after_a_run_the_lists_of_bms_are_read_anew_once_a_day(
    settle: Settle, hours: int, *, read_anew: bool
) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
    story.bms.world.accounts[1] = replace(story.bms.world.accounts[1], name="Fabrikam Inc.")
    story.time.now += timedelta(hours=hours)
    ask(story, dry_run=True)
    carry(runner_of(story))
    assert SeenAccount.objects.filter(name="Fabrikam Inc.").exists() is read_anew


def test_lists_that_cannot_be_read_are_read_after_the_next_run(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
    story.time.now += timedelta(hours=25)
    run = ask(story, dry_run=True)
    story.bms.arm(ACCOUNTS, "cut-json", times=100)
    carry(runner_of(story))
    run.refresh_from_db()
    assert run.state == SyncRun.State.SUCCEEDED


def test_the_engine_finds_by_itself_what_is_asked_for(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    signed_in = Event()
    simulated = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        signed_in.set()
        return simulated.handle_request(request)

    story.transport = httpx.MockTransport(answer)
    runner = runner_of(story)
    runner.start()
    try:
        run = ask(story)
        assert signed_in.wait(20)
    finally:
        runner.stop()
    carry(runner_of(story))  # what the stop left
    run.refresh_from_db()
    assert run.state == SyncRun.State.SUCCEEDED
    assert Write.objects.filter(run=run).count() == 1


def test_a_second_request_finds_the_first_ones_run(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    first = ask(story)
    second = request_run(story.integration, Asked(actor="bob"), story.time.now)
    assert isinstance(second, AlreadyActive)
    assert second.run.pk == first.pk


def test_a_run_that_is_cancelled_before_it_begins_never_does(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    run = cancel_run(ask(story), story.time.now)
    carry(runner_of(story))
    run.refresh_from_db()
    assert run.state == SyncRun.State.CANCELLED
    assert story.units("fabrikam") == 10


def test_nothing_is_queued_while_the_integration_is_off_but_a_preview(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    disable(story.integration, actor=ALICE)
    assert request_run(story.integration, Asked(actor=ALICE), story.time.now) == OFF
    preview = ask(story, dry_run=True)
    carry(runner_of(story))
    preview.refresh_from_db()
    assert preview.state == SyncRun.State.SUCCEEDED
    assert story.units("fabrikam") == 10


@pytest.mark.parametrize("writes_before_the_stop", [1, 2, 3])
def test_a_stop_lets_the_write_in_flight_finish_and_the_next_start_goes_on(
    settle: Settle, writes_before_the_stop: int
) -> None:
    story = settle([replace(client, users=MORE) for client in clients(5, licenses=100)])
    story.verdict(ahead="kept")
    first, simulated = runner_of(story), transport_to(story.bms)
    before = len(story.bms.writes)

    def answer(request: httpx.Request) -> httpx.Response:
        answered = simulated.handle_request(request)
        if len(story.bms.writes) - before >= writes_before_the_stop:
            first._stop.set()
        return answered

    story.transport = httpx.MockTransport(answer)
    run = ask(story)
    carry(first)
    run.refresh_from_db()
    assert run.state in SyncRun.ACTIVE
    assert len(story.bms.writes) - before == writes_before_the_stop
    assert not Write.objects.filter(run=run, answer="").exists(), "a write was left in flight"

    story.transport = None
    carry(runner_of(story))
    run.refresh_from_db()
    assert (run.state, run.taken_over) == (SyncRun.State.SUCCEEDED, 1)
    assert [story.units(client.ref) for client in clients(5)] == [11] * 5
    assert len(story.bms.writes) - before == 5, "a line was written twice"


def test_who_types_sync_keeps_the_run(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    run = ask(story)
    rows = SyncRun.objects.filter(pk=run.pk)
    rows.update(carried_by=_make(story.around().lock_folder / "carriers").name)
    carry(runner_of(story))
    run.refresh_from_db()
    assert run.state == SyncRun.State.QUEUED
    rows.update(carried_by="")
    assert story.sync().run.pk == run.pk
    assert story.units("fabrikam") == 11


def test_a_defect_ends_its_run_and_no_other(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])

    def broken(_integration: Integration) -> Bms:
        raise RuntimeError("a defect")

    around = replace(story.around(), open_bms=broken)  # type: ignore[arg-type]
    run = ask(story)
    carry(runner_of(story, around))
    run.refresh_from_db()
    assert (run.state, run.problem["fix"][:10]) == (SyncRun.State.FAILED, "sync again")
    carry(runner_of(story))  # the failed one is not tried again by itself
    assert SyncRun.objects.filter(integration=story.integration, taken_over__gt=0).count() == 0
    ask(story)
    carry(runner_of(story))
    assert story.units("fabrikam") == 11


def due(story: Story) -> None:
    Schedule.objects.filter(integration=story.integration).update(
        next_run_at=story.time.now - timedelta(days=8)
    )


def test_a_defect_of_a_process_that_lost_its_run_does_not_end_it_for_another(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    run = ask(story)

    def broken(_integration: Integration) -> Bms:
        SyncRun.objects.filter(pk=run.pk).update(fencing_token=9, carried_by="another")
        raise RuntimeError("a defect")

    around = replace(story.around(), open_bms=broken)  # type: ignore[arg-type]
    carry(runner_of(story, around))
    run.refresh_from_db()
    assert (run.state, run.carried_by, run.ended_at) == (SyncRun.State.OBSERVING, "another", None)


def test_a_schedule_that_was_missed_runs_once(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    runner = runner_of(story)
    runner.tick()  # makes the preset schedule, and runs nothing yet
    assert SyncRun.objects.filter(actor="Schedule").count() == 0
    due(story)
    carry(runner)
    carry(runner)
    assert SyncRun.objects.filter(actor="Schedule").count() == 1
    assert story.units("fabrikam") == 11
    assert Schedule.objects.get(integration=story.integration).next_run_at > story.time.now


def test_an_engine_with_nothing_to_do_asks_whether_something_is_due_and_whether_something_is_free(
    settle: Settle,
) -> None:
    story = settle([Client("fabrikam")])
    runner = runner_of(story)
    runner.tick()
    with told_statements() as told:
        runner.tick()
    assert len(told) == 2, told


def test_a_schedule_waits_for_the_run_that_is_under_way(settle: Settle) -> None:
    story = settle([Client("fabrikam")])
    runner = runner_of(story)
    runner.tick()
    due(story)
    ask(story)
    carry(runner)
    assert SyncRun.objects.filter(actor="Schedule").count() == 0
    carry(runner)
    assert SyncRun.objects.filter(actor="Schedule").count() == 1


def test_an_integration_that_is_off_makes_up_for_nothing_when_it_is_on_again(settle: Settle) -> None:
    story = settle([Client("fabrikam")])
    runner = runner_of(story)
    runner.tick()
    disable(story.integration, actor=ALICE)
    due(story)
    carry(runner)
    Integration.objects.update(enabled=True)
    carry(runner)
    assert SyncRun.objects.filter(actor="Schedule").count() == 0


def test_two_tabs_at_the_same_instant_start_one_run(settle: Settle) -> None:
    story = settle([Client("fabrikam")])
    together, answers = Barrier(4), []

    def click() -> None:
        together.wait()
        answers.append(request_run(story.integration, Asked(actor=ALICE), story.time.now))
        connections.close_all()

    tabs = [Thread(target=click) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyActive"] * 3 + ["SyncRun"]
    assert SyncRun.objects.filter(requested=True).count() == 1


def test_a_sync_that_died_at_the_command_line_keeps_no_schedule_waiting(settle: Settle) -> None:
    """Nobody asks the engine for it, and nothing of the integration is due while it is under way."""
    story = settle([Client("fabrikam", users=MORE)])
    runner = runner_of(story)
    runner.tick()
    die_at(story, "after-reading")
    due(story)
    carry(runner)
    carry(runner)
    assert story.units("fabrikam") == 11
    assert not SyncRun.objects.filter(state__in=SyncRun.ACTIVE).exists()
    assert SyncRun.objects.filter(actor="Schedule").count() == 1
