"""A write over units that nobody knew got no answer: the total moved, and two things may have moved it."""

from datetime import date
from io import BytesIO

import pytest

from seatbridge.mappings.importing import Asking
from seatbridge.sync.stated.confirming import state_units
from tests.support.interrupted import die_at, meddled
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import POST_LINE, Client

# 20 agents stand beside the 13 units, so no total divides by the price of ours alone.
NORTHWIND = Client(
    "northwind", {"standard": 13}, users={"standard": 12}, agents=20, contract={"start": "2026-11-01"}
)
PAIR = ("northwind", "standard")
LINE = 11


@pytest.fixture
def story(begin: Settle) -> Story:
    return begin([NORTHWIND])


def died(story: Story, fault: str, *, step: str = "after-call") -> None:
    """The process died behind the call that was approved."""
    story.bms.arm(POST_LINE, fault, times=50)
    die_at(story, step, approve=True)
    story.bms.state.faults.clear()


def not_answered(story: Story, fault: str, *, by_hand: int | None = None) -> Ran:
    """`by_hand`: what somebody made of the units in BMS right behind the call."""
    story.bms.arm(POST_LINE, fault)
    if by_hand is not None:
        meddled(story, lambda bms, _contract: bms.edit_line(LINE, units=by_hand))
    ran = story.sync(approve=True)
    story.transport = None
    return ran


@pytest.mark.parametrize("fault", ["504", "success-false"])
def test_what_somebody_did_meanwhile_is_not_taken_for_it(story: Story, fault: str) -> None:
    ran = not_answered(story, fault, by_hand=16)
    assert story.units("northwind") == 16
    assert ran.status(*PAIR) == "outcome-unknown"
    assert "units before it were not known" in ran.line(*PAIR)["cause"]
    assert "moved by 15.00: by our write, or by what somebody did" in ran.line(*PAIR)["cause"]


@pytest.mark.parametrize("fault", ["504-after", "success-false-after"])
def test_one_that_came_through_is_not_told_from_that_either(story: Story, fault: str) -> None:
    ran = not_answered(story, fault)
    assert (story.units("northwind"), len(ran.writes)) == (12, 1)
    assert ran.status(*PAIR) == "outcome-unknown"


def test_nor_where_the_process_died(story: Story) -> None:
    """What was approved is written again for the next period, as the units in this one are not known."""
    died(story, "cut")
    story.bms.edit_line(LINE, units=16)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["units_before"], ran.writes) == ("planned", None, [])
    assert ran.line(*PAIR)["effective_date"] == "2026-12-01"


def test_from_then_on_the_units_are_said_not_to_be_known(story: Story) -> None:
    not_answered(story, "504", by_hand=16)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.writes) == ("current-units-unknown", [])
    assert "our write from 1 Nov 2026" in ran.line(*PAIR)["cause"]


def test_a_person_who_knows_is_believed(story: Story) -> None:
    not_answered(story, "504", by_hand=16)
    asking = Asking(ALICE, story.time.now, today=date(2026, 11, 23), open_bms=story.open_bms)
    file = BytesIO(b"company,product,units\nnorthwind,standard,16\n")
    assert state_units(story.integration, file, asking).changed == 1
    assert story.sync().line(*PAIR)["units_before"] == 16


def test_the_first_invoice_since_then_tells(story: Story) -> None:
    not_answered(story, "504-after")
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=12)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["evidence"]) == ("no-change", "invoiced 12 on 1 Nov 2026")


def test_a_call_that_never_left_moved_nothing_whatever_somebody_did_meanwhile(story: Story) -> None:
    died(story, "429", step="after-answer")
    story.bms.edit_line(LINE, units=16)
    ran = story.sync()
    assert (ran.status(*PAIR), story.units("northwind")) == ("synced-with-warning", 12)
    assert ran.line(*PAIR)["units_before"] == 16


def test_one_that_was_answered_and_moved_the_total_is_believed(story: Story) -> None:
    assert story.sync(approve=True).status(*PAIR) == "synced-with-warning"
    assert story.sync().status(*PAIR) == "no-change"
