"""Put back in the portal: from a run's page or a company's to the preview, and from there to BMS."""

from pathlib import Path

import pytest

from seatbridge.sync.models import PutBack, SyncRun
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

CAST = [Client("northwind", {"standard": 46}), Client("contoso", {"standard": 20}), *clients(20)]


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Told:
    """Northwind grew by 3 and Contoso by 1; both were written."""
    made = story.settled(CAST, settings=SETTINGS, folder=tmp_path)
    made.rewrites_are_clean()
    made.count_all({"northwind": {"standard": 49}, "contoso": {"standard": 21}})
    made.sync()
    return told(made)


def newest() -> SyncRun:
    return SyncRun.objects.latest("pk")


def test_a_run_is_put_back_in_two_clicks(scene: Told) -> None:
    written = newest()
    with at_most(14):
        page = text_of(scene.bill.get(f"/runs/{written.pk}/"))
    assert "Put back 2 lines …" in page
    assert "Put back to 46" in page
    asked = scene.bill.post(f"/runs/{written.pk}/put-back", follow=True)
    assert asked.redirect_chain[-1][0] == f"/runs/{newest().pk}/"
    scene.carry()
    preview = newest()
    assert scene.story.units("northwind") == 49
    shown = text_of(scene.bill.get(f"/runs/{preview.pk}/"))
    for said in (
        f"Preview of a put back {preview.pk}",
        "Posted invoices are not changed",
        "49 → 46",
        "\N{MINUS SIGN}$15.00 / month",
        "No posted invoice carries the 49 units, so none is changed.",
        "Put back 2 lines",
    ):
        assert said in shown
    put = scene.approve(scene.bill, preview, plan="1")
    assert "It is being put back now" in text_of(put)
    scene.carry()
    assert (scene.story.units("northwind"), scene.story.units("contoso")) == (46, 20)
    history = text_of(scene.bob.get("/history/changes/"))
    assert "Put back asked for" in history
    assert "Put back 2 lines" not in text_of(scene.bill.get(f"/runs/{written.pk}/"))


def test_a_company_is_put_back_from_its_own_page(scene: Told) -> None:
    written = newest()
    assert "Put back to 46 …" in text_of(scene.bill.get("/company/northwind"))
    form = {"line": "northwind/standard", "next": "/company/northwind"}
    scene.bill.post(f"/runs/{written.pk}/put-back", form, follow=True)
    scene.carry()
    preview = newest()
    shown = text_of(scene.bill.get(f"/runs/{preview.pk}/"))
    assert "Northwind" in shown
    assert "Contoso" not in shown
    scene.approve(scene.bill, preview, only="northwind/standard")
    scene.carry()
    assert (scene.story.units("northwind"), scene.story.units("contoso")) == (46, 21)
    scene.story.sync()
    page = text_of(scene.bill.get("/company/northwind"))
    assert "left as it is until after the invoice run of 1 Dec 2026" in page
    assert "Put back to 49 …" in page


def test_where_a_period_is_written_once_the_preview_asks_what_would_let_it_go_at_once(scene: Told) -> None:
    type(scene.story.integration).objects.update(rewrites_are_clean=False)
    written = newest()
    scene.bill.post(f"/runs/{written.pk}/put-back")
    scene.carry()
    preview = newest()
    shown = text_of(scene.bill.get(f"/runs/{preview.pk}/"))
    assert "what covers 1 Nov 2026 to 30 Nov 2026 keeps 49 units" in shown
    assert "Are the Prorated Transactions of its contract in BMS empty? Then say so" in shown
    scene.approve(scene.bill, preview, plan="1")
    scene.carry()
    assert scene.story.units("northwind") == 49
    page = text_of(scene.bill.get("/company/northwind"))
    assert "Put back to 46 units" in page
    assert "Put back to 46 …" not in page, "it is ordered already"


def test_a_second_click_finds_the_first_ones_run(scene: Told) -> None:
    written = newest()
    scene.bill.post(f"/runs/{written.pk}/put-back")
    again = scene.bill.post(f"/runs/{written.pk}/put-back", follow=True)
    assert "under way already" in text_of(again)
    assert SyncRun.objects.filter(puts_back=written).count() == 1


def test_a_preview_is_approved_once(scene: Told) -> None:
    scene.bill.post(f"/runs/{newest().pk}/put-back")
    scene.carry()
    preview = newest()
    scene.approve(scene.bill, preview, plan="1")
    scene.carry()
    scene.approve(scene.bill, preview, plan="1")
    again = scene.carry()
    assert again is not None
    assert again.summary["written"] == 0
    assert PutBack.objects.count() == 2


def test_what_cannot_be_put_back_is_said(scene: Told) -> None:
    still = scene.story.sync().run
    said = text_of(scene.bill.post(f"/runs/{still.pk}/put-back", follow=True))
    assert f"Run {still.pk} wrote nothing, so there is nothing to put back." in said
    assert "Put back" not in text_of(scene.bill.get(f"/runs/{still.pk}/")).replace("nothing to put back", "")


def test_who_may_only_look_is_offered_nothing(scene: Told) -> None:
    written = newest()
    assert "Put back" not in text_of(scene.bob.get(f"/runs/{written.pk}/"))
    assert "Put back" not in text_of(scene.bob.get("/company/northwind"))
    assert scene.bob.post(f"/runs/{written.pk}/put-back").status_code == 403
    assert scene.carol.post(f"/runs/{written.pk}/put-back").status_code == 404
    assert not SyncRun.objects.exclude(puts_back=None).exists()


@pytest.fixture
def ahead(db: None, tmp_path: Path) -> Told:
    """December is posted already when Delacroix falls from 60 to 22: that is written from 1 January on."""
    delacroix = Client("delacroix", {"standard": 60}, contract={"issue_on": "start"})
    made = story.settled([delacroix, *clients(20)], settings=SETTINGS, folder=tmp_path, ahead_seen="kept")
    made.count("delacroix", standard=22)
    made.sync(approve_lines=[("delacroix", "standard")])
    assert made.units("delacroix") == 60
    return told(made)


def put_back_ahead(scene: Told) -> tuple[SyncRun, SyncRun]:
    """The preview, and the run that carries it out."""
    scene.bill.post(f"/runs/{newest().pk}/put-back")
    preview = scene.carry()
    assert preview is not None
    scene.approve(scene.bill, preview, plan="1")
    ran = scene.carry()
    assert ran is not None
    return preview, ran


def test_what_was_dated_ahead_is_put_back_against_what_was_planned(ahead: Told) -> None:
    written = newest()
    assert written.summary["money_delta"] == "-190.00"
    preview, ran = put_back_ahead(ahead)
    shown = text_of(ahead.bill.get(f"/runs/{preview.pk}/"))
    assert "22 → 60 +$190.00 / month" in shown
    assert "60 → 60" not in shown
    assert "22 → 60 +$190.00 / month" in text_of(ahead.bill.get(f"/runs/{ran.pk}/"))
    assert ran.summary["money_delta"] == "190.00", "History's money cancels out"
    write = ran.writes.get()
    assert (write.units_before, write.units) == (60, 60), "what is written is as it was"
    history = text_of(ahead.bill.get("/history/changes/"))
    assert "22 → 60" in history
    assert "60 → 60" not in history


def test_a_companys_page_lists_the_put_back_and_marks_what_it_took_back(ahead: Told) -> None:
    _, ran = put_back_ahead(ahead)
    with at_most(13):  # as long as an order holds, one more
        page = text_of(ahead.bill.get("/company/delacroix"))
    written = page.split("What was written")[1]
    assert "22 → 60" in written
    assert f"put back by run {ran.pk}" in written
    assert "60 → 22" in written
    assert "22 → 60" in text_of(ahead.bill.get("/")).split("Last changes")[1]


def test_a_put_back_ends_the_approval_that_it_takes_back(scene: Told) -> None:
    scene.story.count("northwind", standard=20)
    scene.story.sync()
    base = newest()
    scene.approve(scene.bill, base, only="northwind/standard")
    scene.carry()
    listed = "Northwind, Standard 49 → 20 Approved"
    assert listed in text_of(scene.bill.get("/changes/decisions/"))
    scene.bill.post(f"/runs/{newest().pk}/put-back")
    preview = scene.carry()
    assert preview is not None
    assert listed in text_of(scene.bill.get("/changes/decisions/")), "a preview ends nothing"
    scene.approve(scene.bill, preview, plan="1")
    scene.carry()
    assert listed not in text_of(scene.bill.get("/changes/decisions/"))
    assert "Decision taken back" in text_of(scene.bill.get("/history/changes/?what=everything"))
