"""Every status that the program can give has its words for people."""

import re
from pathlib import Path

from seatbridge.sync.shown.groups import GROUPS, NEEDS_PERSON, group_of

SOURCES = Path(__file__).parents[3] / "src" / "seatbridge"
STATUS = re.compile(r'"((?:held|blocked|skipped|error):[a-z-]+)"')


def test_every_status_in_the_source_is_in_a_group() -> None:
    given = {status for file in SOURCES.rglob("*.py") for status in STATUS.findall(file.read_text())}
    assert len(given) > 20
    assert given - set(GROUPS) == set()


def test_a_status_without_words_needs_a_person() -> None:
    assert group_of("blocked:something-new") in NEEDS_PERSON
