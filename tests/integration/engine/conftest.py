"""Real threads: rows must be committed, so that every one of them sees what the others did."""

from functools import partial
from pathlib import Path

import pytest

from tests.support import story
from tests.support.story import Settle
from tests.with_django import SETTINGS


@pytest.fixture
def settle(transactional_db: None, tmp_path: Path) -> Settle:
    return partial(story.settled, settings=SETTINGS, folder=tmp_path)
