"""Who left Password Boss: the list of them, the decision on several at once, and whoever came back."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.calendars import set_contract_terms
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import Instruction, SyncRun
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

GONE = [Client("evergreen", {"standard": 5}), Client("fabrikam", {"standard": 3})]
PAGE = "/changes/left"


def leave(scene: Told, *refs: str) -> None:
    stay = [ref for ref in scene.story.places.refs if ref not in refs]
    rows = ["ref,name,licenses_assigned", *(f"{ref},{ref.title()},500" for ref in stay)]
    scene.story.bring("companies", rows, complete=True)
    scene.story.sync()


def _tell(folder: Path) -> Told:
    begin = partial(story.settled, settings=SETTINGS, folder=folder)
    found = told(begin([*GONE, *clients(20)]))
    with found.story.open_bms(found.story.integration) as bms:
        refresh(found.story.integration, bms, found.story.time.now)
    leave(found, "evergreen", "fabrikam")
    return found


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def stop(scene: Told, browser: Browser, *refs: str, **fields: Any) -> Any:
    form = {
        "integration": scene.story.integration.pk,
        "line": [f"{ref}/" for ref in refs],
        "from": "next-period",
    }
    return browser.post(f"{PAGE}/stop", {**form, **fields}, follow=True)


def test_they_wait_with_money_and_deadline_and_changes_leads_there(scene: Told) -> None:
    with at_most():
        shown = text_of(scene.bob.get(PAGE))
    assert "Evergreen 5 $25.00 / month Tue 1 Dec" in shown
    assert "Decide before Tue 1 Dec" in shown
    changes = scene.bill.get("/changes/?group=waiting").content.decode()
    assert f'href="{PAGE}?integration={scene.story.integration.pk}">Stop billing from' in changes
    assert "Stop billing from" in text_of(scene.bill.get("/"))


def test_several_are_stopped_at_once_and_once_only(scene: Told) -> None:
    shown = text_of(stop(scene, scene.bill, "evergreen", "fabrikam"))
    assert "Billing of 2 companies stops from Tue 1 Dec" in shown
    stop(scene, scene.alice, "evergreen", "fabrikam")
    assert Instruction.objects.filter(state="open").count() == 2
    assert LedgerEntry.objects.filter(event="instruction.given").count() == 2
    run = scene.carry()
    assert run is not None
    assert run.companies == ["evergreen", "fabrikam"]
    shown = text_of(scene.bob.get(PAGE))
    assert "Nobody who left waits for you" in shown
    assert "Billing stops from Tue 1 Dec. Decided by bill@northgate.example." in shown
    assert "5 → 0" in text_of(scene.bob.get("/changes/?group=updated"))


def test_what_cannot_be_is_said_and_what_was_typed_stays(scene: Told) -> None:
    answer = stop(scene, scene.bill, "evergreen", **{"from": "date", "on": "2026-10-15"})
    assert "billing cannot stop from 15 Oct 2026: the period from 1 Oct 2026 is posted" in text_of(answer)
    html = answer.content.decode()
    assert 'value="2026-10-15"' in html
    assert 'value="evergreen/" aria-label="Evergreen" checked' in html
    for fields in ({"from": "date", "on": "2026-02-31"}, {"from": "date"}, {"from": "soon"}):
        assert "Nothing was changed" in text_of(stop(scene, scene.bill, "evergreen", **fields))
    assert "Choose at least one company" in text_of(stop(scene, scene.bill))
    assert "nothing of it left Password Boss" in text_of(stop(scene, scene.bill, "nobody"))
    assert not Instruction.objects.exists()


def test_a_viewer_and_another_partner_decide_nothing(scene: Told) -> None:
    assert stop(scene, scene.bob, "evergreen").status_code == 403
    assert stop(scene, scene.carol, "evergreen").status_code == 404
    assert not Instruction.objects.exists()


def test_a_decision_is_taken_back_until_it_is_written(scene: Told) -> None:
    stop(scene, scene.bill, "evergreen")
    scene.carry()
    form = {"integration": scene.story.integration.pk, "line": "evergreen/"}
    assert "The decision is taken back" in text_of(scene.bill.post(f"{PAGE}/again", form, follow=True))
    assert "Nothing was decided on it any more" in text_of(
        scene.bill.post(f"{PAGE}/again", form, follow=True)
    )
    scene.carry()
    assert "Evergreen" in text_of(scene.bill.get(f"{PAGE}")).split("Waiting for you")[1]


def test_a_decision_that_cannot_be_taken_back_now_is_said_to_stay(scene: Told) -> None:
    """Its 0 is written for December already, and a sync is under way: it was said to be taken back."""
    row = scene.story.integration
    contract_id = scene.story.places.contract("evergreen")
    set_contract_terms(row, contract_id, actor="alice", issue_on="start", fiscal=None, posts_on=None)
    stop(scene, scene.bill, "evergreen")
    scene.carry()
    scene.bill.post("/sync", {"integration": row.pk})
    form = {"integration": row.pk, "line": "evergreen/"}
    shown = text_of(scene.bill.post(f"{PAGE}/again", form, follow=True))
    assert "A sync is under way already" in shown
    assert "The decision stays" in shown
    assert Instruction.objects.get().state != "withdrawn"
    scene.carry()
    shown = text_of(scene.bill.post(f"{PAGE}/again", form, follow=True))
    assert "The decision is taken back. Run" in shown
    scene.carry()
    assert scene.story.memory("evergreen").pending_units == 5


def test_who_comes_back_is_asked_about(scene: Told) -> None:
    stop(scene, scene.bill, "evergreen")
    scene.carry()
    leave(scene, "fabrikam")
    scene.story.count("evergreen", standard=4)
    scene.story.sync()
    shown = text_of(scene.bill.get(PAGE))
    assert "Back again" in shown
    assert "Evergreen is back in Password Boss with 4 users" in shown
    form = {"integration": scene.story.integration.pk, "line": "evergreen/"}
    scene.bill.post(f"{PAGE}/again", form)
    assert scene.carry() is not None
    assert scene.story.units("evergreen") == 4
    assert SyncRun.objects.latest("pk").companies == ["evergreen"]
