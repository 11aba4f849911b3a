"""Differences: the page, its filters, the CSV, and the two decisions on it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from seatbridge.sync.models import Difference, Instruction
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import STANDARD, Client, clients
from tests.with_django import SETTINGS

PAGE = "/differences/"


def _tell(folder: Path) -> Told:
    cast = [Client("hollis", {"standard": 16}), *clients(20)]
    made = told(story.settled(cast, settings=SETTINGS, folder=folder))
    made.story.count("hollis", standard=17)
    made.story.sync()
    made.story.rewrites_are_clean()
    made.story.bms.edit_line(11, units=20)
    made.story.sync()
    return made


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def send(scene: Told, browser: Browser, what: str = "accept") -> Any:
    integration = scene.story.integration.pk
    form = {"integration": integration, "contract": 7001, "service": STANDARD}
    return browser.post(f"{PAGE}{what}", form, follow=True)


def test_all_three_numbers_stand_beside_the_money(scene: Told) -> None:
    with at_most():
        shown = text_of(scene.bill.get(PAGE))
    assert "Hollis Standard 17 17 20 " in shown
    assert "$15.00 / month Changed in BMS" in shown
    assert "Keep 20 as BMS has it" in shown
    assert "Write 17 units" in shown
    assert "Keep 20" not in text_of(scene.bob.get(PAGE))
    assert "No differences" in text_of(scene.bill.get(f"{PAGE}?kind=cannot-tell"))
    assert "Hollis" in text_of(scene.bill.get(f"{PAGE}?kind=edited&search=holl"))
    assert "No differences" in text_of(scene.bill.get(f"{PAGE}?search=nobody"))
    rows = b"".join(scene.bob.get("/differences.csv?kind=edited").streaming_content).decode().splitlines()
    assert rows[0].startswith("companies,products,contract_id")
    assert rows[1].startswith("Hollis,standard,7001,501,edited,17,17,20,15.00,-15.00,")
    assert scene.carol.get(f"{PAGE}?integration={scene.story.integration.pk}").status_code == 404


def test_theirs_is_accepted_once(scene: Told) -> None:
    assert send(scene, scene.bob).status_code == 403
    assert send(scene, scene.carol).status_code == 404
    assert "Accepted: 20 stay on the contract" in text_of(send(scene, scene.bill))
    assert "There is no difference on this line any more" in text_of(send(scene, scene.alice))
    assert Instruction.objects.count() == 1
    run = scene.carry()
    assert run is not None
    assert scene.story.units("hollis") == 20
    shown = text_of(scene.bill.get(PAGE))
    assert "Kept as BMS has it" in shown
    assert "Write 17 again" in shown
    assert "The count is followed again" in text_of(send(scene, scene.bill, "write"))
    assert "Nothing is kept on that line any more" in text_of(send(scene, scene.bill, "write"))
    scene.carry()
    assert scene.story.units("hollis") == 17


def test_ours_is_put_back_by_the_button(scene: Told) -> None:
    html = scene.bill.get(PAGE).content.decode()
    digest = html.split('name="digest" value="')[1].split('"')[0]
    run = html.split('name="run" value="')[1].split('"')[0]
    scene.bill.post("/changes/approve", {"run": run, "digest": digest, "only": "hollis/standard"})
    scene.carry()
    assert scene.story.units("hollis") == 17
    assert not Difference.objects.exists()


def test_a_line_without_a_price_is_said_above_the_list_of_changes(scene: Told) -> None:
    assert "no price in BMS" not in text_of(scene.bill.get("/changes/"))
    line = max(scene.story.bms.world.lines)
    scene.story.bms.edit_line(line, unit_price="0")
    scene.story.sync()
    with at_most():
        shown = text_of(scene.bob.get("/changes/"))
    assert "1 line has no price in BMS: nothing is invoiced for its users. Lines without a price" in shown
    page = text_of(scene.bob.get(f"{PAGE}?kind=no-price"))
    assert f"Without a price Line {line} has no price in BMS: its units are invoiced at $0.00." in page
    assert "Hollis" not in page
