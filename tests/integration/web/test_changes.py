"""Changes: what waits, what was written, and the decisions on it."""

from datetime import date
from pathlib import Path

import pytest

from seatbridge.integrations.switching import disable
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.shown.current import standing_of
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

DROP = Client("fabrikam", {"standard": 60}, users={"standard": 22})
RISE = Client("tailspin", users={"standard": 11})
STILL = Client("wingtip")


def _tell(folder: Path) -> Told:
    """A drop is held, a rise was written."""
    cast = [DROP, RISE, STILL, *clients(20)]
    scene = told(story.settled(cast, settings=SETTINGS, folder=folder))
    scene.story.sync()
    return scene


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def synced(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def base(scene: Told) -> SyncRun:
    found = standing_of(scene.story.integration).base
    assert found is not None
    return found


def test_the_list_says_what_happened_in_the_words_of_the_six_groups(synced: Told) -> None:
    shown = text_of(synced.bob.get("/changes/"))
    assert "60 → 22" in shown
    assert "Waiting for you" in shown
    assert "10 → 11" in shown
    assert "Updated" in shown
    assert "Up to date" in shown
    assert "held:anomaly" not in shown


def test_a_viewer_sees_no_decision_and_can_make_none(synced: Told) -> None:
    assert "Write 22 units" not in text_of(synced.bob.get("/changes/"))
    assert synced.approve(synced.bob, base(synced), only="fabrikam/standard").status_code == 403
    assert synced.bob.post("/sync", {"integration": synced.story.integration.pk}).status_code == 403
    assert SyncRun.objects.filter(requested=True).count() == 0


def test_what_is_anothers_is_not_there(synced: Told) -> None:
    run = base(synced)
    for url in ("/changes/?integration=", "/runs/"):
        number = synced.story.integration.pk if "=" in url else f"{run.pk}/"
        assert synced.carol.get(f"{url}{number}").status_code == 404
    assert synced.approve(synced.carol, run, only="fabrikam/standard").status_code == 404
    assert synced.carol.post("/sync", {"integration": synced.story.integration.pk}).status_code == 404
    assert synced.carol.post(f"/runs/{run.pk}/cancel").status_code == 404
    assert synced.carol.get(f"/runs/{run.pk}/progress").status_code == 404
    assert synced.carol.get("/company/fabrikam").status_code == 404


def test_one_held_line_is_approved_by_its_button(synced: Told) -> None:
    shown = synced.approve(synced.bill, base(synced), only="fabrikam/standard")
    assert "Approved: Fabrikam" in text_of(shown)
    run = synced.carry()
    assert run is not None
    assert run.actor == "bill@northgate.example"
    assert synced.story.units("fabrikam") == 22
    assert LedgerEntry.objects.filter(event="run.approval-asked", run_id=run.pk).count() == 1
    shown_later = text_of(synced.bill.get("/changes/"))
    assert "Write 22 units" not in shown_later
    assert "10 → 11" in shown_later, "the other lines stay as the whole plan has them"


def test_a_line_that_moved_since_it_was_looked_at_is_refused(synced: Told) -> None:
    seen = base(synced)
    synced.story.count("fabrikam", standard=5)
    synced.approve(synced.bill, seen, only="fabrikam/standard")
    synced.carry()
    assert synced.story.units("fabrikam") == 60
    assert "The count moved from 22 to 5 since the plan was approved" in text_of(synced.bill.get("/changes/"))


def test_a_double_click_has_one_effect_and_a_friendly_answer(synced: Told) -> None:
    seen = base(synced)
    synced.approve(synced.bill, seen, only="fabrikam/standard")
    again = synced.approve(synced.alice, seen, only="fabrikam/standard")
    assert "under way already" in text_of(again)
    synced.carry()
    written = len(synced.story.bms.writes)
    synced.approve(synced.alice, seen, only="fabrikam/standard")
    synced.carry()
    assert len(synced.story.bms.writes) == written
    assert synced.story.units("fabrikam") == 22


def test_a_second_tab_is_told_that_the_line_was_approved_already(synced: Told) -> None:
    opened = base(synced)
    synced.approve(synced.bill, opened, only="fabrikam/standard")
    run = synced.carry()
    assert run is not None
    said = text_of(synced.approve(synced.alice, opened, only="fabrikam/standard"))
    assert f"Fabrikam: approved already by bill@northgate.example, run {run.pk}. Nothing is left" in said
    assert "It is being written now" not in said
    assert synced.carry() is None, "no run was started"
    assert SyncRun.objects.latest("pk") == run


def test_a_forged_digest_approves_nothing(synced: Told) -> None:
    shown = synced.approve(synced.bill, base(synced), digest="0" * 64, only="fabrikam/standard")
    assert "not the plan that you looked at" in text_of(shown)
    assert synced.carry() is None


def test_lines_that_nobody_may_approve_are_refused_with_words(synced: Told) -> None:
    for pair in ("wingtip/standard", "nobody/standard", "", "fabrikam/gold"):
        shown = synced.approve(synced.bill, base(synced), only=pair, line=pair)
        assert synced.carry() is None, shown


def test_a_line_is_left_as_it_is_until_the_invoice_run_and_taken_back(synced: Told) -> None:
    shown = text_of(synced.bill.get("/changes/"))
    assert "If 22 is right, waiting invoices $190.00 a month too much" in shown
    assert "Leave at 60" in shown
    form = {"run": base(synced).pk, "digest": base(synced).plan_digest, "only": "fabrikam/standard"}
    assert synced.bob.post("/changes/leave", form).status_code == 403
    assert synced.carol.post("/changes/leave", form).status_code == 404
    said = text_of(synced.bill.post("/changes/leave", form, follow=True))
    assert "Left as it is until you post on" in said
    assert "Leave at 60" not in said
    assert "None of these lines waits" in text_of(synced.bill.post("/changes/leave", form, follow=True))
    assert synced.carry() is None
    row = Decision.objects.get()
    Decision.objects.update(until=date(2099, 12, 1))
    listed = text_of(synced.bob.get("/changes/decisions/"))
    assert "Fabrikam, Standard 60 → 22 Left as it is" in listed
    assert "Take back" not in listed
    back = f"/changes/decisions/{row.pk}/take-back"
    assert synced.bob.post(back).status_code == 403
    assert synced.carol.post(back).status_code == 404
    assert "Taken back" in text_of(synced.alice.post(back, follow=True))
    assert "Left as it is" not in text_of(synced.bob.get("/changes/decisions/"))


def test_leaving_nothing_says_so(synced: Told) -> None:
    form = {"run": base(synced).pk, "digest": base(synced).plan_digest}
    assert "Choose at least one line" in text_of(synced.bill.post("/changes/leave", form, follow=True))
    forged = {**form, "digest": "0" * 64, "line": "fabrikam/standard"}
    assert "not the plan that you looked at" in text_of(
        synced.bill.post("/changes/leave", forged, follow=True)
    )


def test_all_that_may_be_written_is_shown_before_it_is(synced: Told) -> None:
    asked = synced.approve(synced.bill, base(synced), all="1")
    assert "Fabrikam" in text_of(asked)
    assert "Write 1 change" in text_of(asked)
    assert synced.carry() is None
    synced.approve(synced.bill, base(synced), all="1", sure="1")
    synced.carry()
    assert synced.story.units("fabrikam") == 22


def test_sync_now_and_preview(synced: Told) -> None:
    synced.story.count("wingtip", standard=12)
    number = synced.story.integration.pk
    shown = synced.bob.post("/sync", {"integration": number, "dry_run": "1"}, follow=True)
    assert "nothing is written" in text_of(shown)
    synced.carry()
    assert synced.story.units("wingtip") == 10
    synced.bill.post("/sync", {"integration": number})
    synced.carry()
    assert synced.story.units("wingtip") == 12


def test_sync_now_is_refused_while_the_integration_is_off(synced: Told) -> None:
    disable(synced.story.integration, actor="alice")
    number = synced.story.integration.pk
    shown = synced.bill.post("/sync", {"integration": number}, follow=True)
    assert "The integration is off" in text_of(shown)
    assert "Sync Now" not in text_of(synced.bill.get("/changes/"))
    assert synced.carry() is None


def test_progress_asks_for_itself_until_the_run_has_ended(synced: Told) -> None:
    synced.bill.post("/sync", {"integration": synced.story.integration.pk})
    run = SyncRun.objects.get(state=SyncRun.State.QUEUED)
    with at_most():
        shown = synced.bill.get(f"/runs/{run.pk}/progress")
    assert b"hx-trigger" in shown.content
    assert "Stop before the next write" in text_of(shown)
    assert "Stop before" not in text_of(synced.bob.get(f"/runs/{run.pk}/progress"))
    synced.carry()
    ended = synced.bill.get(f"/runs/{run.pk}/progress")
    assert b"hx-trigger" not in ended.content
    assert ended.headers["HX-Trigger"] == "run-ended"


def test_company_mapping_follows_the_run_that_is_under_way(synced: Told) -> None:
    assert b"run-progress" not in synced.bill.get("/companies/").content
    synced.bill.post("/sync", {"integration": synced.story.integration.pk})
    with at_most():
        shown = synced.bob.get("/companies/")
    assert b'hx-trigger="run-ended from:body"' in shown.content
    assert b"run-progress" in shown.content


def test_a_queued_run_is_cancelled_and_a_second_click_says_so(synced: Told) -> None:
    synced.bill.post("/sync", {"integration": synced.story.integration.pk})
    run = SyncRun.objects.get(state=SyncRun.State.QUEUED)
    assert "is cancelled" in text_of(synced.bill.post(f"/runs/{run.pk}/cancel", follow=True))
    assert "ended already" in text_of(synced.bill.post(f"/runs/{run.pk}/cancel", follow=True))


def test_filters_and_sorting_live_in_the_url(synced: Told) -> None:
    waiting = text_of(synced.bob.get("/changes/?group=waiting"))
    assert "Fabrikam" in waiting
    assert "Tailspin" not in waiting
    found = text_of(synced.bob.get("/changes/?search=TAIL"))
    assert "Tailspin" in found
    assert "Fabrikam" not in found
    by_name = text_of(synced.bob.get("/changes/?sort=-company"))
    assert by_name.index("Wingtip") < by_name.index("Fabrikam")


@pytest.mark.parametrize(
    "odd", ["group=x", "sort=;", "page=-1", "page=x", "search=%00", "integration=x", "integration="]
)
def test_odd_urls_break_nothing(synced: Told, odd: str) -> None:
    assert synced.bob.get(f"/changes/?{odd}").status_code in (200, 404)


@pytest.mark.parametrize("run", ["", "x", "-1", "9" * 30, "²"])
def test_odd_run_numbers_are_not_there(synced: Told, run: str) -> None:
    assert synced.bill.post("/changes/approve", {"run": run, "digest": ""}).status_code == 404
