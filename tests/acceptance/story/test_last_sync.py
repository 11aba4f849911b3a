"""The last sync before posting writes what is written once a period, without a person."""

from datetime import date, time

from tests.support.story import Settle
from tests.support.story_world import Client

RISE = [Client("fabrikam", users={"standard": 12})]


def test_a_line_that_is_written_once_a_period_waits_for_the_last_sync(settle: Settle) -> None:
    story = settle(RISE, method="replace", reading="appends")
    assert story.sync().status("fabrikam") == "planned"
    assert story.sync(last_before_posting=True).status("fabrikam") == "planned", "a week too early"
    story.day(date(2026, 11, 30), time(18))
    story.count("fabrikam", standard=13)
    assert story.sync().status("fabrikam") == "planned"
    assert story.sync(last_before_posting=True).status("fabrikam") == "synced"
    assert story.units("fabrikam") == 13


def test_the_last_sync_releases_nothing_that_waits_for_a_person(settle: Settle) -> None:
    story = settle([Client("fabrikam", {"standard": 60}, users={"standard": 20})], method="replace")
    story.day(date(2026, 11, 30), time(18))
    story.count("fabrikam", standard=20)
    last = story.sync(last_before_posting=True)
    assert last.status("fabrikam") == "held:anomaly"
    assert story.units("fabrikam") == 60
