"""A write dated ahead was lost and nothing told the units before: no older invoice tells them afterwards."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.importing import Asking
from seatbridge.sync.stated.confirming import state_units
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import POST_LINE, Client

# Its first invoice, of October to December, is issued on 1 January.
QUARTERLY = {"billing_cycle": "Quarterly", "start": "2026-10-01"}
NORTHWIND = Client("northwind", {"standard": 13}, users={"standard": 12}, contract=QUARTERLY, agents=20)
TOTAL = "130.00"  # a quarter, with 20 agents at 3.25
CONTOSO = Client("contoso", {"standard": 500})
PAIR = ("northwind", "standard")


@pytest.fixture
def story(begin: Settle) -> Story:
    """12 units from 1 December are written over 13 that nobody knows of; 13 for the same day are refused."""
    story = begin([NORTHWIND, CONTOSO], ahead_seen="kept")
    assert story.sync(approve=True).status(*PAIR) == "scheduled"
    story.count("northwind", standard=13)
    story.bms.arm(POST_LINE, "success-false")
    assert story.sync(approve=True).status(*PAIR) == "outcome-unknown"
    return story


def its_day_has_come(story: Story) -> Ran:
    story.day(date(2027, 1, 4))
    story.count("northwind", standard=13)
    assert story.units("northwind") == 12
    assert story.invoiced("northwind")[0][:2] == (date(2026, 10, 1), 13)
    return story.sync()


def test_nobody_says_that_what_was_invoiced_before_it_stands_there_still(story: Story) -> None:
    ran = its_day_has_come(story)
    assert (ran.status(*PAIR), ran.writes) == ("current-units-unknown", [])
    assert ran.line(*PAIR)["units_before"] is None
    assert "our write from 1 Dec 2026" in ran.line(*PAIR)["cause"]


def test_a_total_that_others_kept_where_it_was_is_no_proof_either(story: Story) -> None:
    """12 units for 13 are 5.00 less, and 20 agents for 0.25 more each are 5.00 more."""
    story.bms.edit_line(15, unit_price="3.50")
    ran = its_day_has_come(story)
    assert story.bill("northwind")["total_now"] == TOTAL
    assert (ran.status(*PAIR), ran.writes) == ("current-units-unknown", [])


def test_the_first_invoice_since_then_tells(story: Story) -> None:
    its_day_has_come(story)
    story.day(date(2027, 4, 2))
    story.count("northwind", standard=13)
    ran = story.sync()
    assert ran.line(*PAIR)["evidence"] == "invoiced 12 on 1 Jan 2027"
    assert ran.status(*PAIR) in {"scheduled", "planned", "synced"}


def test_a_person_who_knows_is_believed(story: Story) -> None:
    its_day_has_come(story)
    asking = Asking(ALICE, story.time.now, today=date(2027, 1, 4), open_bms=story.open_bms)
    file = BytesIO(b"company,product,units\nnorthwind,standard,12\n")
    assert state_units(story.integration, file, asking).changed == 1
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["units_before"]) == ("scheduled", 12)


def test_one_that_was_accepted_is_taken_as_written_and_no_move_of_the_total_is_made_up(begin: Settle) -> None:
    """The total moved by 5.00 on that day, and from which number of units nobody knows."""
    story = begin([NORTHWIND, CONTOSO], ahead_seen="kept")
    story.sync(approve=True)
    story.day(date(2027, 1, 4))
    story.count("northwind", standard=12)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.line(*PAIR)["evidence_code"]) == ("no-change", "written-unsure")
    assert "the contract's total after it is not known" in ran.line(*PAIR)["evidence"]
    (said,) = LedgerEntry.objects.filter(event="write.cannot-tell")
    assert "what stood there before it was not known" in json.loads(said.data)["why"]


def test_where_the_total_did_not_move_both_reasons_for_it_are_named(begin: Settle) -> None:
    story = begin([replace(NORTHWIND, users={"standard": 13}), CONTOSO], ahead_seen="kept")
    story.sync(approve=True)
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=13)
    ran = story.sync()
    assert ran.status(*PAIR) == "error:verification"
    assert "did not take effect, or as many stood there before" in ran.line(*PAIR)["cause"]
