"""What an invoice tells of the units that stand on contract, where nothing better is known."""

from datetime import date

import pytest

from tests.support.story import Settle, Story
from tests.support.story_world import Client

# Its first period is a part of one: its invoice shows a share of the price, and no plain units.
NORTHWIND = Client("northwind", {"standard": 5}, contract={"start": "2026-10-10"}, agents=20)
CONTOSO = Client("contoso", {"standard": 500})


@pytest.fixture
def story(begin: Settle) -> Story:
    """A second line of the service stands on Northwind's contract: two units, free of charge."""
    story = begin([NORTHWIND, CONTOSO], today=date(2026, 10, 20))
    story.bms.add_line(contract_id=7001, service_id=501, units=2, unit_price="0", effective_date="2026-10-10")
    return story


def test_a_line_that_costs_nothing_tells_nothing_of_the_one_that_does(story: Story) -> None:
    story.day(date(2026, 11, 2))
    story.count("northwind", standard=2)
    ran = story.sync()
    assert ran.status("northwind") == "current-units-unknown"
    assert ran.line("northwind")["units_before"] is None


def test_beside_it_a_whole_period_of_the_one_that_does_is_believed(story: Story) -> None:
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=5)
    ran = story.sync()
    assert (ran.status("northwind"), ran.line("northwind")["evidence"]) == (
        "no-change",
        "invoiced 5 on 1 Nov 2026",
    )
