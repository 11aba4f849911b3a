"""What may be wrong with a contract or its line: each with a status of its own, and nothing written to it."""

from dataclasses import replace
from typing import Any

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.models import LineMemory
from tests.support.story import Ran, Settle, Story
from tests.support.story_world import ADVANCED, STANDARD, Client

CONTOSO = Client("contoso", {"standard": 100})


def northwind(**fields: Any) -> Client:
    return replace(Client("northwind", {"standard": 20}), **fields)


def sync_with_a_change_for_both(story: Story) -> Ran:
    story.count("northwind", standard=21)
    story.count("contoso", standard=101)
    return story.sync()


def assert_only_contoso_was_written(ran: Ran, story: Story) -> None:
    assert {write.contract_id for write in ran.writes} == {story.places.contract("contoso")}
    assert ran.status("contoso") == "synced"
    assert ran.state == "needs-attention"
    assert ran.line("northwind")["fix"]


@pytest.mark.parametrize(
    ("contract", "status", "cause"),
    [
        ({"end": "2026-10-31"}, "blocked:contract-ended", "ended on 31 Oct 2026"),
        ({"status": "Inactive"}, "blocked:contract-inactive", 'as "Inactive", not as Active'),
        ({"start": "2026-12-01"}, "blocked:contract-inactive", "Waiting for activation"),
        ({"type": "Retainer (hours)"}, "blocked:contract-type", 'of the type "Retainer (hours)"'),
        ({"type": "Time and Material"}, "blocked:contract-type", 'of the type "Time and Material"'),
        ({"billing_cycle": "Bi-Monthly"}, "blocked:contract-type", 'is "Bi-Monthly"'),
    ],
)
def test_a_contract_that_cannot_be_written_is_named_and_the_others_go_on(
    settle: Settle, contract: dict[str, str], status: str, cause: str
) -> None:
    story = settle([northwind(contract=contract), CONTOSO])
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == status
    assert cause in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)


def test_two_priced_lines_of_one_service_are_reported_and_never_guessed(settle: Settle) -> None:
    story = settle([northwind(), CONTOSO])
    contract_id = story.places.contract("northwind")
    story.bms.add_line(contract_id=contract_id, service_id=STANDARD, units=4, unit_price="6.00")
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == "blocked:duplicate-lines"
    assert "11 at $5.00, 22 at $6.00" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)


def test_a_second_line_priced_at_0_does_no_harm(settle: Settle) -> None:
    story = settle([northwind(), CONTOSO])
    contract_id = story.places.contract("northwind")
    story.bms.add_line(contract_id=contract_id, service_id=STANDARD, units=4, unit_price="0")
    ran = sync_with_a_change_for_both(story)
    assert ran.statuses() == {"synced"}
    assert story.units("northwind") == 21


def test_a_missing_line_shows_what_is_not_being_billed(settle: Settle) -> None:
    story = settle([Client("northwind", {"advanced": 20}), CONTOSO], products=("standard", "advanced"))
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
    story.count("northwind", standard=18)
    story.count("contoso", standard=101)
    ran = story.sync()
    assert ran.status("northwind") == "blocked:line-missing"
    assert "the contract has no line of this service" in ran.line("northwind")["cause"]
    assert "18 users, $90.00 a month" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)


def test_a_missing_line_without_users_is_nothing_to_speak_of(settle: Settle) -> None:
    story = settle([Client("northwind", {"advanced": 20})], products=("standard", "advanced"))
    story.count("northwind", standard=0)
    ran = story.sync()
    assert ran.statuses() == {"no-change"}
    assert ran.state == "succeeded"


def test_an_automatic_line_is_left_to_bms(settle: Settle) -> None:
    story = settle([northwind(line={"automatic": True, "counted": 20}), CONTOSO])
    LineMemory.objects.filter(contract_id=story.places.contract("northwind")).update(automatic=True)
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == "blocked:automatic-line"
    assert {write.contract_id for write in ran.writes} == {story.places.contract("contoso")}


def test_a_line_of_another_account_than_the_mapped_one_is_not_written(settle: Settle) -> None:
    story = settle([northwind(), CONTOSO])
    CompanyMapping.objects.filter(company__ref="northwind").update(account_id=2)
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == "blocked:account-mismatch"
    assert (
        "mapped to account 2, but the contract's line belongs to account 1"
        in (ran.line("northwind")["cause"])
    )
    assert_only_contoso_was_written(ran, story)


def test_a_contract_that_is_gone_is_named(settle: Settle) -> None:
    story = settle([northwind(), CONTOSO])
    story.bms.delete_contract(story.places.contract("northwind"))
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == "blocked:contract-missing"
    assert_only_contoso_was_written(ran, story)


def test_a_renamed_account_is_written_as_usual(settle: Settle) -> None:
    story = settle([northwind(), CONTOSO])
    story.bms.edit_account(1, name="Northwind Traders Holding")
    ran = sync_with_a_change_for_both(story)
    assert ran.statuses() == {"synced"}
    assert story.units("northwind") == 21


def test_other_lines_may_move_the_contracts_total_every_night(settle: Settle) -> None:
    story = settle([northwind(agents=40), CONTOSO])
    story.rewrites_are_clean()
    for night in range(1, 5):
        story.bms.edit_line(story.places.account("northwind") * 10 + 5, units=40 + night * 3)
        story.count("northwind", standard=20 + night)
        ran = story.sync()
        assert ran.status("northwind") == "synced"
        assert story.units("northwind") == 20 + night


class TestExcludedFromBulkUpdates:
    LINE = {"excluded_from_bulk": True}

    def test_it_is_written_where_a_posting_adjusts(self, settle: Settle) -> None:
        story = settle([northwind(line=self.LINE), CONTOSO])
        ran = sync_with_a_change_for_both(story)
        assert ran.statuses() == {"synced"}

    def test_it_is_blocked_where_the_method_needs_a_bulk_update(self, settle: Settle) -> None:
        cast = [northwind(line=self.LINE), CONTOSO]
        story = settle(cast, behaviour="appends", reading="appends", method="replace")
        story.count("northwind", standard=21)
        story.count("contoso", standard=101)
        ran = story.sync(approve=True)
        assert ran.status("northwind") == "blocked:bulk-excluded"
        assert {write.contract_id for write in ran.writes} == {story.places.contract("contoso")}

    def test_the_test_write_takes_another_line(self, settle: Settle) -> None:
        story = settle([northwind(line=self.LINE), CONTOSO], reading="unknown")
        ran = sync_with_a_change_for_both(story)
        first = ran.writes[0]
        assert first.contract_id == story.places.contract("contoso")
        assert ran.statuses() == {"synced"}

    def test_without_another_line_a_test_contract_is_asked_for(self, settle: Settle) -> None:
        story = settle([northwind(line=self.LINE)], reading="unknown")
        story.count("northwind", standard=21)
        ran = story.sync()
        assert ran.status("northwind") == "blocked:write-method"
        assert "test contract" in ran.line("northwind")["fix"]
        assert ran.writes == []


def test_a_line_without_a_price_is_held_before_users_are_invoiced_at_nothing(settle: Settle) -> None:
    story = settle([northwind(line={"unit_price": "0"}), CONTOSO])
    ran = sync_with_a_change_for_both(story)
    assert ran.status("northwind") == "held:anomaly"
    assert "no price in BMS" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)


def test_the_lines_of_a_service_that_no_product_maps_to_are_never_touched(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 20, "advanced": 30})])
    story.count("northwind", standard=21, advanced=12)
    ran = story.sync()
    assert {write.service_id for write in ran.writes} == {STANDARD}
    assert ran.status("northwind", "advanced") == "skipped:unmapped-product"
    assert {row["service_id"] for row in story.bill("northwind")["lines"]} == {STANDARD, ADVANCED}
    assert story.units("northwind", "advanced") == 30
