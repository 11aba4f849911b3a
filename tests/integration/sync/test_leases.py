"""Who carries a run, until when, and what a process may still do that it was taken from."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from seatbridge.sync.carriers import _make, this_process
from seatbridge.sync.finishing import fail_run
from seatbridge.sync.leases import Heart, TakenOver
from seatbridge.sync.models import SyncRun, Write
from seatbridge.sync.starting import Asked, RunHeld, new_run, take_up
from tests.in_process import transport_to
from tests.support import story as stories
from tests.support.story import Settle, Story
from tests.support.story_world import POST_LINE, Client, clients
from tests.with_django import SETTINGS

MORE = {"standard": 11}
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def settle(db: None, tmp_path: Path) -> Settle:
    return partial(stories.settled, settings=SETTINGS, folder=tmp_path)


def carried_elsewhere(story: Story, lease: timedelta | None) -> SyncRun:
    """By a process that lives, and holds the run for so long."""
    other = _make(story.around().lock_folder / "carriers")
    run = SyncRun.objects.create(
        integration=story.integration, state="applying", carried_by=other.name, created_at=story.time.now
    )
    SyncRun.objects.filter(pk=run.pk).update(lease_until=None if lease is None else Now() + lease)
    return run


@pytest.mark.parametrize("lease", [None, AN_HOUR])
def test_a_run_is_not_taken_from_a_living_process_that_holds_it(
    settle: Settle, lease: timedelta | None
) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    carried_elsewhere(story, lease)
    with pytest.raises(RunHeld):
        story.sync()
    assert story.units("fabrikam") == 10


def test_a_process_that_lives_but_renews_nothing_loses_its_run(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    run = carried_elsewhere(story, -timedelta(seconds=1))
    assert story.sync().run.pk == run.pk
    run.refresh_from_db()
    assert (run.fencing_token, run.taken_over, run.carried_by, run.lease_until) == (2, 1, "", None)
    assert story.units("fabrikam") == 11


def test_a_process_that_was_killed_loses_its_run_at_once(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    folder = story.around().lock_folder
    script = (
        "import sys, time; from pathlib import Path; from seatbridge.sync.carriers import _make; "
        "print(_make(Path(sys.argv[1])).name, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder / "carriers")],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "seatbridge.config.django_settings"},
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        run = carried_elsewhere(story, AN_HOUR)
        SyncRun.objects.filter(pk=run.pk).update(carried_by=name)
        with pytest.raises(RunHeld):
            story.sync()
        process.send_signal(signal.SIGKILL)
    assert story.sync().run.pk == run.pk


def test_what_is_not_known_to_be_gone_is_waited_for(settle: Settle) -> None:
    """It may run on another machine, whose signs of life lie there."""
    story = settle([Client("fabrikam", users=MORE)])
    run = carried_elsewhere(story, AN_HOUR)
    SyncRun.objects.filter(pk=run.pk).update(carried_by="another-machine-1-00000000")
    with pytest.raises(RunHeld):
        story.sync()


def taken_over_when(story: Story, happens: Callable[[httpx.Request], bool]) -> None:
    """Another process takes the run over while BMS is busy with such a call."""
    simulated = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        answered = simulated.handle_request(request)
        if happens(request):
            SyncRun.objects.filter(state__in=SyncRun.ACTIVE).update(fencing_token=7, carried_by="another")
        return answered

    story.transport = httpx.MockTransport(answer)


def is_write(request: httpx.Request) -> bool:
    return request.url.path.endswith("/services")


def test_an_answer_is_not_kept_by_a_process_that_lost_the_run_meanwhile(settle: Settle) -> None:
    story = settle([replace(client, users=MORE) for client in clients(3, licenses=100)])
    story.verdict(ahead="kept")
    taken_over_when(story, is_write)
    before = len(story.bms.writes)
    with pytest.raises(TakenOver):
        story.sync()
    run = SyncRun.objects.latest("pk")
    assert (run.state, run.ended_at, run.carried_by) == ("applying", None, "another")
    assert [write.answer for write in Write.objects.filter(run=run)] == [""]
    assert len(story.bms.writes) - before == 1, "it wrote on"


def test_a_reading_is_not_judged_by_a_process_that_lost_the_run_meanwhile(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    story.verdict(ahead="kept")
    written = []

    def read_after_the_write(request: httpx.Request) -> bool:
        written.extend([request] * is_write(request))
        return bool(written) and request.url.path.endswith("/search")

    taken_over_when(story, read_after_the_write)
    with pytest.raises(TakenOver):
        story.sync()
    assert [write.state for write in Write.objects.all()] == [Write.State.INTENDED]


def test_the_end_of_a_run_that_was_taken_over_is_not_told_by_the_process_that_lost_it(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    lost = carried_elsewhere(story, AN_HOUR)
    SyncRun.objects.filter(pk=lost.pk).update(fencing_token=lost.fencing_token + 1)
    with pytest.raises(TakenOver):
        fail_run(lost, {"status": "", "cause": "BMS could not be opened", "fix": ""}, story.time.now)
    still = SyncRun.objects.get(pk=lost.pk)
    assert (still.state, still.ended_at, still.problem) == ("applying", None, {})


def test_thousands_are_taken_up_at_two_queries_each(settle: Settle) -> None:
    """What a worker does with each run before it does anything for it."""
    story = settle([Client("fabrikam", users=MORE)])
    carrier = this_process(story.around().lock_folder)
    queued = new_run(story.integration, Asked("Schedule"), story.time.now, requested=True)
    with CaptureQueriesContext(connection) as queries:
        run = take_up(queued.pk, carrier, None)
        assert run is not None
        assert run.integration.partner.timezone
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 2
    assert SyncRun.objects.get(pk=queued.pk).carried_by == carrier.name


def test_nothing_leaves_once_the_lease_is_over(settle: Settle) -> None:
    """Frozen between the intent and the call, and woken later: the call must not be sent any more."""
    story = settle([Client("fabrikam", users=MORE)])
    heart = Heart(this_process(story.around().lock_folder))
    before = len(story.bms.writes)

    def freeze(step: str) -> None:
        if step == "before-call":
            heart._holds[0].until = 0

    with pytest.raises(TakenOver):
        story.sync(around=replace(story.around(), at=freeze, heart=heart))
    assert len(story.bms.writes) == before
    assert story.calls[POST_LINE] == 0 or Write.objects.get().answer == ""
    run = SyncRun.objects.latest("pk")
    assert (run.carried_by, run.lease_until) == ("", None), "it is given back, not kept"
    story.time.now += timedelta(minutes=2)
    assert story.sync().run.pk == run.pk
    assert len(story.bms.writes) == before + 1


def test_a_heart_renews_what_it_holds_and_notices_what_it_lost(settle: Settle) -> None:
    story = settle([Client("fabrikam", users=MORE)])
    heart = Heart(this_process(story.around().lock_folder))
    seen: list[bool] = []

    def watch(step: str) -> None:
        if step == "before-plan":
            (hold,) = heart._holds
            first = hold.until
            heart.renew()
            seen.append(hold.until > first and not hold.lost)
            SyncRun.objects.filter(pk=hold.run_id).update(carried_by="another", fencing_token=7)
            heart.renew()
            seen.append(hold.lost)

    with pytest.raises(TakenOver):
        story.sync(around=replace(story.around(), at=watch, heart=heart))
    assert seen == [True, True]
    assert heart._holds == []
