"""Changes: first plans, plans of many lines, and changes of plan."""

from functools import partial
from pathlib import Path

import pytest

from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import _read, standing_of
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story import Settle
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

DROP = Client("fabrikam", {"standard": 60}, users={"standard": 22})
RISE = Client("tailspin", users={"standard": 11})
STILL = Client("wingtip")


@pytest.fixture
def settle(db: None, tmp_path: Path) -> Settle:
    return partial(story.settled, settings=SETTINGS, folder=tmp_path)


@pytest.fixture
def begin(db: None, tmp_path: Path) -> Settle:
    return partial(story.begun, settings=SETTINGS, folder=tmp_path)


@pytest.fixture
def first(begin: Settle) -> Told:
    """The first plan waits as a whole."""
    scene = begin([RISE, STILL])
    story.confirm(scene, [RISE, STILL])
    scene.sync()
    return told(scene)


def base(scene: Told) -> SyncRun:
    found = standing_of(scene.story.integration).base
    assert found is not None
    return found


def test_the_first_plan_is_approved_as_a_whole(first: Told) -> None:
    shown = text_of(first.bill.get("/changes/"))
    assert "waits for your approval" in shown
    assert "Write 1 change, +$5.00 a month" in shown
    first.approve(first.bill, base(first), plan="1")
    run = first.carry()
    assert run is not None
    assert (run.state, first.story.units("tailspin")) == (SyncRun.State.SUCCEEDED, 11)


def test_a_plan_whose_units_nobody_knows_says_that_it_is_written(begin: Settle) -> None:
    scene = begin([RISE, STILL])
    scene.sync()
    first = told(scene)
    shown = text_of(first.bill.get("/changes/"))
    assert "Write 2 changes" in shown
    assert "No line would change" not in shown
    assert "$0.00" not in shown
    first.approve(first.bill, base(first), plan="1")
    first.carry()
    assert first.story.units("tailspin") == 11


def test_a_plan_is_approved_once(first: Told) -> None:
    seen = base(first)
    first.approve(first.bill, seen, plan="1")
    first.carry()
    shown = first.approve(first.alice, seen, plan="1")
    assert "does not wait any more" in text_of(shown)
    assert first.carry() is None


def test_some_lines_of_a_waiting_plan_leave_the_rest_waiting(begin: Settle) -> None:
    rises = [Client(ref, users={"standard": 11}) for ref in ("adatum", "boulder", "corso")]
    scene = begin(rises)
    story.confirm(scene, rises)
    scene.sync()
    first = told(scene)
    seen = base(first)
    first.approve(first.bill, seen, line=["adatum/standard", "corso/standard"])
    first.carry()
    assert [scene.units(ref) for ref in ("adatum", "boulder", "corso")] == [11, 10, 11]
    seen.refresh_from_db()
    assert seen.state == SyncRun.State.AWAITING_APPROVAL
    shown = text_of(first.bill.get("/changes/"))
    assert "Write 1 change, +$5.00 a month" in shown
    first.approve(first.bill, seen, plan="1")
    first.carry()
    assert scene.units("boulder") == 11


def test_script_in_a_companys_name_is_text(settle: Settle) -> None:
    scene = told(settle([DROP]))
    scene.story.bring("companies", ["ref,name", 'fabrikam,"<script>alert(1)</script>"'])
    scene.story.sync()
    for url in ("/changes/", "/", "/company/fabrikam"):
        shown = scene.alice.get(url).content
        assert b"<script>alert" not in shown
        assert b"&lt;script&gt;" in shown


@pytest.mark.parametrize("rows", [3, 120])
def test_queries_do_not_grow_with_rows(settle: Settle, rows: int) -> None:
    scene = told(settle([DROP, *clients(rows)]))
    scene.story.sync()
    run = base(scene)
    for url in (
        "/",
        "/changes/",
        "/changes/?page=2",
        "/history/",
        f"/runs/{run.pk}/",
        "/history/changes/",
        "/company/fabrikam",
    ):
        _read.cache_clear()
        with at_most():
            assert scene.alice.get(url).status_code == 200


def test_a_change_of_plan_is_one_row_and_one_decision(settle: Settle) -> None:
    granite = Client("granite", {"standard": 38, "advanced": 0}, licenses=40)
    scene = told(settle([granite, *clients(5)], products=("standard", "advanced")))
    scene.story.count("granite", standard=0, advanced=38)
    scene.story.sync()
    shown = text_of(scene.bill.get("/changes/?group=waiting"))
    assert "Waiting for you 1" in shown
    assert "Standard → Advanced" in shown
    assert "38 → 0 · 0 → 38" in shown
    assert "+$95.00 / month" in shown
    assert shown.count("Write both lines from 1 Nov") == 1
    scene.approve(scene.bill, base(scene), only="granite/standard")
    scene.carry()
    assert (scene.story.units("granite"), scene.story.units("granite", "advanced")) == (0, 38)


def test_a_run_counts_the_lines_that_it_lists_one_by_one(settle: Settle) -> None:
    granite = Client("granite", {"standard": 38, "advanced": 0}, licenses=40)
    scene = told(settle([granite, *clients(5)], products=("standard", "advanced")))
    scene.story.count("granite", standard=0, advanced=38)
    scene.story.sync()
    shown = scene.bob.get(f"/runs/{base(scene).pk}/?group=waiting")
    assert len(shown.context["rows"]) == 2
    assert "Waiting for you 2" in text_of(shown)
    assert shown.context["total"] == sum(tab.count for tab in shown.context["tabs"])
