"""Somebody edits a line while our write dated ahead is on its way: that is not BMS moving today's line."""

from datetime import date

import pytest

from bms_simulator.simulator import Simulator
from tests.support.interrupted import meddled
from tests.support.story import Settle, Story
from tests.support.story_world import Client

QUARTERLY = {"billing_cycle": "Quarterly"}
NORTHWIND = Client("northwind", {"standard": 20}, contract=QUARTERLY, agents=8)
CONTOSO = Client("contoso", {"standard": 200})
LINE = 11


@pytest.fixture
def story(settle: Settle) -> Story:
    story = settle([NORTHWIND, CONTOSO])
    story.count("northwind", standard=22)
    return story


@pytest.mark.parametrize("edit", [{"units": 25}, {"unit_price": "5.35"}])
def test_it_stops_the_contract_and_nothing_is_put_back_over_it(story: Story, edit: dict[str, object]) -> None:
    def by_hand(bms: Simulator, _contract: int) -> None:
        bms.edit_line(LINE, **edit)

    meddled(story, by_hand)
    ran = story.sync()
    assert ran.status("northwind") == "error:verification"
    assert len(ran.writes) == 1, "the write dated ahead, and no other"
    assert "23 Nov 2026" in ran.line("northwind")["cause"]
    assert story.sync().writes == []


def test_nothing_is_learned_from_it_of_how_bms_writes_ahead(story: Story) -> None:
    meddled(story, lambda bms, _contract: bms.edit_line(LINE, units=25))
    story.sync()
    assert story.company.ahead == "unknown"


def test_a_bms_that_does_move_it_is_known_by_the_date_that_was_sent(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO], ahead="re-dates")
    story.count("northwind", standard=22)
    ran = story.sync()
    assert ran.status("northwind") == "blocked:write-method"
    assert story.company.ahead == "re-dates"
    assert story.bms.world.lines[LINE].history[-1].since <= date(2026, 11, 23)
