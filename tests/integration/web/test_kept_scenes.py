"""What is told once for a module is told to each of its tests as if anew."""

from datetime import date
from pathlib import Path

import pytest

from seatbridge.sync.models import SyncRun, Write
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS


def _tell(folder: Path) -> Told:
    return told(story.settled([Client("northwind"), *clients(2)], settings=SETTINGS, folder=folder))


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_moves_the_next_one_finds_where_it_was(kept: Told, scene: Told, turn: int) -> None:
    began = scene.story.time.now
    assert SyncRun.objects.count() == 1
    assert (scene.story.units("northwind"), scene.story.bms.writes) == (10, [])
    assert scene.story.company.pk == kept.story.company.pk
    scene.story.day(date(2026, 11, 24))
    scene.story.count("northwind", standard=11)
    scene.story.sync()
    assert Write.objects.count() == 1
    assert scene.story.units("northwind") == 11
    assert (kept.story.time.now, kept.story.units("northwind"), kept.story.bms.writes) == (began, 10, [])


def test_bms_and_story_look_at_one_time_which_is_no_other_tests(kept: Told, scene: Told) -> None:
    scene.story.day(date(2026, 11, 25))
    assert scene.story.bms.state.clock() == scene.story.time.now
    assert kept.story.bms.state.clock() == kept.story.time.now < scene.story.time.now


def test_each_browser_is_signed_in_and_no_other_tests(kept: Told, scene: Told) -> None:
    assert scene.bob.get("/").status_code == 200
    assert scene.bob.post("/sync", {"integration": scene.story.integration.pk}).status_code == 403
    scene.bob.cookies.clear()
    assert scene.bob.get("/").status_code == 302
    assert own_copy(kept, scene.story.folder).bob.get("/").status_code == 200
