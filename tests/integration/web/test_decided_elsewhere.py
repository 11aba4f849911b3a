"""What no approval writes: its line leads to the page on which it is decided, on Changes as on Home."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import resolve

from seatbridge.sync.shown.current import standing_of
from seatbridge.web.changes.elsewhere import elsewhere
from tests.integration.web.told import told
from tests.support import story as stories
from tests.support.story import Story
from tests.support.story_world import Client
from tests.with_django import SETTINGS


@pytest.fixture
def story(db: None, tmp_path: Path) -> Story:
    cast = [Client("northwind"), Client("juniper", users={"standard": 18}, is_mapped=False)]
    story = stories.settled(cast, settings=SETTINGS, folder=tmp_path)
    story.sync()
    return story


def test_a_company_without_a_contract_leads_to_its_mapping(story: Story) -> None:
    scene = told(story)
    link = f'href="/companies/?integration={story.integration.pk}&amp;search=juniper">Choose its contract'
    for page in ("/", "/changes/"):
        assert link in scene.alice.get(page).content.decode(), page
    assert "Choose its contract" not in scene.bob.get("/changes/").content.decode(), "he may only look"


@pytest.mark.parametrize(
    ("status", "page", "words"),
    [
        ("left-password-boss", "leavers", "Stop billing from …"),
        ("held:zero", "leavers", "Stop billing from …"),
        ("held:renewal", "renewals", "Accept its successor"),
        ("blocked:line-missing", "new-line", "Add the line …"),
        ("stale-source", "uploads", "Upload counts"),
        ("error:credentials", "integration", "Authenticate again"),
        ("blocked:write-method", "integration", "Choose how units are written"),
        ("blocked:contract-ended", "companies", "Choose its contract"),
    ],
)
def test_each_status_leads_somewhere(story: Story, status: str, page: str, words: str) -> None:
    line = next(line for line in standing_of(story.integration).plan.lines if line.company == "northwind")
    found = elsewhere(replace(line, status=status), story.integration.pk)
    assert found is not None
    assert found.words == words
    assert resolve(found.url.partition("?")[0]).url_name == page


@pytest.mark.parametrize(
    "status", ["no-change", "synced", "held:anomaly", "skipped:excluded", "outcome-unknown"]
)
def test_what_an_approval_writes_or_nobody_decides_leads_nowhere_else(story: Story, status: str) -> None:
    line = next(line for line in standing_of(story.integration).plan.lines if line.company == "northwind")
    assert elsewhere(replace(line, status=status), story.integration.pk) is None


def test_home_leads_who_may_only_look_to_no_page_that_decides(story: Story) -> None:
    shown = told(story).bob.get("/").content.decode()
    assert "Choose its contract" not in shown
    assert f'href="/company/juniper?integration={story.integration.pk}">Look at Juniper' in shown
