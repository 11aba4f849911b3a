"""How many companies there are, are mapped and need somebody: the same number wherever it is said."""

from functools import partial
from pathlib import Path

import pytest

from tests.integration.web.told import Told, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

CAST = [
    Client("holdings", {"standard": 60}, users={"standard": 12}),
    Client("marine", {}, shares_with="holdings", users={"standard": 10}),
    Client("juniper", is_mapped=False),
    Client("maple", excluded="included in bundle"),
    *clients(20),
]


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Told:
    made = partial(story.settled, settings=SETTINGS, folder=tmp_path)(CAST)
    made.bring("companies", ["ref,name,type,level", "kestrel,Kestrel,customer,trial"])
    made.sync()
    return told(made)


def test_companies_that_share_a_line_are_each_counted_as_needing_somebody(scene: Told) -> None:
    shown = scene.bob.get("/")
    assert "Holdings and Marine" in text_of(shown)
    assert len(shown.context["cards"]) == 2, "theirs, and Juniper's"
    assert "3 of 23 companies need you" in text_of(shown)


def test_the_integration_and_company_mapping_count_alike(scene: Told) -> None:
    listed = text_of(scene.bob.get("/companies/"))
    assert "All 25 Mapped 22 Not mapped 1" in listed
    assert "Excluded 2" in listed
    shown = text_of(scene.bob.get(f"/integrations/{scene.story.integration.pk}/"))
    said = "22 of 25 companies are mapped to an account and a contract; 2 are excluded or never billed."
    assert said in shown
