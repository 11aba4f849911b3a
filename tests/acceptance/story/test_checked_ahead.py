"""Writes dated ahead that fail their check, or go to another line: nothing is taken as known that is not."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import httpx
import pytest

from seatbridge.mappings.importing import Asking
from seatbridge.sync.stated.confirming import state_units
from tests.in_process import transport_to
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import Client

DEC_1, DEC_2 = date(2026, 12, 1), date(2026, 12, 2)
NORTHWIND = Client("northwind", {"standard": 20}, contract={"issue_on": "start"}, agents=8)
CONTOSO = Client("contoso", {"standard": 500})
NAMED = [("northwind", "standard")]


@pytest.fixture
def story(settle: Settle) -> Story:
    return settle([NORTHWIND, CONTOSO], ahead_seen="kept")


def agents_come_upon_a_write(story: Story) -> None:
    """One more agent, between our write and the reading that checks it."""
    real = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        answered = real.handle_request(request)
        if "recurringservices" in request.url.path:
            story.bms.edit_line(15, units=9)
        return answered

    story.transport = httpx.MockTransport(answer)
    assert story.sync().status("northwind") == "error:verification"
    story.transport = None


@pytest.mark.parametrize("back", [24, 20], ids=["to what was dated ahead before", "to what stands today"])
def test_a_count_that_goes_back_is_written_once_a_person_has_looked(story: Story, back: int) -> None:
    if back == 24:
        story.count("northwind", standard=24)
        assert story.sync().status("northwind") == "scheduled"
    story.count("northwind", standard=22)
    agents_come_upon_a_write(story)
    story.count("northwind", standard=back)
    assert story.sync().writes == []
    (write,) = story.sync(approve_lines=NAMED).writes
    assert (write.body[0]["Units"], write.body[0]["EffectiveDate"][:10]) == (back, "2026-12-01")
    story.day(DEC_2)
    assert (DEC_1, Decimal(back)) in [line[:2] for line in story.invoiced("northwind")]
    story.count("northwind", standard=back)
    assert story.sync().status("northwind") == "no-change"
    assert story.units("northwind") == back


def test_what_was_known_of_a_line_that_is_gone_is_not_taken_for_the_one_in_its_place(story: Story) -> None:
    """30 units stand there: from the 20 of the line before it, 21 would be a rise that asks nobody."""
    story.bms.delete_line(11)
    story.bms.add_line(contract_id=7001, service_id=501, units=30)
    story.count("northwind", standard=29)
    assert story.sync(approve=True).status("northwind") == "scheduled"
    assert story.sync().line("northwind")["units_before"] is None
    story.count("northwind", standard=21)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("current-units-unknown", [])


def test_what_a_person_says_of_the_line_in_its_place_is_asked_once(story: Story) -> None:
    story.bms.delete_line(11)
    story.bms.add_line(contract_id=7001, service_id=501, units=30)
    story.count("northwind", standard=30)
    assert story.sync().status("northwind") == "current-units-unknown"
    asking = Asking(ALICE, story.time.now, today=date(2026, 11, 23), open_bms=story.open_bms)
    state_units(story.integration, BytesIO(b"company,product,units\nnorthwind,standard,30\n"), asking)
    assert [story.sync().status("northwind") for _ in range(3)] == ["no-change"] * 3
    story.bms.edit_line(15, units=9)
    assert "cannot tell which line" in story.sync().line("northwind")["evidence"]
