"""A missing line: its page shows what it will be, and one word has it added."""

from functools import partial
from pathlib import Path

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.sync.models import Instruction
from tests.integration.web.told import Told, text_of, told
from tests.support import story
from tests.support.story_world import ADVANCED, STANDARD, Client, clients
from tests.with_django import SETTINGS


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Told:
    begin = partial(story.settled, settings=SETTINGS, folder=tmp_path)
    made = told(begin([Client("juniper", {"advanced": 1}), *clients(12)], products=("standard", "advanced")))
    with made.story.open_bms(made.story.integration) as bms:
        refresh(made.story.integration, bms, made.story.time.now, (STANDARD, ADVANCED))
    made.story.count("juniper", standard=18)
    made.story.sync()
    return made


def test_it_is_shown_reckoned_and_added(scene: Told) -> None:
    page = f"/new-line/{scene.story.integration.pk}/standard/juniper"
    assert f'href="{page}">Add the line' in scene.bill.get("/changes/?group=not-billed").content.decode()
    assert page not in scene.bob.get("/changes/?group=not-billed").content.decode()
    shown = text_of(scene.bill.get(page))
    assert "$5.00 on 12 lines" in shown
    assert "+$90.00 / month" in shown
    assert "Add the line: 18 units at 5.00" in shown
    reckoned = text_of(scene.bill.post(page, {"price": "4.50", "cost": "3", "do": "show"}))
    assert "+$81.00 / month" in reckoned
    assert "must be an amount such as 5.00" in text_of(scene.bill.post(page, {"price": "five", "cost": "3"}))
    assert not Instruction.objects.exists()
    form = {"price": "4.50", "cost": "3", "do": "add"}
    assert scene.bob.post(page, form).status_code == 403
    assert scene.carol.post(page, form).status_code == 404
    for _ in range(2):
        assert "is to be added" in text_of(scene.bill.post(page, form, follow=True))
    assert Instruction.objects.count() == 1
    assert scene.carry() is not None
    assert scene.story.units("juniper") == 18
    assert "No line of it is missing any more" in text_of(scene.bill.post(page, form, follow=True))


def test_a_word_is_taken_back(scene: Told) -> None:
    page = f"/new-line/{scene.story.integration.pk}/standard/juniper"
    scene.bill.post(page, {"price": "5", "cost": "3", "do": "add"})
    assert "Take it back" in text_of(scene.bill.get(page))
    gone = scene.bill.post(page.replace("new-line", "no-new-line"), follow=True)
    assert "Taken back" in text_of(gone)
    assert scene.carry() is not None
    assert "Add the line" in text_of(scene.bill.get("/changes/?group=not-billed"))
