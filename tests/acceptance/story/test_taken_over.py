"""A run's process died, and what is asked next is something else: nobody's word is taken for another run."""

from dataclasses import replace

import httpx
import pytest

from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.deciding import decide
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import NotNow, asked_approval, request_run
from seatbridge.sync.starting import Asked, RunHeld
from tests.support.interrupted import die_at
from tests.support.story import ALICE, Ran, Settle, Story, confirm
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


def test_an_approval_that_has_its_turn_to_come_goes_before_the_sync_of_everything(settle: Settle) -> None:
    """Where no engine runs it would else hold every sync that is typed."""
    story = mapped_in_bulk(settle)
    held = story.sync()
    pairs = [("northwind", "standard")]
    asked = asked_approval(held.run, digest=held.run.plan_digest, actor=ALICE, pairs=pairs)
    assert isinstance(asked, Asked)
    queued = request_run(story.integration, asked, story.time.now)
    assert isinstance(queued, SyncRun)
    ran = story.sync()
    assert (ran.status("northwind"), ran.status("contoso")) == ("no-change", "held:first-write")
    assert story.units("northwind") == 47
    queued.refresh_from_db()
    assert (queued.state, ran.run.pk > queued.pk) == (SyncRun.State.SUCCEEDED, True)


def test_a_sync_that_died_and_was_cancelled_does_not_cancel_the_next_one(story: Story) -> None:
    story.count("northwind", standard=50)
    die_at(story, "after-reading", approve=True)
    died = cancel_run(SyncRun.objects.latest("pk"), story.time.now)
    ran = story.sync()
    assert (ran.status("northwind"), story.units("northwind")) == ("synced", 50)
    died.refresh_from_db()
    assert (died.state, ran.run.approved) == (SyncRun.State.CANCELLED, False)


@pytest.fixture
def both_grew(begin: Settle) -> Story:
    """By one user each, and nobody has approved the first run yet."""
    cast = [replace(client, users={"standard": client.units["standard"] + 1}) for client in CAST]
    story = begin(cast)
    confirm(story, CAST)
    return story


@pytest.mark.parametrize("companies", [[], ["contoso"]])
def test_a_company_approved_for_a_sync_that_died_is_no_word_on_the_others(
    both_grew: Story, companies: list[str]
) -> None:
    die_at(both_grew, "after-reading", wanted=Asked(actor=ALICE, approve=True, companies=["northwind"]))
    ran = both_grew.sync(companies=companies)
    assert (ran.status("contoso"), ran.writes) == ("awaiting-approval", [])
    assert ended_interrupted(ran)


def test_a_company_approved_after_a_sync_died_is_no_word_on_the_others(both_grew: Story) -> None:
    die_at(both_grew, "after-reading")
    both_grew.sync(approve=True, companies=["northwind"])
    assert (both_grew.units("northwind"), both_grew.units("contoso")) == (47, 20)


def test_companies_of_two_syncs_of_which_one_died_are_both_written(story: Story) -> None:
    story.count_all({"northwind": {"standard": 50}, "contoso": {"standard": 21}})
    die_at(story, "after-reading", wanted=Asked(actor=ALICE, companies=["northwind"]))
    story.sync(companies=["contoso"])
    assert (story.units("northwind"), story.units("contoso")) == (50, 21)


def mapped_in_bulk(settle: Settle) -> Story:
    story = settle(CAST)
    CompanyMapping.objects.update(first_write_approved_at=None)
    story.count_all({"northwind": {"standard": 47}, "contoso": {"standard": 21}})
    return story


def test_a_first_write_approved_for_a_run_that_died_lets_no_other_one_go(settle: Settle) -> None:
    story = mapped_in_bulk(settle)
    held = story.sync()
    assert held.statuses() == {"held:first-write"}
    pairs = [("northwind", "standard")]
    asked = asked_approval(held.run, digest=held.run.plan_digest, actor=ALICE, pairs=pairs)
    assert isinstance(asked, Asked)
    die_at(story, "after-reading", wanted=asked)
    story.sync()
    assert story.sync().status("contoso") == "held:first-write"
    assert story.units("contoso") == 20


def test_a_sync_after_the_approval_of_one_line_died_writes_the_other_lines(settle: Settle) -> None:
    story = settle(CAST)
    story.count("northwind", standard=10)
    held = story.sync()
    pairs = [("northwind", "standard")]
    decide(held.run, pairs, Decision.Choice.APPROVE, actor=ALICE)
    asked = asked_approval(held.run, digest=held.run.plan_digest, actor=ALICE, pairs=pairs)
    assert isinstance(asked, Asked)
    die_at(story, "after-reading", wanted=asked)
    story.count("contoso", standard=21)
    story.sync()
    assert (story.units("northwind"), story.units("contoso")) == (10, 21)


def test_a_company_approved_while_bms_was_down_is_no_word_on_the_others_later(settle: Settle) -> None:
    story = mapped_in_bulk(settle)
    preview = story.sync(dry_run=True, companies=["northwind"])
    asked = asked_approval(preview.run, digest=preview.run.plan_digest, actor=ALICE)
    assert isinstance(asked, Asked)
    story.transport = httpx.MockTransport(is_down)
    assert story.sync_asked(asked).state == "failed"
    story.transport = None
    story.sync()
    assert story.sync().status("contoso") == "held:first-write"
    assert story.units("contoso") == 20


def is_down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody answers", request=request)
