"""A run that Kaseya's limit keeps waiting holds no thread and no lock, says until when, and goes on then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import connections

from seatbridge.engine.runner import Runner
from seatbridge.integrations import budgets
from seatbridge.integrations.budgets import SharedBudget
from seatbridge.integrations.models import CallWindow, PausedHost
from seatbridge.psa.kaseya_bms.call_window import Rate
from seatbridge.psa.kaseya_bms.calls import CONTRACTS, WRITE_LINE
from seatbridge.psa.kaseya_bms.host_pause import HostPause
from seatbridge.psa.kaseya_bms.pacing import ASKED_FOR_PAUSE, Pacing
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.models import Owed, SyncRun, Write
from seatbridge.sync.pausing import LONGEST_WAIT, MOST_PAUSES
from seatbridge.sync.requesting import request_run
from seatbridge.sync.shown.progress import progress_of
from seatbridge.sync.shown.show import show_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from tests.support.story import ALICE, HOST, Settle, Story
from tests.support.story_world import COMPANY_NAME, POST_LINE, clients

CAST = [replace(client, users={"standard": 11}) for client in clients(8, licenses=100)]
HOUR = timedelta(hours=1)


def spend(story: Story, endpoint: str, *, leave: int, budget: tuple[int, timedelta] = (1200, HOUR)) -> None:
    """Another process of the same BMS company made so many calls just now."""
    story.settings = replace(story.settings, call_budget=budget)
    others = SharedBudget(HOST, COMPANY_NAME.casefold(), Rate(*budget))
    left = others.calls_left(endpoint, story.time.now)
    others.exchange(endpoint, story.time.now, want=left - leave)


def ask(story: Story) -> SyncRun:
    run = request_run(story.integration, Asked(actor=ALICE), story.time.now)
    assert isinstance(run, SyncRun)
    return run


def carry(story: Story, run: SyncRun) -> SyncRun:
    def made(_sleep: Callable[[float], None]) -> Surroundings:
        return replace(story.around(), longest_wait=LONGEST_WAIT)

    runner = Runner(made, beat=0.01)
    runner.tick()
    runner.wait()
    return SyncRun.objects.get(pk=run.pk)


def test_a_run_out_of_budget_pauses_and_goes_on_by_itself(settle: Settle) -> None:
    story = settle(CAST)
    story.verdict(ahead="kept")
    spend(story, WRITE_LINE, leave=3)
    before, began = len(story.bms.writes), story.time.now
    run = carry(story, ask(story))
    assert (run.state, len(story.bms.writes) - before) == (SyncRun.State.PAUSED, 3)
    assert run.resume_at is not None
    assert run.resume_at - began >= timedelta(minutes=60)
    assert not Write.objects.filter(run=run, answer="").exists()
    assert (run.carried_by, run.lease_until) == ("", None)

    assert carry(story, run).state == SyncRun.State.PAUSED, "it was taken up too early"
    story.time.now = run.resume_at
    run = carry(story, run)
    assert (run.state, run.resume_at) == (SyncRun.State.SUCCEEDED, None)
    assert [story.units(client.ref) for client in CAST] == [11] * 8
    assert len(story.bms.writes) - before == 8
    assert story.bms.watch.violations == []


def test_it_says_until_when_in_the_partners_zone(settle: Settle) -> None:
    story = settle(CAST)
    spend(story, CONTRACTS, leave=0)
    run = carry(story, ask(story))
    # It is 9:00 in New York, and what was sent at 9:00 counts until a little after ten.
    assert progress_of(run).words == "Waiting for Kaseya's hourly limit until 10:02"
    assert show_run(run)["paused"]["words"] == "Waiting for Kaseya's hourly limit until 10:02"


def test_a_pause_that_kaseya_asks_for_holds_no_thread_either_and_everybody_obeys_it(settle: Settle) -> None:
    story = settle(CAST)
    story.bms.arm("GET /v2/finance/contracts/summary", "429", retry_after=600)
    began = story.time.now
    run = carry(story, ask(story))
    assert run.state == SyncRun.State.PAUSED
    assert run.resume_at == began + timedelta(seconds=600)
    assert PausedHost.objects.get().until == run.resume_at
    neighbor = SharedBudget(HOST, "contoso", Rate())
    assert neighbor.paused_until(began) == run.resume_at
    story.time.now = run.resume_at
    assert carry(story, run).state == SyncRun.State.SUCCEEDED


def test_a_429_is_obeyed_by_the_client_that_heard_it_whoever_looks_at_that_instant(
    settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists are read side by side: one thread hears the 429 while another looks whether there is a pause."""
    story = settle(CAST[:1])
    waits: list[str] = []
    pacing = Pacing(
        story.time.clock(),
        SharedBudget(HOST, COMPANY_NAME.casefold(), Rate()),
        lambda _until, why: waits.append(why),
    )
    told = Event()

    def hear() -> None:
        pacing.pause_host(timedelta(seconds=5))
        told.set()
        connections.close_all()

    hears, look = Thread(target=hear), budgets._read_pause

    def look_slowly(host: str) -> HostPause:
        seen = look(host)
        if not hears.ident:
            hears.start()
            told.wait(0.2)  # what the other one heard may not come in between
        return seen

    monkeypatch.setattr(budgets, "_read_pause", look_slowly)
    pacing.wait_turn(CONTRACTS)
    hears.join()
    pacing.wait_turn(CONTRACTS)
    assert waits == [ASKED_FOR_PAUSE]


def test_a_paused_run_can_be_cancelled_at_once(settle: Settle) -> None:
    story = settle(CAST)
    spend(story, CONTRACTS, leave=0)
    run = cancel_run(carry(story, ask(story)), story.time.now)
    assert (run.state, run.resume_at) == (SyncRun.State.CANCELLED, None)


def test_a_host_that_never_takes_a_call_again_ends_the_run_after_a_while(settle: Settle) -> None:
    story = settle(CAST)
    story.bms.arm("GET /v2/finance/contracts/summary", "429", times=100)
    run = ask(story)
    for _ in range(MOST_PAUSES + 1):
        run = carry(story, run)
        story.time.now = run.resume_at or story.time.now
    assert run.state == SyncRun.State.FAILED
    assert run.problem["status"] == "error:rate-limited"


def test_no_line_is_priced_to_0_unless_its_new_post_is_sure(settle: Settle) -> None:
    """Five POSTs are left, so five lines are replaced; the others keep their price until there are more."""
    story = settle(CAST, behaviour="appends", reading="appends", method="replace")
    spend(story, WRITE_LINE, leave=5)
    run = request_run(story.integration, Asked(actor=ALICE, approve=True), story.time.now)
    assert isinstance(run, SyncRun)
    run = carry(story, run)
    assert run.state == SyncRun.State.PAUSED
    assert not Owed.objects.exclude(phase=Owed.Phase.SETTLED).exists()
    assert sorted(story.units(client.ref) for client in CAST) == [10] * 3 + [11] * 5
    assert run.resume_at is not None
    story.time.now = run.resume_at
    assert carry(story, run).state == SyncRun.State.SUCCEEDED
    assert [story.units(client.ref) for client in CAST] == [11] * 8


def test_what_is_owed_goes_before_all_other_calls(settle: Settle) -> None:
    """Others have used up all that an ordinary call may use; the line at 0 gets its units back at once."""
    story = settle(CAST[:1], behaviour="appends", reading="appends", method="replace")
    story.bms.arm(POST_LINE, "503")
    run = request_run(story.integration, Asked(actor=ALICE, approve=True), story.time.now)
    assert isinstance(run, SyncRun)

    def dies(step: str) -> None:
        if step == "before-owed-step" and Owed.objects.filter(phase=Owed.Phase.ADDING).exists():
            raise KeyboardInterrupt

    runner_around = replace(story.around(), longest_wait=LONGEST_WAIT, at=dies)
    with pytest.raises(KeyboardInterrupt):
        story.sync(approve=True, around=runner_around)
    for endpoint in CallWindow.objects.values_list("endpoint", flat=True):
        spend(story, endpoint, leave=0)
    story.time.now += timedelta(minutes=2)
    assert carry(story, run).state in (SyncRun.State.SUCCEEDED, SyncRun.State.NEEDS_ATTENTION)
    assert not Owed.objects.exclude(phase=Owed.Phase.SETTLED).exists()


def test_processes_that_take_at_the_same_time_never_take_more_than_there_is(settle: Settle) -> None:
    story = settle(CAST[:1])
    together, taken = Barrier(4), []

    def take() -> None:
        budget = SharedBudget(HOST, "fabrikam", Rate(100, HOUR))
        together.wait()
        taken.extend(budget.exchange(CONTRACTS, story.time.now, want=2).count for _ in range(15))
        connections.close_all()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 95
