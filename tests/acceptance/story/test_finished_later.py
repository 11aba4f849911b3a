"""A line stands at 0 because a process died; days later it is finished. What moved since is not our doing."""

from datetime import date, time
from decimal import Decimal

import pytest

from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import OwedChoice, answer_owed
from tests.support.interrupted import die_at, meddled
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import Client

AGENTS = 15
CAST = [Client("northwind", {"standard": 20}, agents=8), Client("contoso", {"standard": 200})]
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def story(settle: Settle) -> Story:
    """Northwind's test write priced its line to 0 on 23 November, and its process died."""
    story = settle(CAST, reading="unknown")
    story.count("northwind", standard=21)
    die_at(story, "after-owed-step")
    assert story.bill("northwind")["total_now"] == "26.00"  # its agents alone
    return story


def finish_in_december(story: Story) -> None:
    """November was posted with the line at 0: Alice has seen the invoice, and says how it goes on."""
    story.day(DECEMBER, time(19))
    assert story.sync().status("northwind") == "outcome-unknown"
    owed = Owed.objects.get(integration=story.integration)
    answer_owed(owed, OwedChoice.FINISH, from_date=DECEMBER, actor=ALICE, now=story.time.now)


def test_other_lines_that_moved_while_ours_stood_at_0_are_no_fault_of_its_write(story: Story) -> None:
    story.bms.edit_line(AGENTS, units=11)
    ran = story.sync()
    assert ran.status("northwind") == "synced"
    assert [write.body[0]["Units"] for write in ran.writes] == [21]
    assert story.sync().status("northwind") == "no-change"


def test_they_are_none_either_when_a_person_lets_it_be_finished_from_the_next_period(story: Story) -> None:
    story.bms.edit_line(AGENTS, units=11)
    finish_in_december(story)
    ran = story.sync()
    assert ran.status("northwind") == "synced"
    assert len(ran.writes) == 1
    assert story.bill("northwind")["total_now"] == f"{21 * 5 + 11 * Decimal('3.25')}"


def test_what_moves_beside_the_finishing_write_itself_is_still_found(story: Story) -> None:
    meddled(story, lambda bms, _contract: bms.edit_line(AGENTS, units=11))
    ran = story.sync()
    assert ran.status("northwind") == "error:verification"
    assert "moved by 114.75, expected 105.00" in ran.line("northwind")["cause"]


def test_an_approval_by_name_is_no_word_on_a_check_that_fails_after_it_was_given(story: Story) -> None:
    """Whoever approves a stopped line has looked at its contract. Here nobody can have."""
    finish_in_december(story)
    meddled(story, lambda bms, _contract: bms.edit_line(AGENTS, units=11))
    ran = story.sync(approve_lines=[("northwind", "standard")])
    assert ran.status("northwind") == "error:verification"
    assert len(ran.writes) == 1
    assert story.sync().writes == []
