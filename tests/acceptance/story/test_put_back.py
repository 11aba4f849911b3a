"""A run, or a line of it, is put back: BMS bills as if it had never been, and the count stays out."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

import pytest

from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.models import PutBack, SyncRun
from seatbridge.sync.putting_back.approving import approved_put_back
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import NotNow
from seatbridge.sync.syncing import sync
from seatbridge.usage.models import Company
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import SERVICES, Client

CAST = [Client("northwind", {"standard": 46}), Client("contoso", {"standard": 20}, agents=4)]
MANY = [Client(f"client-{number:02}") for number in range(1, 31)]
JANUARY = date(2027, 1, 4)


@pytest.fixture
def story(settle: Settle) -> Story:
    """A line may be written twice in a period; northwind grew by 3, contoso by 1, and both were written."""
    story = settle(CAST)
    story.rewrites_are_clean()
    story.count_all({"northwind": {"standard": 49}, "contoso": {"standard": 21}})
    assert story.sync().statuses() == {"synced"}
    return story


def last_run(story: Story) -> SyncRun:
    return SyncRun.objects.filter(integration=story.integration).latest("pk")


def preview(story: Story, run: SyncRun, lines: Sequence[tuple[str, str]] | None = None) -> Ran:
    asked = asked_to_put_back(run, lines, actor=ALICE, dry_run=True)
    assert not isinstance(asked, NotNow), asked.sentence
    return story.sync_asked(asked)


def put_back(story: Story, run: SyncRun, lines: Sequence[tuple[str, str]] | None = None) -> Ran:
    """As the portal does it: look at the preview, then let all that it offers be written."""
    asked = approved_put_back(preview(story, run, lines).run, None, ALICE)
    assert asked is not None
    return story.sync_asked(asked)


def test_the_next_invoice_equals_the_one_before(settle: Settle) -> None:
    story = settle(CAST)
    story.rewrites_are_clean()
    story.day(date(2026, 12, 1), time(19))
    story.count_all({"northwind": {"standard": 49}, "contoso": {"standard": 21}})
    assert story.sync().statuses() == {"synced"}
    written = last_run(story)
    back = put_back(story, written)
    assert back.statuses() == {"synced"}
    assert (story.units("northwind"), story.units("contoso")) == (46, 20)
    story.sync()
    story.day(JANUARY)
    for ref in ("northwind", "contoso"):
        before, after = story.invoice_totals(ref)[-2:]
        assert after == before
        assert [kind for *_, kind in story.invoiced(ref)] == ["full", "full"]
    events = LedgerEntry.objects.filter(contract_id=story.places.contract("northwind")).order_by("seq")
    told = [(row.event, row.run_id) for row in events if row.event in ("write.confirmed", "put-back.ordered")]
    assert told == [
        ("write.confirmed", written.pk),
        ("put-back.ordered", back.run.pk),
        ("write.confirmed", back.run.pk),
    ]


def test_the_preview_shows_units_money_and_day_and_writes_nothing(story: Story) -> None:
    shown = preview(story, last_run(story))
    assert shown.writes == []
    line = shown.line("northwind")
    assert (line["units_before"], line["units_after"], line["money_delta"]) == (49, 46, "-15.00")
    assert line["effective_date"] == "2026-11-01"
    assert line["status"] == "planned"
    assert "No posted invoice carries the 49 units, so none is changed." in line["explanation"]
    assert not PutBack.objects.exists()


def test_the_next_syncs_leave_it_until_after_the_invoice_run_and_then_ask(story: Story) -> None:
    put_back(story, last_run(story))
    again = story.sync(approve=True)
    assert again.writes == []
    assert again.state == "succeeded"
    assert again.status("northwind") == "skipped:excluded"
    assert "The count asks for 49, +$15.00 a month" in again.line("northwind")["cause"]
    assert "until after the invoice run of 1 Dec 2026" in again.line("northwind")["cause"]
    story.day(date(2026, 12, 2))
    asked = story.sync()
    assert asked.writes == []
    assert asked.status("northwind") == "awaiting-approval"
    released = story.sync(approve_lines=[("northwind", "standard")])
    assert released.status("northwind") == "synced"
    assert story.units("northwind") == 49
    assert story.sync().status("northwind") == "no-change"


def test_an_approved_sync_now_writes_it_once_the_invoice_run_is_over(story: Story) -> None:
    put_back(story, last_run(story))
    story.day(date(2026, 12, 2))
    assert story.sync(approve=True).status("northwind") == "synced"
    assert story.units("northwind") == 49


def test_who_is_excluded_on_the_same_contract_does_not_keep_an_order_that_was_released(
    settle: Settle,
) -> None:
    """Else each sync would write again: the count, then the order, then the count."""
    story = settle([*CAST, Client("zephyr", {"standard": 1}, is_mapped=False, has_contract=False)])
    CompanyMapping.objects.create(
        integration=story.integration,
        company=Company.objects.get(ref="zephyr"),
        account_id=story.places.account("northwind"),
        contract_id=story.places.contract("northwind"),
        excluded_reason="in bundle",
    )
    story.rewrites_are_clean()
    story.count("northwind", standard=49)
    story.sync(approve=True)
    put_back(story, last_run(story), [("northwind", "standard")])
    story.day(date(2026, 12, 2))
    assert story.sync(approve=True).status("northwind") == "synced"
    written = story.units("northwind")
    again = story.sync(approve=True)
    assert (again.status("northwind"), again.writes, story.units("northwind")) == ("no-change", [], written)


def test_a_count_that_comes_to_what_stands_there_ends_the_order(story: Story) -> None:
    put_back(story, last_run(story))
    story.count("northwind", standard=46)
    assert story.sync().status("northwind") == "no-change"
    story.count("northwind", standard=47)
    assert story.sync().status("northwind") == "synced"


def test_one_line_is_put_back_and_the_others_are_left(story: Story) -> None:
    ran = put_back(story, last_run(story), [("northwind", "standard")])
    assert [row["company"] for row in ran.shown["lines"]] == ["northwind"]
    assert (story.units("northwind"), story.units("contoso")) == (46, 21)


def test_a_put_back_is_put_back_too(story: Story) -> None:
    put_back(story, last_run(story))
    forth = put_back(story, last_run(story))
    assert forth.statuses() == {"synced"}
    assert story.units("northwind") == 49
    assert story.sync().status("northwind") == "no-change"
    assert not PutBack.objects.filter(ended_at=None).exists()


def test_what_was_put_back_already_is_refused_with_the_run_that_did(story: Story) -> None:
    written = last_run(story)
    back = put_back(story, written).run
    refused = asked_to_put_back(written, None, actor=ALICE, dry_run=True)
    assert isinstance(refused, NotNow)
    assert f"run {back.pk} put it back already" in refused.sentence


def test_a_run_that_wrote_nothing_has_nothing_to_put_back(story: Story) -> None:
    for run in (story.sync().run, story.sync(dry_run=True).run):
        refused = asked_to_put_back(run, None, actor=ALICE, dry_run=True)
        assert isinstance(refused, NotNow)
        assert "wrote nothing" in refused.sentence


def test_a_line_that_the_run_did_not_write_is_refused_by_name(story: Story) -> None:
    refused = asked_to_put_back(last_run(story), [("northwind", "advanced")], actor=ALICE, dry_run=True)
    assert isinstance(refused, NotNow)
    assert "did not write northwind/advanced" in refused.sentence


def test_a_line_written_again_since_is_refused_and_the_others_go_on(story: Story) -> None:
    first = last_run(story)
    story.count("northwind", standard=50)
    newer = story.sync().run
    shown = preview(story, first)
    assert shown.status("northwind") == "blocked:changed-since-preview"
    assert f"run {newer.pk} has written this line since" in shown.line("northwind")["cause"]
    asked = approved_put_back(shown.run, None, ALICE)
    assert asked is not None
    story.sync_asked(asked)
    assert (story.units("northwind"), story.units("contoso")) == (50, 20)


def test_a_line_that_somebody_changed_in_bms_is_refused(story: Story) -> None:
    """Northwind's contract has this line and no other: its total tells the units."""
    story.bms.edit_line(story.places.line("northwind"), units=52)
    shown = preview(story, last_run(story))
    assert shown.status("northwind") == "blocked:changed-since-preview"
    assert "changed in BMS by hand" in shown.line("northwind")["cause"]
    assert shown.status("contoso") == "planned"


def test_a_line_changed_between_preview_and_put_back_is_refused(story: Story) -> None:
    shown = preview(story, last_run(story))
    story.bms.edit_line(story.places.line("northwind"), units=52)
    asked = approved_put_back(shown.run, None, ALICE)
    assert asked is not None
    ran = story.sync_asked(asked)
    assert ran.status("northwind") == "blocked:changed-since-preview"
    assert ran.status("contoso") == "synced"
    assert story.units("northwind") == 52


def test_a_count_that_moves_meanwhile_does_not_matter(story: Story) -> None:
    shown = preview(story, last_run(story))
    story.count("northwind", standard=55)
    asked = approved_put_back(shown.run, None, ALICE)
    assert asked is not None
    assert story.sync_asked(asked).status("northwind") == "synced"
    assert story.units("northwind") == 46


def test_an_ended_contract_is_refused(story: Story) -> None:
    written = last_run(story)
    story.bms.edit_contract(story.places.contract("northwind"), end="2026-11-20")
    shown = preview(story, written)
    assert shown.status("northwind") == "blocked:contract-ended"
    assert shown.writes == []


def test_a_posted_invoice_keeps_its_units_and_the_preview_says_so(story: Story) -> None:
    written = last_run(story)
    story.day(date(2026, 12, 2))
    shown = preview(story, written)
    line = shown.line("northwind")
    assert line["effective_date"] == "2026-12-01"
    assert "what covers 1 Nov 2026 to 30 Nov 2026 keeps 49 units" in line["explanation"]
    put_back(story, written)
    story.day(JANUARY)
    assert [units for _, units, *_ in story.invoiced("northwind")[-2:]] == [Decimal(49), Decimal(46)]


def test_where_a_period_is_written_once_the_order_waits_for_the_next_one(settle: Settle) -> None:
    """Nobody has said that a second write leaves no proration, so the line is written from December on."""
    story = settle(CAST)
    story.count("northwind", standard=49)
    story.sync()
    waits = put_back(story, last_run(story))
    assert waits.writes == []
    assert waits.status("northwind") == "planned"
    assert "from 1 Dec 2026" in waits.line("northwind")["cause"]
    assert story.sync().status("northwind") == "planned"
    story.day(date(2026, 12, 2))
    assert story.sync().status("northwind") == "synced"
    assert story.units("northwind") == 46
    assert story.sync().status("northwind") == "awaiting-approval"


def test_the_limits_hold_a_large_drop_back_unless_somebody_saw_it(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 10}), *MANY])
    story.rewrites_are_clean()
    story.count("northwind", standard=60)
    story.sync(approve_lines=[("northwind", "standard")])
    written = last_run(story)
    asked = asked_to_put_back(written, None, actor=ALICE, dry_run=False)
    assert not isinstance(asked, NotNow)
    held = story.sync_asked(asked)
    assert held.status("northwind") == "held:anomaly"
    assert story.units("northwind") == 60
    assert preview(story, written).status("northwind") == "held:anomaly"
    assert put_back(story, written).status("northwind") == "synced"
    assert story.units("northwind") == 10


def test_a_change_of_plan_goes_back_as_a_whole(settle: Settle) -> None:
    story = settle(
        [Client("northwind", {"standard": 14, "advanced": 0}), *MANY], products=("standard", "advanced")
    )
    story.rewrites_are_clean()
    story.count("northwind", standard=0, advanced=14)
    assert story.sync(approve_lines=[("northwind", "standard")]).status("northwind") == "synced"
    put_back(story, last_run(story), [("northwind", "standard")])
    assert (story.units("northwind"), story.units("northwind", "advanced")) == (14, 0)
    kept = story.sync()
    assert kept.writes == []
    assert kept.status("northwind") == kept.status("northwind", "advanced") == "skipped:excluded"


def test_a_line_replaced_by_another_is_put_back_in_the_next_period(settle: Settle) -> None:
    story = settle(CAST, method="replace", reading="appends", behaviour="appends")
    story.count("northwind", standard=49)
    story.sync(approve=True)
    assert story.units("northwind") == 49
    waits = put_back(story, last_run(story))
    assert waits.status("northwind") == "planned"
    story.day(date(2026, 12, 31), time(19))
    assert story.sync(last_before_posting=True).status("northwind") == "synced"
    assert story.units("northwind") == 46
    assert (
        len([row for row in story.bill("northwind")["lines"] if row["service_id"] == SERVICES["standard"]])
        > 1
    )


def test_a_put_back_ends_with_the_integration_off(story: Story) -> None:
    written = last_run(story)
    type(story.integration).objects.update(enabled=False)
    asked = asked_to_put_back(written, None, actor=ALICE, dry_run=False)
    assert not isinstance(asked, NotNow)
    run = sync(story.integration, asked, story.around())
    assert run.state != "succeeded"
    assert story.units("northwind") == 49
    assert not PutBack.objects.exists()
