"""A company moves from one product to the other: both lines are written or neither, whatever happens."""

from dataclasses import replace
from typing import Any

import pytest

from seatbridge.integrations.switching import disable, enable
from seatbridge.sync.models import Instruction
from tests.support.story import Settle, Story
from tests.support.story_world import POST_LINE, Client

GRANITE = Client("granite", {"standard": 38, "advanced": 0}, licenses=40)
CONTOSO = Client("contoso", {"standard": 200})
NAMED = [("granite", "advanced")]


class Died(BaseException):
    """Nothing in the product catches it, as nothing catches a SIGKILL."""


def story_of(settle: Settle, **begin: Any) -> Story:
    story = settle([GRANITE, CONTOSO], products=("standard", "advanced"), **begin)
    story.count("granite", standard=0, advanced=38)
    return story


def stands(story: Story) -> tuple[int, int]:
    return story.units("granite", "standard"), story.units("granite", "advanced")


def assert_moved(story: Story) -> None:
    assert stands(story) == (0, 38)
    assert story.bill("granite")["total_now"] == "285.00"
    assert story.sync().writes == []
    assert Instruction.objects.get().state == "done"


@pytest.fixture
def story(settle: Settle) -> Story:
    return story_of(settle)


def test_nothing_moves_before_a_person_says_so(story: Story) -> None:
    ran = story.sync(approve=True)
    assert ran.status("granite") == ran.status("granite", "advanced") == "held:plan-change"
    assert "standard 38 → 0, +$95.00 a month" in ran.line("granite")["cause"]
    assert stands(story) == (38, 0)


def test_one_name_writes_both_lines_what_goes_first(story: Story) -> None:
    ran = story.sync(approve_lines=NAMED)
    assert [write.body[0]["Units"] for write in ran.writes] == [0, 38]
    assert ran.status("granite") == ran.status("granite", "advanced") == "synced"
    assert_moved(story)


CALLED = ("before-intent", "after-intent", "before-call", "after-call", "before-answer", "after-answer")
ADJUSTED = [(step, time) for step in (*CALLED, "before-outcome", "after-outcome") for time in (1, 2)]
# One zeroing and one posting for each of the two lines.
REPLACED = [(step, time) for step in CALLED for time in (1, 2, 3, 4)]


def die_at(story: Story, step: str, time: int, *, approve: bool = False) -> None:
    """Whoever takes the run over afterwards was asked for nothing."""
    left = time

    def at(passed: str) -> None:
        nonlocal left
        left -= passed == step
        if not left:
            raise Died(step)

    with pytest.raises(Died):
        story.sync(approve=approve, approve_lines=NAMED, around=replace(story.around(), at=at))


@pytest.mark.parametrize(("step", "time"), ADJUSTED)
def test_a_process_that_dies_at_any_step_leaves_both_to_the_next_sync(
    story: Story, step: str, time: int
) -> None:
    die_at(story, step, time)
    story.sync()
    assert_moved(story)


@pytest.mark.parametrize(("step", "time"), REPLACED)
def test_so_it_is_where_each_line_is_replaced(settle: Settle, step: str, time: int) -> None:
    story = story_of(settle, method="replace", behaviour="appends", reading="appends")
    die_at(story, step, time, approve=True)
    story.sync()
    assert_moved(story)


def test_where_the_first_line_is_refused_the_second_is_not_begun(story: Story) -> None:
    story.bms.arm(POST_LINE, "success-false")
    ran = story.sync(approve_lines=NAMED)
    assert stands(story) == (38, 0)
    assert ran.status("granite", "advanced") == "held:plan-change"
    # What was approved is tried again, as a whole.
    story.sync()
    assert_moved(story)


def test_switched_off_between_the_two_the_second_waits_for_the_switch(story: Story) -> None:
    def at(passed: str) -> None:
        if passed == "after-outcome":
            disable(story.integration, actor="alice")

    story.sync(approve_lines=NAMED, around=replace(story.around(), at=at))
    assert stands(story) == (0, 0)
    enable(story.integration, actor="alice")
    story.sync()
    assert_moved(story)


def test_users_who_come_back_to_the_old_product_end_the_decision(story: Story) -> None:
    die_at(story, "after-outcome", 1)
    story.count("granite", standard=20, advanced=18)
    story.sync()
    assert Instruction.objects.get().state == "withdrawn"
