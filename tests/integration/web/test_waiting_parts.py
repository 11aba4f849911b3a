"""A run for some companies that waits as a whole: it is approved wherever it is said."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import standing_of
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

DROP = Client("delacroix", {"standard": 60}, users={"standard": 22})
OTHERS = clients(20)


def _tell(folder: Path) -> Told:
    """Delacroix waits by itself; Evergreen has left; then everybody else falls by more than a run may."""
    begin = partial(story.settled, settings=SETTINGS, folder=folder)
    found = told(begin([DROP, Client("evergreen", {"standard": 20}), *OTHERS]))
    with found.story.open_bms(found.story.integration) as bms:
        refresh(found.story.integration, bms, found.story.time.now)
    stay = [ref for ref in found.story.places.refs if ref != "evergreen"]
    rows = ["ref,name,licenses_assigned", *(f"{ref},{ref.title()},500" for ref in stay)]
    found.story.bring("companies", rows, complete=True)
    found.story.sync()
    found.story.counts.pop("evergreen", None)
    found.story.count_all({client.ref: {"standard": 7} for client in OTHERS})
    return found


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def stop(scene: Told) -> SyncRun:
    """Evergreen is stopped from its next period; its run waits on the limits of the whole."""
    form = {"integration": scene.story.integration.pk, "line": "evergreen/", "from": "next-period"}
    scene.bill.post("/changes/left/stop", form)
    run = scene.carry()
    assert run is not None
    assert (run.state, run.companies) == (SyncRun.State.AWAITING_APPROVAL, ["evergreen"])
    return run


def form_with(html: str, run: SyncRun) -> dict[str, str]:
    """The form of this run's plan, as the page has it."""
    forms = re.findall(r'<form method="post" action="/changes/approve".*?</form>', html, re.DOTALL)
    mine = [form for form in forms if f'name="run" value="{run.pk}"' in form]
    assert mine, html
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', mine[0])
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def press(scene: Told, page: str, run: SyncRun, **fields: Any) -> str:
    sent = {**form_with(scene.bill.get(page).content.decode(), run), **fields}
    said = text_of(scene.bill.post("/changes/approve", sent, follow=True))
    scene.carry()
    return said


def is_let_go(scene: Told) -> bool:
    """It is written on its day, and nobody is asked any more."""
    (line,) = standing_of(scene.story.integration).plan.of("evergreen")
    return (line.status, line.after) == ("planned", 0)


def test_left_password_boss_says_that_it_waits_and_leads_to_where_it_is_approved(scene: Told) -> None:
    stop(scene)
    page = scene.bill.get("/changes/left")
    assert "Decided, not written yet: it waits for you." in text_of(page)
    assert 'search=evergreen">Look at it and approve' in page.content.decode()
    assert not is_let_go(scene)


def test_changes_has_a_button_for_its_row_and_one_for_its_plan(scene: Told) -> None:
    run = stop(scene)
    with at_most():
        page = scene.bill.get("/changes/")
    html = page.content.decode()
    assert f'form="approve-{run.pk}" name="only" value="evergreen/standard"' in html
    assert f'form="approve-{run.pk}" name="plan"' in html
    assert "for Evergreen waits for your approval" in text_of(page)
    assert 'form="approve" name="only" value="delacroix/standard"' in html
    said = press(scene, "/changes/", run, only="evergreen/standard")
    assert "Approved: Evergreen" in said
    assert is_let_go(scene)
    assert "not written yet" not in text_of(scene.bill.get("/changes/left"))
    assert "waits for your approval" not in text_of(scene.bill.get("/changes/"))
    assert scene.story.units("client-001") == 10, "what nobody approved stays"


@pytest.mark.parametrize("page", ["/changes/", "/runs/{}/", "/"])
def test_the_whole_run_is_approved_where_it_is_said(scene: Told, page: str) -> None:
    run = stop(scene)
    shown = scene.bill.get(page.format(run.pk))
    assert "Write 1 change, \N{MINUS SIGN}$100.00 a month" in text_of(shown)
    press(scene, page.format(run.pk), run, plan="1")
    assert is_let_go(scene)
    assert scene.story.units("delacroix") == 60


def test_a_companys_page_has_its_button(scene: Told) -> None:
    run = stop(scene)
    assert f'form="approve-{run.pk}" name="only"' in scene.bill.get("/company/evergreen").content.decode()
    press(scene, "/company/evergreen", run, only="evergreen/standard")
    assert is_let_go(scene)


def test_who_may_only_look_is_offered_no_approval(scene: Told) -> None:
    run = stop(scene)
    for page in ("/changes/", "/", f"/runs/{run.pk}/", "/company/evergreen"):
        html = scene.bob.get(page).content.decode()
        assert f"approve-{run.pk}" not in html, page
        assert 'name="plan"' not in html, page


def test_a_line_is_approved_only_in_the_plan_that_saw_it_last(scene: Told) -> None:
    before = standing_of(scene.story.integration).base
    assert before is not None
    scene.story.count("delacroix", standard=30)
    scene.story.sync(companies=["delacroix"])
    later = SyncRun.objects.latest("pk")
    said = text_of(scene.approve(scene.bill, before, only="delacroix/standard"))
    assert "A newer plan took this one's place" in said
    assert scene.carry() is None
    form = {"run": before.pk, "digest": before.plan_digest, "only": "delacroix/standard"}
    assert "None of these lines" in text_of(scene.bill.post("/changes/leave", form, follow=True))
    press(scene, "/changes/", later, only="delacroix/standard")
    assert scene.story.units("delacroix") == 30


def test_after_a_sync_of_one_company_its_line_is_left_as_it_is_in_that_plan(scene: Told) -> None:
    scene.story.sync(companies=["delacroix"])
    later = SyncRun.objects.latest("pk")
    form = {**form_with(scene.bill.get("/changes/").content.decode(), later), "only": "delacroix/standard"}
    assert "Left as it is" in text_of(scene.bill.post("/changes/leave", form, follow=True))
