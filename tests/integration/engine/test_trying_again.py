"""What becomes of a run that BMS did not let end: by what kind of trouble it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from seatbridge.engine.runner import Runner
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import AlreadyActive, request_run
from seatbridge.sync.shown.progress import progress_of
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import CONTRACTS, POST_LINE, Client, clients

MORE = {"standard": 11}


def ask(story: Story) -> SyncRun:
    run = request_run(story.integration, Asked(actor=ALICE), story.time.now)
    assert isinstance(run, SyncRun)
    return run


def carry(story: Story, run: SyncRun) -> SyncRun:
    """One look of the engine, and the end of what it began."""

    def made(_sleep: Callable[[float], None]) -> Surroundings:
        return replace(story.around(), tries_again=True)

    runner = Runner(made)
    runner.tick()
    runner.wait()
    return SyncRun.objects.get(pk=run.pk)


def out_of_order(story: Story, times: int = 10_000) -> None:
    story.bms.arm(CONTRACTS, "500", times=times)


def test_a_run_that_cannot_reach_bms_tries_again_three_times_and_then_fails(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    out_of_order(story)
    run, waited = ask(story), []
    while (run := carry(story, run)).state == SyncRun.State.PAUSED:
        assert run.resume_at is not None
        waited.append(run.resume_at - story.time.now)
        assert carry(story, run).state == SyncRun.State.PAUSED, "it was taken up too early"
        story.time.now = run.resume_at
    assert (run.state, run.problem["status"]) == (SyncRun.State.FAILED, "error:psa-unreachable")
    for wait, minutes in zip(waited, (1, 5, 15), strict=True):
        assert timedelta(minutes=minutes * 0.8) <= wait <= timedelta(minutes=minutes * 1.2)


def test_it_ends_well_once_bms_is_there_again_and_writes_each_line_once(settle: Settle) -> None:
    story = settle([replace(client, users=MORE) for client in clients(3, licenses=100)])
    story.verdict(ahead="kept")
    out_of_order(story, times=4)
    before = len(story.bms.writes)
    run = carry(story, ask(story))
    assert run.state == SyncRun.State.PAUSED
    assert run.resume_at is not None
    story.time.now = run.resume_at
    assert carry(story, run).state == SyncRun.State.SUCCEEDED
    assert len(story.bms.writes) - before == 3


def test_the_next_try_is_shown_in_the_partners_zone(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    out_of_order(story)
    run = carry(story, ask(story))
    assert run.resume_at is not None
    words = progress_of(run).words
    # It is 9:00 in New York.
    assert words.endswith(f"; next try 09:{run.resume_at.minute:02}"), words


def test_whoever_asks_meanwhile_gets_the_next_try_now(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    out_of_order(story, times=4)
    run = carry(story, ask(story))
    assert run.state == SyncRun.State.PAUSED
    answer = request_run(story.integration, Asked(actor=ALICE), story.time.now)
    assert isinstance(answer, AlreadyActive)
    assert carry(story, run).state == SyncRun.State.SUCCEEDED
    assert story.units("fabrikam") == 11


def test_a_run_that_waits_for_its_next_try_can_be_cancelled(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    out_of_order(story)
    run = carry(story, ask(story))
    assert cancel_run(run, story.time.now).state == SyncRun.State.CANCELLED


def test_a_refused_password_is_not_tried_again_by_any_machine(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    users = story.bms.world.users
    users.update({name: replace(user, password="changed in BMS") for name, user in users.items()})
    run = carry(story, ask(story))
    assert (run.state, run.problem["status"]) == (SyncRun.State.FAILED, "error:credentials")
    refused = story.bms.state.sign_ins.refused
    again = carry(story, ask(story))
    assert (again.state, again.problem["status"]) == (SyncRun.State.FAILED, "error:credentials")
    assert story.bms.state.sign_ins.refused == refused == 1


def test_a_refused_line_is_that_lines_own_and_the_others_are_written(settle: Settle) -> None:
    story = settle([replace(client, users=MORE) for client in clients(3, licenses=100)])
    story.verdict(ahead="kept")
    story.bms.arm(POST_LINE, "success-false")
    run = carry(story, ask(story))
    assert run.state == SyncRun.State.NEEDS_ATTENTION
    assert sorted(story.units(client.ref) for client in clients(3)) == [10, 11, 11]
