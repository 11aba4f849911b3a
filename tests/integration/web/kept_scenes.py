"""A scene that takes a second to tell, told once for a module; each test moves a copy of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from seatbridge.sync.shown.current import _figures, _read
from tests.integration.web.told import Told
from tests.support.kept_rows import kept_rows
from tests.with_django import SETTINGS

Keep = Callable[[Callable[[Path], Told]], Told]


@contextmanager
def keeping(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Keep]:
    """The rows of what is told stay while this lasts. Only for a module whose tests all begin with it."""

    def keep(tell: Callable[[Path], Told]) -> Told:
        with blocker.unblock():
            return tell(folder)

    with kept_rows(blocker):
        yield keep


def own_copy(kept: Told, folder: Path) -> Told:
    """As if it had just been told: BMS, clock, rows in hand and browsers are this test's alone."""
    _read.cache_clear()  # of another test's run and integration of the same number
    _figures.cache_clear()
    story = deepcopy(kept.story, {id(SETTINGS): SETTINGS})
    story.folder = folder
    people = {name: _again(getattr(kept, name)) for name in ("alice", "bill", "bob", "carol")}
    return replace(kept, story=story, **people)


def _again(browser: Client) -> Client:
    """Another browser with the same cookies: signed in by the same row."""
    again = Client()
    again.cookies = deepcopy(browser.cookies)
    return again
