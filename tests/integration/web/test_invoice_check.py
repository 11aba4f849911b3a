"""The invoice check in the portal: one banner on Home, and what is amiss by contract."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client
from tests.with_django import SETTINGS

CAST = [Client("northwind", {"standard": 14}), Client("contoso", {"standard": 20})]


def _tell(folder: Path) -> Told:
    settle = partial(story.settled, settings=SETTINGS, folder=folder)
    return told(settle(CAST))


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def post(scene: Told, *, without: str = "") -> None:
    """December begins, November is posted; one client's invoice is lost."""
    scene.story.day(date(2026, 12, 2))
    if without:
        contract_id = scene.story.places.contract(without)
        world = scene.story.bms.world
        kept = [
            each for each in world.invoices if all(line.contract_id != contract_id for line in each.lines)
        ]
        world.invoices[:] = kept
    scene.story.sync()


def test_before_the_first_posting_day_nothing_is_said(scene: Told) -> None:
    assert "on the invoices of" not in text_of(scene.bob.get("/"))
    assert "No invoice was checked yet." in text_of(scene.bob.get("/history/invoices/"))


def test_one_sentence_says_that_all_is_on_invoice(scene: Told) -> None:
    post(scene)
    with at_most(13):
        home = text_of(scene.bob.get("/"))
    assert "All 2 lines are on the invoices of Tue 1 Dec as on contract." in home
    assert "See which" not in home


def test_what_is_not_on_invoice_is_named_with_its_money(scene: Told) -> None:
    post(scene, without="contoso")
    home = text_of(scene.bob.get("/"))
    assert "Of 2 lines invoiced on Tue 1 Dec: 1 not on invoice." in home
    assert "See which" in home
    page = text_of(scene.bob.get("/history/invoices/"))
    for said in (
        "Contoso monthly",
        "1 Nov to 30 Nov",
        "20",
        "nothing",
        "\N{MINUS SIGN}$100.00",
        "Not on invoice",
    ):
        assert said in page
    assert "Northwind monthly" not in page


def test_nobody_else_sees_it(scene: Told) -> None:
    post(scene, without="contoso")
    number = scene.story.integration.pk
    assert scene.carol.get(f"/history/invoices/?integration={number}").status_code == 404
    assert "Contoso monthly" not in text_of(scene.carol.get("/history/invoices/"))
