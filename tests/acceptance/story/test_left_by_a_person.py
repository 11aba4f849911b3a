"""A person leaves a line that we could not finish: what stands there from then on, nobody has read."""

from datetime import date

import pytest

from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import OwedChoice, answer_owed
from tests.support.interrupted import die_at
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import POST_LINE, Client

NORTHWIND = Client("northwind", {"standard": 9}, agents=20)
CONTOSO = Client("contoso", {"standard": 500})
NOV_24 = date(2026, 11, 24)


@pytest.fixture
def story(begin: Settle) -> Story:
    """9 units were invoiced for October."""
    story = begin([NORTHWIND, CONTOSO], reading="unknown", today=date(2026, 10, 20))
    story.day(NOV_24)
    story.count_all({"northwind": {"standard": 10}, "contoso": {"standard": 500}})
    return story


def left(story: Story) -> None:
    """The count is back at what was invoiced; BMS bills the 10 that we sent."""
    owed = Owed.objects.get()
    answer_owed(owed, OwedChoice.LEAVE, from_date=NOV_24, actor=ALICE, now=story.time.now)
    story.count("northwind", standard=9)
    assert story.units("northwind") == 10


def test_units_that_a_lost_write_may_have_put_there_are_not_those_of_an_older_invoice(story: Story) -> None:
    story.bms.arm(POST_LINE, "cut-after")
    die_at(story, "before-answer", time=2, approve=True)
    story.bms.edit_line(11, unit_price="5.10")
    asks = story.sync()
    assert "the line's price is 5.10, written was 5.00" in asks.line("northwind")["cause"]
    left(story)
    ran = story.sync()
    assert ran.line("northwind")["evidence_code"] == "unknown"
    assert "our write from 1 Nov 2026" in ran.line("northwind")["evidence"]


def test_nor_where_it_was_to_be_finished_before_it_was_left(story: Story) -> None:
    story.bms.arm(POST_LINE, "cut-after")
    die_at(story, "before-answer", time=2, approve=True)
    story.bms.edit_line(11, unit_price="5.10")
    story.sync()
    owed = Owed.objects.get()
    answer_owed(owed, OwedChoice.FINISH, from_date=date(2026, 11, 1), actor=ALICE, now=story.time.now)
    asks = story.sync()
    assert (asks.status("northwind"), asks.writes) == ("outcome-unknown", [])
    left(story)
    assert story.sync().line("northwind")["evidence_code"] == "unknown"


def test_nor_where_bms_put_them_on_a_free_line_beside_it(story: Story) -> None:
    free = {"units": 2, "unit_price": "0", "effective_date": "2026-01-01"}
    story.bms.add_line(contract_id=7001, service_id=501, **free)
    story.bms.arm(POST_LINE, "cut-after")
    die_at(story, "after-canary", approve=True)
    asks = story.sync()
    assert "was priced at 5.00 meanwhile" in asks.line("northwind")["cause"]
    left(story)
    assert story.sync().line("northwind")["evidence_code"] == "unknown"


def test_nor_where_bms_said_that_it_refused_them_and_took_them(story: Story) -> None:
    story.bms.arm(POST_LINE, "success-false-after")
    asks = story.sync(approve=True)
    assert "somebody priced the line at 5.00 while it stood at 0" in asks.line("northwind")["cause"]
    left(story)
    assert story.sync().line("northwind")["evidence_code"] == "unknown"
