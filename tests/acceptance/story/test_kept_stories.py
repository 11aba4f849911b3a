"""A story that was settled for another test is the one that would be settled anew."""

from pathlib import Path

from pytest_django.plugin import DjangoDbBlocker

from tests.support.kept_rows import kept_rows
from tests.support.kept_stories import KeptStories, rows_of_all
from tests.support.story import Story
from tests.support.story_world import Client
from tests.with_django import SETTINGS

CAST = [Client("granite", users={"standard": 14}), Client("contoso")]


def test_each_test_gets_the_same_rows_and_a_bms_of_its_own(
    db: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    kept = KeptStories()

    def settle() -> Story:
        return kept.settled(CAST, settings=SETTINGS, folder=tmp_path)

    with kept_rows(django_db_blocker):
        first = settle()
        rows, bills, now = rows_of_all(), first.bms.bills(), first.time.now
        assert first.sync().status("granite") == "synced"
    again = settle()
    assert again.bms is not first.bms
    assert (again.bms.bills(), again.time.now) == (bills, now)
    assert len(rows) > 10
    told = rows_of_all()
    assert told.keys() == rows.keys()
    assert [len(each) for each in told.values()] == [len(each) for each in rows.values()]
    assert again.sync().status("granite") == "synced"
    assert (again.units("granite"), again.units("contoso")) == (14, 10)
