"""What a person decided lasts until the next invoice run, whatever becomes of plans and runs."""

from datetime import date

import pytest

from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.deciding import take_back
from seatbridge.sync.leaving import LeftLines, leave_lines
from seatbridge.sync.models import Decision, SyncRun, WaitingLine
from seatbridge.sync.requesting import NotNow, request_approval
from seatbridge.sync.syncing import sync_requested
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import CONTRACTS, Client, clients

NORTHWIND = Client("northwind", {"standard": 60}, users={"standard": 22})
OTHERS = clients(20, 20)
NAME = ("northwind", "standard")


@pytest.fixture
def story(settle: Settle) -> Story:
    return settle([NORTHWIND, *OTHERS])


def approve(story: Story, run: SyncRun, *pairs: tuple[str, str]) -> SyncRun:
    asked = request_approval(
        run, digest=run.plan_digest, actor=ALICE, now=story.time.now, pairs=list(pairs) or None
    )
    assert isinstance(asked, SyncRun)
    return asked


def carry(story: Story, run: SyncRun) -> None:
    sync_requested(run.pk, story.around())
    story.integration.refresh_from_db()


def leave(story: Story, run: SyncRun, *pairs: tuple[str, str]) -> LeftLines | NotNow:
    return leave_lines(run, digest=run.plan_digest, actor=ALICE, now=story.time.now, pairs=set(pairs))


def held(story: Story) -> Ran:
    ran = story.sync()
    assert ran.status("northwind") == "held:anomaly"
    return ran


def test_a_line_that_waits_says_its_deadline_and_what_waiting_costs_either_way(story: Story) -> None:
    line = held(story).line("northwind")
    assert line["deadline"] == "2026-12-01"
    assert line["waiting"].startswith("If 22 is right, waiting invoices $190.00 a month too much; if 60 is")
    assert WaitingLine.objects.get().deadline == date(2026, 12, 1)


class TestApproved:
    def test_it_outlives_a_run_that_could_not_read_bms(self, story: Story) -> None:
        ran = held(story)
        story.bms.arm(CONTRACTS, "500", times=50)
        approved = approve(story, ran.run, NAME)
        carry(story, approved)
        approved.refresh_from_db()
        assert (approved.state, story.units("northwind")) == ("failed", 60)
        story.bms.state.faults.clear()
        later = story.sync()
        assert later.status("northwind") == "synced"
        assert story.units("northwind") == 22

    def test_a_count_that_moved_before_it_stood_is_refused_and_asked_again(self, story: Story) -> None:
        ran = held(story)
        story.count("northwind", standard=21)
        carry(story, approve(story, ran.run, NAME))
        assert story.units("northwind") == 60
        assert not Decision.objects.exists()
        refused = LedgerEntry.objects.get(event="decision.refused")
        assert "The count moved from 22 to 21" in refused.data
        held(story)

    def test_once_it_stood_it_covers_two_units_more_or_less(self, settle: Settle) -> None:
        """Posted on the 25th for December: the drop is dated ahead, so 60 stand until then."""
        early = Client("northwind", {"standard": 60}, {"standard": 22}, contract={"issue_on": "start"})
        story = settle([early, *OTHERS], ahead_seen="kept")
        carry(story, approve(story, held(story).run, NAME))
        assert Decision.objects.get().kept
        story.count("northwind", standard=20)
        covered = story.sync()
        assert covered.status("northwind") == "scheduled"
        assert [write.body[0]["Units"] for write in covered.writes] == [20]
        story.count("northwind", standard=19)
        assert held(story).line("northwind")["cause"].endswith("units, which does not cover this.")

    def test_it_ends_with_its_invoice_run(self, story: Story) -> None:
        ran = held(story)
        approve(story, ran.run, NAME)
        SyncRun.objects.filter(state="queued").update(state="cancelled")
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=22)
        later = story.sync()
        assert later.status("northwind") == "held:anomaly"
        assert story.units("northwind") == 60
        assert not Decision.objects.exists()

    def test_a_plan_of_before_the_invoice_run_is_expired(self, story: Story) -> None:
        ran = held(story)
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=22)
        carry(story, approve(story, ran.run, NAME))
        assert story.units("northwind") == 60
        refused = LedgerEntry.objects.filter(event="run.planned").count()
        assert refused
        assert not Decision.objects.filter(kept=True).exists()

    def test_a_line_that_is_named_at_the_command_line_is_decided_on_too(self, story: Story) -> None:
        story.sync(approve_lines=[NAME])
        row = Decision.objects.get()
        assert (row.choice, row.units, row.units_before, row.kept) == ("approve", 22, 60, True)

    def test_a_dry_run_decides_nothing(self, story: Story) -> None:
        ran = held(story)
        approve(story, ran.run, NAME)
        SyncRun.objects.filter(state="queued").update(state="cancelled")
        story.sync(dry_run=True)
        assert not Decision.objects.get().kept


class TestAWholePlan:
    def test_its_approval_goes_on_where_bms_could_not_be_read(self, settle: Settle) -> None:
        story = settle(clients(10, 100))
        story.count_all({f"client-{number:03}": {"standard": 120} for number in range(1, 7)})
        waiting = story.sync()
        assert waiting.state == "awaiting-approval"
        story.bms.arm(CONTRACTS, "500", times=50)
        carry(story, approve(story, waiting.run))
        story.bms.state.faults.clear()
        later = story.sync()
        assert len(later.writes) == 6
        assert later.state == "succeeded"

    def test_what_was_approved_does_not_hold_the_runs_after_it(self, settle: Settle) -> None:
        story = settle(clients(10, 100))
        story.rewrites_are_clean()
        story.count_all({f"client-{number:03}": {"standard": 120} for number in range(1, 7)})
        carry(story, approve(story, story.sync().run))
        assert story.units("client-001") == 120
        story.count("client-010", standard=101)
        later = story.sync()
        assert (later.state, len(later.writes)) == ("succeeded", 1)


class TestLeftAsItIs:
    def test_it_lasts_until_after_the_invoice_run(self, story: Story) -> None:
        ran = held(story)
        assert isinstance(leave(story, ran.run, NAME), LeftLines)
        story.count("northwind", standard=30)
        later = story.sync()
        assert (later.state, later.status("northwind")) == ("succeeded", "skipped:excluded")
        assert "until you post on 1 Dec 2026; the count asks for 30" in later.line("northwind")["cause"]
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=30)
        again = story.sync()
        assert again.status("northwind") == "held:anomaly"
        assert "Missed the run" not in again.line("northwind")["cause"], "it was decided"
        assert story.units("northwind") == 60

    def test_it_is_left_out_of_a_whole_plan_that_is_approved(self, settle: Settle) -> None:
        story = settle(clients(10, 100))
        story.count_all({f"client-{number:03}": {"standard": 120} for number in range(1, 7)})
        waiting = story.sync()
        leave(story, waiting.run, ("client-003", "standard"))
        carry(story, approve(story, waiting.run))
        assert [story.units(f"client-{number:03}") for number in (1, 3, 6)] == [120, 100, 120]

    def test_it_is_taken_back(self, story: Story) -> None:
        leave(story, held(story).run, NAME)
        row = Decision.objects.get()
        for _ in range(2):
            take_back(row, actor=ALICE, now=story.time.now)
        held(story)
        assert LedgerEntry.objects.filter(event="decision.taken-back").count() == 1

    def test_a_second_click_says_that_nothing_waits(self, story: Story) -> None:
        ran = held(story)
        leave(story, ran.run, NAME)
        again = leave(story, ran.run, NAME)
        assert isinstance(again, NotNow)
        assert LedgerEntry.objects.filter(event="decision.left").count() == 1

    def test_a_line_that_does_not_wait_cannot_be_left(self, story: Story) -> None:
        assert isinstance(leave(story, held(story).run, ("client-001", "standard")), NotNow)


def test_undecided_at_the_run_it_is_missed_and_waits_for_the_next_one(story: Story) -> None:
    held(story)
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=22)
    ran = held(story)
    cause = ran.line("northwind")["cause"]
    assert "Missed the run of 1 Dec 2026: nobody had decided, so 60 units stayed on the contract." in cause
    assert ran.line("northwind")["deadline"] == "2027-01-01"
    assert LedgerEntry.objects.filter(event="line.missed-run").count() == 1
    again = held(story)
    assert "Missed the run of 1 Dec 2026" in again.line("northwind")["cause"]
    assert LedgerEntry.objects.filter(event="line.missed-run").count() == 1
    carry(story, approve(story, again.run, NAME))
    assert story.units("northwind") == 22
    assert not WaitingLine.objects.exists()
