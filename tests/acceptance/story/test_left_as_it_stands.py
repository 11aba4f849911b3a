"""A person leaves a line that we touched and did not bring to its end: what was known of it holds no more."""

from datetime import date, time
from io import BytesIO

import pytest

from seatbridge.mappings.importing import Asking
from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import OwedChoice, answer_owed
from seatbridge.sync.stated.confirming import state_units
from tests.support.interrupted import die_at
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import POST_LINE, Client

NORTHWIND = Client("northwind", {"standard": 9}, agents=20, contract={"start": "2026-11-01"})
CONTOSO = Client("contoso", {"standard": 200})
PAIR = ("northwind", "standard")
TODAY = date(2026, 12, 2)


@pytest.fixture
def story(begin: Settle) -> Story:
    """November was invoiced with 9. BMS took the test write's 10 from 1 December, but refused it in words."""
    story = begin([NORTHWIND], reading="unknown")
    story.day(TODAY)
    story.count("northwind", standard=10)
    story.bms.arm(POST_LINE, "success-false-after")
    assert story.sync(approve=True).status(*PAIR) == "outcome-unknown"
    assert (story.units("northwind"), len(story.invoiced("northwind"))) == (10, 1)
    leave(story)
    story.count("northwind", standard=9)
    return story


def leave(story: Story) -> None:
    owed = Owed.objects.exclude(phase=Owed.Phase.SETTLED).get()
    answer_owed(
        owed, OwedChoice.LEAVE, from_date=owed.effective_date, actor=ALICE, now=story.time.now, must_wait=True
    )


def test_the_first_invoice_since_then_tells(story: Story) -> None:
    story.day(date(2027, 1, 4))
    story.count("northwind", standard=9)
    assert story.sync().line(*PAIR)["evidence"] == "invoiced 10 on 1 Dec 2026"


def test_a_person_who_put_it_right_is_believed(story: Story) -> None:
    story.bms.edit_line(11, units=9)
    asking = Asking(ALICE, story.time.now, today=TODAY, open_bms=story.open_bms)
    state_units(story.integration, BytesIO(b"company,product,units\nnorthwind,standard,9\n"), asking)
    assert story.sync().status(*PAIR) == "no-change"


def test_a_line_that_is_left_at_0_is_not_up_to_date_because_its_units_are(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 20}, agents=8), CONTOSO], reading="unknown")
    story.count("northwind", standard=21)
    die_at(story, "after-owed-step")
    story.day(date(2026, 12, 1), time(19))  # posted with the line at 0
    assert story.sync().status(*PAIR) == "outcome-unknown"
    leave(story)
    story.count("northwind", standard=20)
    assert story.bill("northwind")["total_now"] == "26.00"  # its agents alone
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["units_before"]) == ("held:anomaly", None)
    assert "20 users would be invoiced at 0.00" in ran.line(*PAIR)["cause"]


def test_a_line_whose_date_our_write_had_moved_is_not_said_to_stand_as_before(settle: Settle) -> None:
    """BMS moved today's line to 1 December, and a person is told to set it back by hand."""
    northwind = Client("northwind", {"standard": 20}, contract={"billing_cycle": "Quarterly"}, agents=8)
    story = settle([northwind, CONTOSO], ahead="re-dates")
    story.count("northwind", standard=22)
    die_at(story, "before-intent", time=2)
    story.bms.edit_line(11, unit_price="6.00")
    assert story.sync().status(*PAIR) == "outcome-unknown"
    leave(story)
    story.count("northwind", standard=20)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["units_before"]) == ("current-units-unknown", None)
