"""Runs as programs start, read, approve and cancel them, in a real story with a pretend BMS."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.adding import add_partner
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.syncing import sync_requested
from tests.support import story
from tests.support.programs import Program, Programs, programs
from tests.support.story import Story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

DROP = Client("fabrikam", {"standard": 60}, users={"standard": 22})
RISE = Client("tailspin", users={"standard": 11})
STILL = Client("wingtip")
LINE = [
    "company",
    "product",
    "contract_id",
    "line_id",
    "units_before",
    "evidence",
    "units_after",
    "explanation",
    "unit_price",
    "currency",
    "money_delta",
    "money_delta_period",
    "effective_date",
    "proration",
    "outcome",
    "status",
    "cause",
    "fix",
    "deadline",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Scene:
    story: Story
    call: Programs

    @property
    def here(self) -> str:
        return f"/integrations/{self.story.integration.pk}"

    def carry(self) -> SyncRun:
        """What the engine would do."""
        run = SyncRun.objects.get(state=SyncRun.State.QUEUED)
        assert sync_requested(run.pk, self.story.around()) is not None
        run.refresh_from_db()
        return run

    def start(self, mode: str, by: Program | None = None, **more: Any) -> Any:
        return (by or self.call.alice).ok("POST", f"{self.here}/runs", {"mode": mode, **more})


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Scene:
    """Synced before; since then a drop, that will be held, and a rise."""
    settled = partial(story.settled, settings=SETTINGS, folder=tmp_path)
    made = settled([DROP, RISE, STILL, *clients(20)])
    return Scene(made, programs(made.integration.partner, add_partner("Contoso", "Europe/Berlin")))


@pytest.fixture
def first(db: None, tmp_path: Path) -> Scene:
    """Nothing was synced before."""
    made = story.begun([RISE, STILL], settings=SETTINGS, folder=tmp_path)
    story.confirm(made, [RISE, STILL])
    return Scene(made, programs(made.integration.partner, add_partner("Contoso", "Europe/Berlin")))


def test_a_first_run_is_previewed_approved_and_written(first: Scene) -> None:
    started = first.start("sync", by=first.call.bill)
    assert started["state"] == "queued"
    first.carry()
    waiting = first.call.bob.get(f"/runs/{started['id']}")
    assert (waiting["state"], waiting["mode"]) == ("awaiting-approval", "sync")
    assert waiting["waits"]
    assert first.story.units("tailspin") == 10
    approved = first.call.bill.ok("POST", f"/runs/{started['id']}/approve", {"digest": waiting["digest"]})
    first.carry()
    written = first.call.bob.get(f"/runs/{approved['id']}")
    assert (written["state"], written["approves"]) == ("succeeded", started["id"])
    assert written["summary"]["written"] == 1
    assert written["summary"]["money_delta"] == "5.00"
    assert first.story.units("tailspin") == 11
    lines = first.call.bob.get(f"/runs/{approved['id']}/lines?company=tailspin")["items"]
    assert [(each["status"], each["units_before"], each["units_after"]) for each in lines] == [
        ("synced", 10, 11)
    ]


def test_a_line_has_exactly_its_fields_and_money_is_text(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    lines = {each["company"]: each for each in scene.call.bob.get(f"/runs/{run.pk}/lines")["items"]}
    assert list(lines["tailspin"]) == LINE
    assert (lines["tailspin"]["unit_price"], lines["tailspin"]["money_delta"]) == ("5.00", "5.00")
    assert lines["fabrikam"]["status"] == "held:anomaly"
    assert lines["fabrikam"]["money_delta"] == "-190.00"
    assert lines["wingtip"]["outcome"] == "no-change"


def test_a_second_run_is_a_conflict_that_names_the_first(scene: Scene) -> None:
    started = scene.start("dry-run")
    problem = scene.call.bill.refused(409, "POST", f"{scene.here}/runs", {"mode": "sync"})
    assert (problem["code"], problem["id"], problem["state"]) == ("conflict", started["id"], "queued")
    assert SyncRun.objects.filter(state="queued").count() == 1


def test_off_means_that_nothing_is_written_and_previews_still_work(scene: Scene) -> None:
    scene.call.alice.ok("PATCH", scene.here, {"enabled": False})
    problem = scene.call.alice.refused(409, "POST", f"{scene.here}/runs", {"mode": "sync"})
    assert problem["code"] == "skipped:disabled"
    scene.start("dry-run", by=scene.call.bob)
    assert scene.carry().state == "succeeded"
    assert scene.story.units("tailspin") == 10


def test_a_viewer_previews_and_does_not_sync(scene: Scene) -> None:
    assert scene.call.bob.refused(403, "POST", f"{scene.here}/runs", {"mode": "sync"})["code"] == "forbidden"
    scene.start("dry-run", by=scene.call.bob)


def test_a_run_of_some_companies_names_companies_that_there_are(scene: Scene) -> None:
    body = {"mode": "sync", "companies": ["tailspin", "nobody"]}
    assert scene.call.alice.refused(422, "POST", f"{scene.here}/runs", body)["field"] == "companies.1"
    scene.start("sync", companies=["tailspin"])
    run = scene.carry()
    assert {each["company"] for each in scene.call.bob.get(f"/runs/{run.pk}/lines")["items"]} == {"tailspin"}


def test_a_held_line_is_approved_by_its_name(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    digest = scene.call.bob.get(f"/runs/{run.pk}")["digest"]
    named = {"digest": digest, "lines": [{"company": "fabrikam", "product": "standard"}]}
    scene.call.bob.refused(403, "POST", f"/runs/{run.pk}/approve", named)
    scene.call.carol.refused(404, "POST", f"/runs/{run.pk}/approve", named)
    stale = scene.call.bill.refused(409, "POST", f"/runs/{run.pk}/approve", {**named, "digest": "0" * 64})
    assert "not the plan that you looked at" in stale["detail"]
    calm = {"digest": digest, "lines": [{"company": "wingtip", "product": "standard"}]}
    scene.call.bill.refused(409, "POST", f"/runs/{run.pk}/approve", calm)
    scene.call.bill.ok("POST", f"/runs/{run.pk}/approve", named)
    scene.carry()
    assert scene.story.units("fabrikam") == 22
    asked = LedgerEntry.objects.get(event="run.approval-asked")
    assert asked.actor.startswith("API token a program of billing (")


def test_a_line_is_left_as_it_is_and_the_decision_taken_back(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    digest = scene.call.bob.get(f"/runs/{run.pk}")["digest"]
    named = {"digest": digest, "lines": [{"company": "fabrikam", "product": "standard"}]}
    assert scene.call.bill.ok("POST", f"/runs/{run.pk}/leave", named) == {"lines": named["lines"]}
    line = scene.call.bob.get(f"/runs/{run.pk}/lines?company=fabrikam")["items"][0]
    assert (line["status"], line["waiting"]) == ("skipped:excluded", "")
    scene.call.bill.refused(409, "POST", f"/runs/{run.pk}/leave", named)
    Decision.objects.update(until=date(2099, 12, 1))
    (decision,) = scene.call.bob.get(f"{scene.here}/decisions")["items"]
    assert (decision["choice"], decision["units_before"], decision["units"]) == ("leave", 60, 22)
    scene.call.bill.ok("DELETE", f"{scene.here}/decisions/{decision['id']}")
    assert scene.call.bob.get(f"{scene.here}/decisions")["items"] == []
    scene.call.bill.ok("DELETE", f"{scene.here}/decisions/{decision['id']}")
    assert LedgerEntry.objects.filter(event="decision.taken-back").count() == 1
    scene.call.carol.refused(404, "DELETE", f"{scene.here}/decisions/{decision['id']}")


def test_a_whole_plan_that_does_not_wait_is_not_approved(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    digest = scene.call.bob.get(f"/runs/{run.pk}")["digest"]
    assert (
        "does not wait"
        in scene.call.bill.refused(409, "POST", f"/runs/{run.pk}/approve", {"digest": digest})["detail"]
    )


def test_a_run_is_put_back_as_a_preview_and_then_for_good(scene: Scene) -> None:
    scene.story.rewrites_are_clean()
    scene.start("sync")
    written = scene.carry()
    assert scene.story.units("tailspin") == 11
    scene.call.bob.refused(403, "POST", f"/runs/{written.pk}/undo", {})
    scene.call.carol.refused(404, "POST", f"/runs/{written.pk}/undo", {})
    scene.call.bill.ok("POST", f"/runs/{written.pk}/undo", {"mode": "dry-run"})
    preview = scene.carry()
    assert scene.story.units("tailspin") == 11
    told = scene.call.bob.get(f"/runs/{preview.pk}")
    assert (told["mode"], told["puts_back"]) == ("dry-run", written.pk)
    (line,) = scene.call.bob.get(f"/runs/{preview.pk}/lines")["items"]
    assert (line["company"], line["units_before"], line["units_after"]) == ("tailspin", 11, 10)
    scene.call.bill.ok("POST", f"/runs/{preview.pk}/approve", {"digest": told["digest"]})
    back = scene.carry()
    assert scene.call.bob.get(f"/runs/{back.pk}")["puts_back"] == written.pk
    assert scene.story.units("tailspin") == 10
    again = scene.call.bill.refused(409, "POST", f"/runs/{written.pk}/undo")
    assert f"run {back.pk} put it back already" in again["detail"]


def test_a_line_of_a_run_is_put_back_at_once(scene: Scene) -> None:
    scene.story.rewrites_are_clean()
    scene.start("sync")
    written = scene.carry()
    named = {"lines": [{"company": "wingtip", "product": "standard"}]}
    refused = scene.call.bill.refused(409, "POST", f"/runs/{written.pk}/undo", named)
    assert "did not write wingtip/standard" in refused["detail"]
    named["lines"][0]["company"] = "tailspin"
    scene.call.bill.ok("POST", f"/runs/{written.pk}/undo", named)
    assert scene.carry().state == "succeeded"
    assert scene.story.units("tailspin") == 10


def test_a_run_is_cancelled_once(scene: Scene) -> None:
    started = scene.start("sync")
    cancelled = scene.call.bill.ok("POST", f"/runs/{started['id']}/cancel")
    assert cancelled["state"] == "cancelled"
    problem = scene.call.bill.refused(409, "POST", f"/runs/{started['id']}/cancel")
    assert "nothing to cancel" in problem["detail"]


def test_a_run_under_way_says_how_far_it_is(scene: Scene) -> None:
    started = scene.start("sync")
    assert scene.call.bob.get(f"/runs/{started['id']}")["progress"]["words"] == "Starting"
    assert scene.call.bob.get(f"/runs/{started['id']}/lines")["items"] == []


def test_runs_are_listed_newest_first_and_filtered(scene: Scene) -> None:
    scene.start("dry-run")
    run = scene.carry()
    listed = scene.call.bob.get("/runs?limit=1")
    assert [each["id"] for each in listed["items"]] == [run.pk]
    older = scene.call.bob.get(f"/runs?limit=1&cursor={listed['next_cursor']}")
    assert older["items"][0]["id"] < run.pk
    assert [each["id"] for each in scene.call.bob.get("/runs?mode=dry-run")["items"]] == [run.pk]
    assert scene.call.bob.get("/runs?state=failed")["items"] == []
    assert scene.call.bob.get("/runs?integration=999")["items"] == []
    assert scene.call.carol.get("/runs")["items"] == []
    assert scene.call.bob.refused(422, "GET", "/runs?state=lost")["field"] == "state"


def test_lines_come_page_by_page_and_by_status(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    page = scene.call.bob.get(f"/runs/{run.pk}/lines?limit=10")
    found = page["items"]
    while page["next_cursor"]:
        page = scene.call.bob.get(f"/runs/{run.pk}/lines?limit=10&cursor={page['next_cursor']}")
        found += page["items"]
    assert len(found) == 23
    assert len({each["company"] for each in found}) == 23
    held = scene.call.bob.get(f"/runs/{run.pk}/lines?status=held:anomaly&limit=1")
    assert [each["company"] for each in held["items"]] == ["fabrikam"]
    assert held["next_cursor"] is None


def test_the_plan_of_a_run_is_read_once_for_all_its_pages(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    scene.call.bob.get(f"/runs/{run.pk}/lines?limit=10")
    with CaptureQueriesContext(connection) as seen:
        scene.call.bob.get(f"/runs/{run.pk}/lines?limit=10")
    assert not [query for query in seen.captured_queries if "plan_document" in query["sql"]]


def test_the_ledger_is_read_newest_first(scene: Scene) -> None:
    scene.start("sync")
    run = scene.carry()
    page = scene.call.bob.get(f"/ledger?limit=2&run={run.pk}")
    found = page["items"]
    while page["next_cursor"]:
        page = scene.call.bob.get(f"/ledger?limit=2&run={run.pk}&cursor={page['next_cursor']}")
        found += page["items"]
    rows = LedgerEntry.objects.filter(run_id=run.pk).order_by("-seq")
    assert [each["seq"] for each in found] == list(rows.values_list("seq", flat=True))
    assert {each["hash"] for each in found} == set(rows.values_list("hash", flat=True))
    confirmed = scene.call.bob.get("/ledger?event=write.confirmed&limit=1")["items"][0]
    assert (confirmed["data"]["units"], confirmed["at"][-1]) == (11, "Z")
    assert scene.call.bob.get("/ledger?search=nothing-like-this")["items"] == []
    assert scene.call.carol.get("/ledger?event=write.confirmed")["items"] == []


def test_the_invoice_check_is_read_by_programs(scene: Scene) -> None:
    assert scene.call.bob.get(f"{scene.here}/invoice-check") == {"checks": []}
    scene.story.day(date(2026, 12, 2))
    contract = scene.story.places.contract("wingtip")
    world = scene.story.bms.world
    world.invoices[:] = [each for each in world.invoices if each.lines[0].contract_id != contract]
    scene.story.sync()
    (check,) = scene.call.bob.get(f"{scene.here}/invoice-check")["checks"]
    assert (check["posted_on"], check["not_on_invoice"], check["money"]) == ("2026-12-01", 1, "-50.00")
    (amiss,) = check["exceptions"]
    assert (amiss["companies"], amiss["expected"], amiss["invoiced"]) == (["wingtip"], [10], [])
    scene.call.carol.refused(404, "GET", f"{scene.here}/invoice-check")
