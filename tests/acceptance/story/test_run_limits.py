"""Limits of a whole run: beyond one of them every change waits, below it every change is written."""

from datetime import date

import pytest

from tests.support.story import Ran, Settle, Story
from tests.support.story_world import clients


def ref(number: int) -> str:
    return f"client-{number:03}"


def move(story: Story, *steps: int) -> Ran:
    """The counts of the first clients move by these steps from 100."""
    story.count_all({ref(place): {"standard": 100 + step} for place, step in enumerate(steps, start=1)})
    return story.sync()


def assert_it_waits(ran: Ran, story: Story, why: str) -> None:
    """Nothing is written, the reason is said, and a person's approval of this very run releases it."""
    assert ran.state == "awaiting-approval"
    assert ran.writes == []
    assert why in " ".join(ran.shown["waits"])
    assert "awaiting-approval" in ran.statuses()
    # Approving anything else than this run does not: another plan would wait for the same reason.
    assert story.sync(approve=True).state == "awaiting-approval"
    released = story.sync(approves_run=ran.run)
    assert released.writes != []
    assert "awaiting-approval" not in released.statuses()


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((-17, -17, -16), "move by \N{MINUS SIGN}5 % net (\N{MINUS SIGN}50 units)"),
        ((20, 20, 20, 20, 20), "move by 10 % net (+100 units)"),
        ((20, 20, 20, 16, -20, -20, -20, -15), "15 % of all units (151)"),
    ],
)
def test_a_run_that_moves_too_much_waits_as_a_whole(settle: Settle, steps: tuple[int, ...], why: str) -> None:
    story = settle(clients(10, 100))
    assert_it_waits(move(story, *steps), story, why)


@pytest.mark.parametrize(
    "steps", [(-17, -16, -16), (20, 20, 20, 20, 19), (20, 20, 20, 15, -20, -20, -20, -15)]
)
def test_a_run_just_below_these_limits_is_written(settle: Settle, steps: tuple[int, ...]) -> None:
    story = settle(clients(10, 100))
    ran = move(story, *steps)
    assert len(ran.writes) == len(steps)
    assert ran.state == "succeeded"


def test_fewer_than_ten_units_are_never_too_much(settle: Settle) -> None:
    story = settle(clients(2, 5))
    story.count_all({ref(1): {"standard": 9}, ref(2): {"standard": 10}})
    assert len(story.sync().writes) == 2


def test_small_steps_day_after_day_add_up_against_the_first_units(settle: Settle) -> None:
    story = settle(clients(10, 100))
    story.rewrites_are_clean()
    for step in (4, 8):
        assert move(story, *[step] * 10).state == "succeeded"
    assert move(story, *[10] * 10).state == "awaiting-approval"


@pytest.mark.parametrize(("zeros", "waits"), [(5, False), (6, True)])
def test_many_companies_at_zero_stop_the_run(settle: Settle, zeros: int, *, waits: bool) -> None:
    story = settle(clients(40, 5))
    story.count_all({ref(number): {"standard": 0} for number in range(1, zeros + 1)})
    story.count(ref(40), standard=6)
    ran = story.sync()
    assert ran.status(ref(1)) == "held:zero"
    if waits:
        assert_it_waits(ran, story, "6 of 40 companies fall to zero users or are missing")
    else:
        assert ran.status(ref(40)) == "synced"


@pytest.mark.parametrize(("held", "waits"), [(8, False), (9, True)])
def test_many_held_lines_stop_the_run(settle: Settle, held: int, *, waits: bool) -> None:
    story = settle(clients(40, 6))
    story.count_all({ref(number): {"standard": 3} for number in range(1, held + 1)})
    story.count(ref(40), standard=7)
    ran = story.sync()
    assert ran.status(ref(1)) == "held:anomaly"
    if waits:
        assert_it_waits(ran, story, "9 of 40 lines are held by their own limits")
    else:
        assert ran.status(ref(40)) == "synced"


@pytest.mark.parametrize(("missing", "waits"), [(1, False), (2, True)])
def test_a_shrunken_feed_stops_the_run(settle: Settle, missing: int, *, waits: bool) -> None:
    story = settle(clients(40, 10))
    story.day(date(2026, 11, 26))
    story.bring_counts(
        {ref(number): {"standard": 11 if number == 40 else 10} for number in range(missing + 1, 41)}
    )
    ran = story.sync()
    assert ran.status(ref(1)) == "stale-source"
    if waits:
        assert_it_waits(ran, story, "names 38 companies, the one before 40; 20 units are missing")
    else:
        assert ran.status(ref(40)) == "synced"


def test_steps_add_up_against_the_newest_invoice_not_over_the_months(settle: Settle) -> None:
    """What was first seen is as old as the integration: each year would end in a limit."""
    story = settle(clients(10, 100))
    story.rewrites_are_clean()
    assert move(story, *[6] * 10).state == "succeeded"
    assert move(story, *[11] * 10).state == "awaiting-approval"
    story.day(date(2026, 12, 2))
    assert move(story, *[6] * 10).state == "succeeded"
    assert move(story, *[11] * 10).state == "succeeded"
    assert move(story, *[17] * 10).state == "awaiting-approval"


def test_a_run_in_which_nothing_would_be_written_has_nothing_to_wait_for(settle: Settle) -> None:
    story = settle(clients(40, 5))
    story.count_all({ref(number): {"standard": 0} for number in range(1, 11)})
    ran = story.sync()
    assert ran.state == "needs-attention"
    assert ran.shown["waits"] == []
