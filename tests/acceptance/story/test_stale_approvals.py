"""What moved between the preview and the approval is refused for its line, with what moved; the rest goes on.

Told over real sockets, with a seal that is looked at when the plan is approved and again when it is applied.
"""

from collections.abc import Callable
from datetime import date

import pytest

from seatbridge.integrations.changing_rules import change_rules
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import NotNow, request_approval
from seatbridge.sync.syncing import sync_requested
from tests.support.over_http import OverHttp, over_http
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import Client, clients

NORTHWIND = Client("northwind", {"standard": 20}, users={"standard": 21})
CONTOSO = Client("contoso", {"standard": 200}, users={"standard": 201})
HELD = Client("fabrikam", {"standard": 60}, users={"standard": 22})
CAST = [NORTHWIND, CONTOSO, HELD, *clients(20, 20)]


def count(story: Story) -> None:
    story.count("northwind", standard=22)


def mapping(story: Story) -> None:
    """Northwind is billed on Wingtip's contract from now on, which holds a line of the same service."""
    CompanyMapping.objects.filter(company__ref="northwind").update(
        account_id=story.places.account("client-020"), contract_id=story.places.contract("client-020")
    )
    CompanyMapping.objects.filter(company__ref="client-020").delete()


def rule(story: Story) -> None:
    changes = {"effective_dates": "from-the-day"}
    change_rules(story.integration, changes, ALICE, story.time.now, company="northwind")


def line(story: Story) -> None:
    story.bms.edit_line(story.places.line("northwind"), effective_date="2026-11-01")


def price(story: Story) -> None:
    story.bms.edit_line(story.places.line("northwind"), unit_price="6.00")


def contract_end(story: Story) -> None:
    story.bms.edit_contract(story.places.contract("northwind"), end="2027-06-30")


MOVES: dict[Callable[[Story], None], str] = {
    count: "The count moved from 21 to 22",
    mapping: "The mapping moved",
    rule: "The rules moved",
    line: "he date of the line in BMS moved from 1 Jan 2026 to 1 Nov 2026",
    price: "he price in BMS moved from 5.00 to 6.00",
    contract_end: "The contract's end moved from 31 Dec 2027 to 30 Jun 2027",
}
every = pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)


@pytest.fixture
def story(settle: Settle) -> Story:
    return settle(CAST)


def carry(http: OverHttp, run: SyncRun) -> None:
    sync_requested(run.pk, http.around())
    http.story.integration.refresh_from_db()


def approve(http: OverHttp, run: SyncRun, *pairs: tuple[str, str]) -> SyncRun:
    asked = request_approval(
        run, digest=run.plan_digest, actor=ALICE, now=http.story.time.now, pairs=list(pairs) or None
    )
    assert isinstance(asked, SyncRun)
    carry(http, asked)
    asked.refresh_from_db()
    return asked


@every
def test_the_whole_plan_goes_on_without_the_line_that_moved(
    story: Story, move: Callable[[Story], None]
) -> None:
    with over_http(story) as http:
        preview = http.sync(dry_run=True)
        move(story)
        ran = http.sync(approves_run=preview.run)
    refused = ran.line("northwind")
    assert (refused["status"], refused["outcome"]) == ("blocked:changed-since-preview", "blocked")
    assert MOVES[move] in refused["cause"]
    assert refused["cause"].endswith("since the plan was approved.")
    assert ran.status("contoso") == "synced"
    assert [write.contract_id for write in ran.writes] == [story.places.contract("contoso")]


@every
def test_a_held_line_that_was_approved_by_name_is_refused_too(
    story: Story, move: Callable[[Story], None]
) -> None:
    """The same movements at a line that only a person lets go; the other one that was named is written."""
    story.count_all({"northwind": {"standard": 5}})
    with over_http(story) as http:
        waiting = http.sync()
        assert waiting.status("northwind") == "held:anomaly"
        moved = {count: lambda: story.count("northwind", standard=6)}.get(move, lambda: move(story))
        moved()
        approve(http, waiting.run, ("northwind", "standard"), ("fabrikam", "standard"))
    assert story.units("fabrikam") == 22
    assert story.units("northwind") == 20
    assert [write.contract_id for write in story.bms.writes].count(story.places.contract("northwind")) == 0


def test_a_plan_that_did_not_move_is_written_whole(story: Story) -> None:
    with over_http(story) as http:
        preview = http.sync(dry_run=True)
        ran = http.sync(approves_run=preview.run)
    assert [ran.status(ref) for ref in ("northwind", "contoso")] == ["synced", "synced"]


def test_a_seal_that_was_broken_approves_nothing(story: Story) -> None:
    with over_http(story) as http:
        preview = http.sync(dry_run=True)
        answer = request_approval(
            preview.run, digest="0" * 64, actor=ALICE, now=story.time.now, pairs=[("northwind", "standard")]
        )
    assert isinstance(answer, NotNow)
    document = bytes(preview.run.plan_document or b"")
    SyncRun.objects.filter(pk=preview.run.pk).update(plan_digest="1" * 64, plan_document=document)
    preview.run.refresh_from_db()
    with pytest.raises(ValueError, match="not the one that was sealed"), over_http(story) as http:
        http.sync(approves_run=preview.run)
    assert story.bms.writes == []


def test_plans_expire_with_their_invoice_run(story: Story) -> None:
    with over_http(story) as http:
        preview = http.sync(dry_run=True)
        story.day(date(2026, 12, 2))
        story.count_all({})
        ran = http.sync(approves_run=preview.run)
    assert "The day from which it counts moved from 1 Nov 2026 to 1 Dec 2026" in ran.line("contoso")["cause"]
    assert (
        "the invoice run that it is for moved from 1 Dec 2026 to 1 Jan 2027" in ran.line("contoso")["cause"]
    )
    assert ran.writes == []
