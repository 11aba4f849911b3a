"""A price changed by hand after a write dated ahead: that write carries the former price to its day."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import httpx
import pytest

from seatbridge.ledger.models import LedgerEntry
from tests.in_process import transport_to
from tests.support.story import Ran, Settle, Story
from tests.support.story_world import POST_LINE, Client

DEC_1, JAN_1 = date(2026, 12, 1), date(2027, 1, 1)
START = {"issue_on": "start"}  # posted on 25 November: December before it has begun
NORTHWIND = Client("northwind", {"standard": 20}, contract=START)
CONTOSO = Client("contoso", {"standard": 500})


@pytest.fixture
def story(settle: Settle) -> Story:
    """22 users of Northwind are written from 1 December at 5.00."""
    story = settle([NORTHWIND, CONTOSO])
    story.count("northwind", standard=22)
    assert story.sync().status("northwind") == "scheduled"
    return story


def full(first_day: date, units: int, total: str) -> tuple[date, Decimal, Decimal, str]:
    return (first_day, Decimal(units), Decimal(total), "full")


def test_a_price_raised_after_it_is_written_for_that_day_too(story: Story) -> None:
    story.bms.edit_line(11, unit_price="6.00")
    ran = story.sync()
    assert ran.status("northwind") == "scheduled"
    (write,) = ran.writes
    (element,) = write.body
    assert (element["Units"], element["UnitPrice"], element["EffectiveDate"][:10]) == (22, 6, "2026-12-01")
    assert story.sync().writes == []
    story.day(date(2026, 11, 26))
    # The rise itself is prorated for what is left of November, by the person who made it.
    theirs = (date(2026, 11, 23), Decimal(20), Decimal("5.33"), "proration")
    assert story.invoiced("northwind") == [full(DEC_1, 22, "132.00"), theirs]
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=22)
    come = story.sync()
    assert (come.status("northwind"), come.writes) == ("no-change", [])


def test_a_large_drop_that_was_let_go_once_is_not_asked_about_again(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO])
    story.count("northwind", standard=9)
    assert story.sync(approve_lines=[("northwind", "standard")]).status("northwind") == "scheduled"
    story.bms.edit_line(11, unit_price="6.00")
    ran = story.sync()
    assert (ran.status("northwind"), len(ran.writes)) == ("scheduled", 1)


def test_a_newer_count_takes_the_newer_price_along(story: Story) -> None:
    story.bms.edit_line(11, unit_price="6.00")
    story.count("northwind", standard=23)
    (write,) = story.sync().writes
    assert (write.body[0]["Units"], write.body[0]["UnitPrice"]) == (23, 6)


def test_one_that_a_write_of_a_moment_ago_still_hides_goes_with_the_first_sync_that_can_read_it(
    settle: Settle,
) -> None:
    """Nothing new of the line shows for 55 seconds after a write, whoever made it."""
    story = settle([NORTHWIND, CONTOSO], ahead_seen="kept", settles_after_seconds=55)
    story.count("northwind", standard=22)
    story.sync()
    story.count("northwind", standard=20)
    raise_upon_a_write(story, "6.00")
    assert [write.body[0]["UnitPrice"] for write in story.sync().writes] == [5]
    story.transport = None
    hidden = story.sync()
    assert (hidden.status("northwind"), hidden.writes) == ("scheduled", [])
    story.time.now += timedelta(seconds=60)
    (write,) = story.sync().writes
    assert (write.body[0]["Units"], write.body[0]["UnitPrice"]) == (20, 6)
    story.day(date(2026, 11, 26))
    assert full(DEC_1, 20, "120.00") in story.invoiced("northwind")


class TestLost:
    """The write that was to carry the newer price to that day was lost, and the first one takes over."""

    @pytest.fixture
    def lost(self, story: Story) -> Story:
        story.bms.edit_line(11, unit_price="6.00")
        story.count("northwind", standard=23)
        story.bms.arm(POST_LINE, "cut-before")
        assert story.sync().status("northwind") == "outcome-unknown"
        return story

    def look_in_december(self, lost: Story) -> Ran:
        lost.day(date(2026, 12, 2))
        lost.count("northwind", standard=23)
        return lost.sync()

    def test_the_price_that_came_back_stops_the_line_until_a_person_has_looked(self, lost: Story) -> None:
        ran = self.look_in_december(lost)
        assert lost.bill("northwind")["total_now"] == "110.00"
        assert (ran.status("northwind"), ran.writes) == ("error:verification", [])
        assert (
            "the price was changed by hand to 6.00, and our write dated 1 Dec 2026, made before that, "
            "put 5.00 in its place" in ran.line("northwind")["cause"]
        )

    def test_also_one_that_was_raised_once_more(self, lost: Story) -> None:
        lost.bms.edit_line(11, unit_price="6.50")
        assert lost.sync().writes == []
        ran = self.look_in_december(lost)
        assert (ran.status("northwind"), ran.writes) == ("error:verification", [])
        assert "changed by hand to 6.50" in ran.line("northwind")["cause"]

    def test_where_it_arrived_after_all_nobody_is_asked(self, story: Story) -> None:
        story.bms.edit_line(11, unit_price="6.00")
        story.count("northwind", standard=23)
        story.bms.arm(POST_LINE, "cut-after")
        assert story.sync().status("northwind") == "outcome-unknown"
        assert self.look_in_december(story).status("northwind") != "error:verification"
        assert story.bill("northwind")["total_now"] == "138.00"

    def test_a_price_that_somebody_sets_after_it_is_theirs(self, lost: Story) -> None:
        lost.day(date(2026, 12, 1))
        lost.bms.edit_line(11, unit_price="7.00")
        assert self.look_in_december(lost).status("northwind") != "error:verification"


def raise_upon_a_write(story: Story, price: str) -> None:
    """Somebody sets Northwind's price after the line was read, and before our write arrives."""
    real = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        if "recurringservices" in request.url.path:
            story.bms.edit_line(11, unit_price=price)
        return real.handle_request(request)

    story.transport = httpx.MockTransport(answer)


def test_on_the_posting_day_it_waits_for_the_set_hour(story: Story) -> None:
    story.day(date(2026, 11, 25), time(9))
    story.bms.edit_line(11, unit_price="6.00")
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("planned", [])


class TestOncePosted:
    """December is posted: a second write into it would be prorated."""

    @pytest.fixture
    def posted(self, story: Story) -> Story:
        story.day(date(2026, 11, 27))
        story.bms.edit_line(11, unit_price="6.00")
        return story

    def test_a_person_is_told_which_price_comes_back_and_when(self, posted: Story) -> None:
        ran = posted.sync()
        assert (ran.status("northwind"), ran.writes) == ("held:edited-in-bms", [])
        line = ran.line("northwind")
        assert "$6.00" in line["cause"]
        assert "$5.00 again" in line["cause"]
        assert "1 Dec 2026" in line["fix"]

    def test_the_price_that_came_back_stops_the_line_until_a_person_has_looked(self, posted: Story) -> None:
        posted.sync()
        posted.day(date(2026, 12, 2))
        posted.count("northwind", standard=22)
        ran = posted.sync()
        assert (ran.status("northwind"), ran.writes) == ("error:verification", [])
        assert (
            "the price was changed by hand to 6.00, and our write dated 1 Dec 2026, made before that, "
            "put 5.00 in its place" in ran.line("northwind")["cause"]
        )
        assert LedgerEntry.objects.filter(event="write.price-undone").count() == 1
        posted.bms.edit_line(11, unit_price="6.00")
        named = posted.sync(approve_lines=[("northwind", "standard")])
        assert named.status("northwind") == "no-change"
        assert posted.sync().status("northwind") == "no-change"

    def test_a_price_set_for_that_day_by_hand_stands(self, posted: Story) -> None:
        posted.sync()
        posted.bms.edit_line(11, unit_price="6.00", units=22, effective_date="2026-12-01")
        posted.day(date(2026, 12, 2))
        posted.count("northwind", standard=22)
        assert posted.sync().status("northwind") == "no-change"


@pytest.mark.parametrize("agents", [0, 8], ids=["alone", "beside agents"])
def test_a_price_raised_before_it_leaves_what_stands_today_known(settle: Settle, agents: int) -> None:
    story = settle([replace(NORTHWIND, agents=agents), CONTOSO])
    assert story.sync().status("northwind") == "no-change"
    story.bms.edit_line(11, unit_price="5.35")
    story.count("northwind", standard=22)
    assert story.sync().status("northwind") == "scheduled"
    assert story.sync().line("northwind")["evidence"] == "20 confirmed by a person"
    story.bms.edit_line(11, units=21)
    assert story.sync().line("northwind")["evidence"] != "20 confirmed by a person"
