"""Stories that are told to the end: one partner, one pretend BMS, rows that are rolled back afterwards."""

from functools import partial
from pathlib import Path

import pytest

from tests.support import story
from tests.support.kept_stories import KeptStories
from tests.support.story import Settle
from tests.with_django import SETTINGS


@pytest.fixture(scope="session")
def kept_stories() -> KeptStories:
    return KeptStories()


@pytest.fixture
def settle(db: None, kept_stories: KeptStories, tmp_path: Path) -> Settle:
    return partial(kept_stories.settled, settings=SETTINGS, folder=tmp_path)


@pytest.fixture
def begin(db: None, tmp_path: Path) -> Settle:
    return partial(story.begun, settings=SETTINGS, folder=tmp_path)
