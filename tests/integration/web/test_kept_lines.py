"""A line that a person left or put back is billed on: every page and figure says so."""

from pathlib import Path

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.cli.run_table import print_run_table
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.company_status import worst_status
from seatbridge.sync.models import LineMemory, SyncRun
from seatbridge.sync.shown.current import _figures, standing_of
from seatbridge.sync.shown.figures import Figures
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

CAST = [
    Client("delacroix", {"standard": 60}, users={"standard": 22}),
    Client("northwind", {"standard": 46}, users={"standard": 49}),
    Client("maple", excluded="included in bundle", users={"standard": 21}),
    *clients(20),
]
STANDING = (60 + 49 + 200) * 5


def _tell(folder: Path) -> Told:
    """Northwind grew and was written; Delacroix waits with a large drop."""
    made = story.settled(CAST, settings=SETTINGS, folder=folder)
    made.rewrites_are_clean()
    made.sync()
    return told(made)


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def newest() -> SyncRun:
    return SyncRun.objects.latest("pk")


def figures(scene: Told) -> Figures:
    found: Figures = scene.bob.get("/").context["figures"]
    return found


def line_of(scene: Told, ref: str) -> ShownLine:
    (line,) = standing_of(scene.story.integration).plan.of(ref)
    return line


def leave_delacroix(scene: Told) -> None:
    base = newest()
    form = {"run": base.pk, "digest": base.plan_digest, "only": "delacroix/standard"}
    scene.bill.post("/changes/leave", form)
    assert line_of(scene, "delacroix").status == "skipped:excluded"


def put_northwind_back(scene: Told) -> None:
    scene.bill.post(f"/runs/{newest().pk}/put-back", {"line": "northwind/standard"})
    scene.carry()
    scene.approve(scene.bill, newest(), only="northwind/standard")
    scene.carry()
    assert scene.story.units("northwind") == 46


def test_what_stands_on_contract_is_summed_whoever_keeps_it_there(scene: Told) -> None:
    assert figures(scene).on_contract == STANDING
    leave_delacroix(scene)
    assert figures(scene).on_contract == STANDING
    put_northwind_back(scene)
    assert figures(scene).on_contract == STANDING - 15
    scene.story.sync()
    assert line_of(scene, "northwind").status == "skipped:excluded"
    assert figures(scene).on_contract == STANDING - 15


def test_where_the_integration_is_off_its_lines_stand_on_contract_all_the_same(scene: Told) -> None:
    type(scene.story.integration).objects.update(enabled=False)
    scene.story.count("northwind", standard=55)
    scene.story.integration.refresh_from_db()
    scene.story.sync(dry_run=True)
    assert line_of(scene, "northwind").status == "skipped:disabled"
    assert figures(scene).on_contract == STANDING


def test_the_sentence_counts_the_same_companies_before_and_after(scene: Told) -> None:
    assert "1 of 22 companies needs you" in text_of(scene.bob.get("/"))
    leave_delacroix(scene)
    assert "All 22 companies match" in text_of(scene.bob.get("/"))


def test_kept_lines_are_up_to_date_and_say_until_when(scene: Told) -> None:
    leave_delacroix(scene)
    put_northwind_back(scene)
    for _ in ("as it was left", "as the next sync plans it"):
        assert line_of(scene, "delacroix").group is Group.UP_TO_DATE
        listed = text_of(scene.bob.get("/changes/?group=up-to-date"))
        assert "Kept at 60 by bill@northgate.example until you post on 1 Dec 2026" in listed
        assert "60 → 22" not in listed
        page = text_of(scene.bob.get("/company/delacroix"))
        assert "Up to date" in page
        assert "Excluded · Off" not in page
        scene.story.sync()
    assert "Put back to 46 units" in text_of(scene.bob.get("/changes/?group=up-to-date"))
    off = text_of(scene.bob.get("/changes/?group=off"))
    assert "Excluded · Off 1 " in off, "Maple alone"
    assert "Delacroix" not in off


def test_company_mapping_says_what_changes_says(scene: Told) -> None:
    url = "/companies/?search=delacroix"
    assert "Waiting for you A large change waits" in text_of(scene.bob.get(url))
    leave_delacroix(scene)
    for _ in ("as it was left", "as the next sync plans it"):
        scene.bob.get("/")  # the plan is read once a process
        with at_most():
            shown = text_of(scene.bob.get(url))
        assert "Up to date Kept at 60 by bill@northgate.example until you post on 1 Dec 2026" in shown
        assert "A large change waits" not in shown
        row = CompanyMapping.objects.get(company__ref="delacroix")
        assert row.last_status == line_of(scene, "delacroix").status
        scene.story.sync()
    assert "Excluded · Off included in bundle" in text_of(scene.bob.get("/companies/?search=maple"))


def test_what_else_waits_of_a_company_is_still_what_company_mapping_says(scene: Told) -> None:
    lines = [("no-change", "no-change"), ("skipped", "skipped:excluded"), ("hold", "held:zero")]
    assert worst_status(lines) == "held:zero"
    assert worst_status(lines[:2]) == "skipped:excluded"


def test_the_command_line_says_the_same(scene: Told, capsys: pytest.CaptureFixture[str]) -> None:
    leave_delacroix(scene)
    print_run_table(standing_of(scene.story.integration).plan.of("delacroix"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "Up to date · 1 line" in shown
    assert "Delacroix standard 60 skipped:excluded Kept at 60 by bill@northgate.example" in shown
    assert "60 → 22" not in shown


@pytest.mark.parametrize(("invoiced", "said"), [(60, "$0.00"), (58, "+$10.00")])
def test_leaving_a_line_forgets_no_invoice(scene: Told, invoiced: int, said: str) -> None:
    assert not figures(scene).invoices_read
    _figures.cache_clear()  # a real run that reads invoices makes a new plan
    LineMemory.objects.filter(line_id=scene.story.places.line("delacroix")).update(invoiced_units=invoiced)
    leave_delacroix(scene)
    shown = text_of(scene.bob.get("/"))
    assert f"Change since last invoice {said} a month" in shown, shown[shown.index("Change since") :][:80]


def test_what_is_excluded_is_neither_kept_nor_on_contract(scene: Told) -> None:
    assert line_of(scene, "maple").group is Group.OFF
    assert not line_of(scene, "maple").is_kept
    assert figures(scene).on_contract == STANDING


def test_the_vendor_charges_for_users_counted_whatever_is_planned(scene: Told) -> None:
    with scene.story.open_bms(scene.story.integration) as bms:
        refresh(scene.story.integration, bms, scene.story.time.now)
    _figures.cache_clear()
    counted = (22 + 49 + 200 + 21) * 3  # Maple's users are in a bundle, and charged for
    assert figures(scene).vendor_charge == counted
    leave_delacroix(scene)
    assert figures(scene).vendor_charge == counted
    put_northwind_back(scene)
    assert figures(scene).vendor_charge == counted
    scene.story.sync()
    assert figures(scene).vendor_charge == counted


def test_what_nobody_wrote_is_not_said_to_be_written_by_us(scene: Told) -> None:
    stated = text_of(scene.bob.get("/company/delacroix"))
    assert "On contract: 60. 60 confirmed by a person." in stated
    assert "Nothing was written for this company yet." in stated
    scene.story.sync()
    assert "On contract: 49. We wrote 49 from 1 Nov 2026." in text_of(scene.bob.get("/company/northwind"))
