"""Home before there is much to say, and pages of odd names."""

from functools import partial
from pathlib import Path

import pytest

from seatbridge.partners.models import Partner
from tests.integration.web.told import text_of, told
from tests.support import story
from tests.support.cast import Cast
from tests.support.story import Settle
from tests.support.story_world import Client
from tests.with_django import SETTINGS


@pytest.fixture
def begin(db: None, tmp_path: Path) -> Settle:
    return partial(story.begun, settings=SETTINGS, folder=tmp_path)


def test_an_empty_portal_says_what_to_do_first(people: Cast, northgate: Partner) -> None:
    shown = people.alice.browser.get("/")
    assert "Connect Kaseya BMS" in text_of(shown)
    assert shown.status_code == 200
    assert "Nothing is connected yet" in text_of(people.alice.browser.get("/changes/"))


def test_the_steps_go_on_until_the_first_sync_is_approved(begin: Settle) -> None:
    scene = told(begin([Client("fabrikam")]))
    assert "Approve the first sync" in text_of(scene.alice.get("/"))
    scene.story.sync()
    shown = text_of(scene.alice.get("/"))
    assert "The last plan waits" in shown
    assert "Look at the plan" in shown
    scene.story.sync(approve=True)
    assert "To the first sync" not in text_of(scene.alice.get("/"))


def test_a_company_whose_ref_holds_a_slash_has_a_page(begin: Settle) -> None:
    scene = told(begin([Client("north/east")]))
    assert scene.bob.get("/company/north/east").status_code == 200
