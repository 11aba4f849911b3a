"""A run that lasts: what it planned before a posting day is not written on or after it."""

from datetime import date, time, timedelta

import httpx
import pytest

from tests.in_process import transport_to
from tests.support.story import Settle, Story
from tests.support.story_world import POST_LINE, Client

CAST = [Client("northwind", {"standard": 20}), Client("contoso", {"standard": 500})]


@pytest.fixture
def story(settle: Settle) -> Story:
    """The last evening of November; its invoices are posted on 1 December."""
    story = settle(CAST)
    story.day(date(2026, 11, 30), time(23, 30))
    story.count_all({"northwind": {"standard": 21}, "contoso": {"standard": 501}})
    return story


def slow(story: Story, minutes: int) -> None:
    real = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        if "recurringservices" in request.url.path:
            story.time.now += timedelta(minutes=minutes)
        return real.handle_request(request)

    story.transport = httpx.MockTransport(answer)


def test_a_wave_that_lasts_into_the_posting_day_stops_there(story: Story) -> None:
    slow(story, 40)
    ran = story.sync()
    assert ran.status("contoso") == "synced"
    assert ran.status("northwind") == "late-for-cutoff"
    assert "posting day" in ran.line("northwind")["cause"]
    assert [write.contract_id for write in ran.writes] == [7002]
    story.transport = None
    story.day(date(2026, 12, 1), time(18))
    later = story.sync()
    assert later.status("northwind") == "synced"
    assert later.line("northwind")["effective_date"] == "2026-12-01"


def test_a_write_does_not_wait_for_its_turn_beyond_midnight(story: Story) -> None:
    story.bms.arm(POST_LINE, "429", retry_after=2400)
    ran = story.sync()
    assert ran.state == "needs-attention"
    assert ran.status("contoso") == ran.status("northwind") == "error:rate-limited"
    assert "posting" in ran.line("northwind")["cause"]
    assert [write.effect for write in ran.writes] == [False]
    assert story.bill("northwind")["total_now"] == "100.00"


def test_a_wait_that_ends_before_midnight_is_waited_out(story: Story) -> None:
    story.bms.arm(POST_LINE, "429", retry_after=600)
    assert story.sync().statuses() == {"synced"}


def test_a_reading_may_be_waited_for_beyond_midnight(story: Story) -> None:
    """What was written must be read back, however late it is."""
    slow(story, 29)
    story.bms.arm("GET /v2/finance/contracts/summary", "429", occurrence=2, retry_after=2400)
    ran = story.sync()
    assert ran.status("contoso") == "synced"
