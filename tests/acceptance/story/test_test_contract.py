"""The test write takes a line to 0 for a moment: never while its contract may be posted."""

from datetime import date, time

import pytest

from seatbridge.integrations.calendars import note_posted
from seatbridge.integrations.methods import set_test_contract
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import Client

# Northgate's own contract is posted on the 1st, its client's on the 25th for the period ahead.
NORTHWIND = Client("northwind", {"standard": 20}, contract={"issue_on": "start"})
OWN = Client(
    "own", {"standard": 1}, contract={"issue_on": "end"}, line={"unit_price": "0.01"}, is_mapped=False
)
POSTING_DAY = date(2026, 12, 1)


@pytest.fixture
def story(settle: Settle) -> Story:
    story = settle([NORTHWIND, OWN], reading="unknown")
    set_test_contract(story.integration, story.places.contract("own"), actor=ALICE)
    return story


def test_nothing_is_tried_on_its_posting_day_before_the_posting_is_done(story: Story) -> None:
    story.day(POSTING_DAY)
    story.count("northwind", standard=21)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("planned", [])
    assert "posting" in ran.line("northwind")["cause"]
    note_posted(story.integration, POSTING_DAY, today=POSTING_DAY, actor=ALICE)
    assert story.sync().status("northwind") in {"scheduled", "synced"}
    assert story.company.reading == "adjusts"


def test_nothing_is_tried_in_the_last_two_hours_before_posting(story: Story) -> None:
    story.day(date(2026, 11, 30), time(22, 30))
    story.count("northwind", standard=21)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("planned", [])
    story.day(POSTING_DAY, time(18))
    assert story.sync().status("northwind") in {"scheduled", "synced"}


@pytest.mark.parametrize("change", [{"status": "Inactive"}, {"end": "2026-11-20"}])
def test_a_test_contract_that_is_over_is_left_alone(story: Story, change: dict[str, str]) -> None:
    story.bms.edit_contract(story.places.contract("own"), **change)
    story.count("northwind", standard=21)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("blocked:write-method", [])
    assert "no line is fit" in ran.line("northwind")["cause"]


def test_a_clients_line_is_not_tried_in_the_last_two_hours_before_posting_either(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 20})], reading="unknown")
    story.day(date(2026, 11, 30), time(22, 30))
    story.count("northwind", standard=21)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("planned", [])
    assert "two hours" in ran.line("northwind")["cause"]
    story.day(POSTING_DAY, time(18))
    assert story.sync().status("northwind") == "synced"
