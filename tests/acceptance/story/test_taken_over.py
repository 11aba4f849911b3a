"""A run's process died, and what is asked next is something else: nobody's word is taken for another run."""

from dataclasses import replace

import pytest

from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import NotNow, asked_approval
from seatbridge.sync.starting import Asked, RunHeld
from tests.support.interrupted import die_at
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import Client

CAST = [Client("northwind", {"standard": 46}), Client("contoso", {"standard": 20})]
MANY = [Client(f"client-{number:02}", {"standard": 100}) for number in range(1, 31)]


@pytest.fixture
def story(settle: Settle) -> Story:
    """A line may be written twice in a period; northwind grew by 3, and that was written."""
    story = settle(CAST)
    story.rewrites_are_clean()
    story.count("northwind", standard=49)
    assert story.sync().status("northwind") == "synced"
    return story


def put_back(story: Story, *, dry_run: bool) -> Asked:
    written = SyncRun.objects.filter(integration=story.integration).latest("pk")
    asked = asked_to_put_back(written, [("northwind", "standard")], actor=ALICE, dry_run=dry_run)
    assert isinstance(asked, Asked)
    return asked


def ended_interrupted(ran: Ran) -> bool:
    died = SyncRun.objects.filter(pk__lt=ran.run.pk).latest("pk")
    return (died.state, died.problem["cause"]) == (SyncRun.State.FAILED, "the run was interrupted")


def test_the_preview_of_a_put_back_that_died_is_not_written_by_the_next_sync(story: Story) -> None:
    die_at(story, "after-reading", wanted=put_back(story, dry_run=True))
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("no-change", [])
    assert story.units("northwind") == 49
    assert ended_interrupted(ran)


def test_lines_that_a_preview_was_asked_to_release_are_held_again_by_the_next_sync(story: Story) -> None:
    story.count("contoso", standard=2)
    asked = Asked(actor=ALICE, dry_run=True, approve_lines=[("contoso", "standard")])
    die_at(story, "after-reading", wanted=asked)
    ran = story.sync()
    assert (ran.status("contoso"), ran.writes) == ("held:anomaly", [])


def test_a_put_back_is_done_also_where_an_earlier_sync_died(story: Story) -> None:
    asked = put_back(story, dry_run=False)
    story.count("contoso", standard=2)
    die_at(story, "after-reading")
    ran = story.sync_asked(asked)
    assert ran.statuses() == {"synced"}
    assert (story.units("northwind"), story.units("contoso")) == (46, 20)
    assert ended_interrupted(ran)


def test_a_sync_goes_on_with_a_put_back_that_died(story: Story) -> None:
    asked = put_back(story, dry_run=False)
    die_at(story, "after-answer", wanted=asked)
    assert story.sync().run.puts_back_id == asked.puts_back.pk  # type: ignore[union-attr]
    assert story.units("northwind") == 46
    assert len(story.bms.writes) == 2, "46 to 49, and back"


def test_some_lines_of_a_plan_are_approved_without_the_rest_that_a_dead_sync_had(settle: Settle) -> None:
    story = settle(MANY)
    story.count_all({client.ref: {"standard": 130} for client in MANY})
    waiting = story.sync()
    assert waiting.state == "awaiting-approval"
    digest = waiting.run.plan_digest
    asked = asked_approval(waiting.run, digest=digest, actor=ALICE, pairs=[("client-01", "standard")])
    assert not isinstance(asked, NotNow)
    die_at(story, "after-reading")
    story.sync_asked(asked)
    assert {client.ref: story.units(client.ref) for client in MANY} == {
        client.ref: 130 if client.ref == "client-01" else 100 for client in MANY
    }


@pytest.mark.parametrize("state", [SyncRun.State.QUEUED, SyncRun.State.PAUSED])
def test_a_run_that_has_its_turn_to_come_is_not_ended_for_another_one(story: Story, state: str) -> None:
    asked = put_back(story, dry_run=False)
    die_at(story, "after-reading", approve=True)
    died = SyncRun.objects.latest("pk")
    SyncRun.objects.filter(pk=died.pk).update(state=state)
    for wanted in (asked, replace(asked, dry_run=True, approve=False)):
        with pytest.raises(RunHeld, match=f"run {died.pk} .* has its turn to come"):
            story.sync_asked(wanted)
    assert story.sync().run.pk == died.pk
