"""BMS goes on living: between preview and approval, between plan and write, between two syncs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from seatbridge.mappings.models import ProductMapping
from tests.support.story import Settle, Story
from tests.support.story_world import BULK_UPDATE, CONTRACTS, POST_LINE, SERVICES, Client, clients

NORTHWIND, CONTOSO = Client("northwind", {"standard": 20}), Client("contoso", {"standard": 200})
CAST = [NORTHWIND, CONTOSO]


@pytest.fixture
def story(settle: Settle) -> Story:
    story = settle(CAST)
    story.count_all({"northwind": {"standard": 21}, "contoso": {"standard": 201}})
    return story


class TestBetweenPreviewAndApproval:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("price", "the price in BMS moved from 5.00 to 6.00"),
            ("count", "The count moved from 21 to 22 since the plan was approved."),
            (
                "contract",
                "The contract's end moved from 31 Dec 2027 to 30 Jun 2027 since the plan was approved.",
            ),
            ("units", ""),
        ],
    )
    def test_what_moved_is_refused_and_the_others_go_on(self, story: Story, what: str, said: str) -> None:
        preview = story.sync(dry_run=True)
        if what == "price":
            story.bms.edit_line(11, unit_price="6.00")
        elif what == "units":
            story.bms.edit_line(11, units=19)
        elif what == "count":
            story.count("northwind", standard=22)
        else:
            story.bms.edit_contract(7001, end="2027-06-30")
        ran = story.sync(approves_run=preview.run)
        assert ran.status("contoso") == "synced"
        expected = "held:edited-in-bms" if what == "units" else "blocked:changed-since-preview"
        assert ran.status("northwind") == expected
        if what != "units":
            assert said in ran.line("northwind")["cause"]
        assert [write.contract_id for write in ran.writes] == [7002]

    def test_an_unmoved_plan_is_written_whole(self, story: Story) -> None:
        preview = story.sync(dry_run=True)
        story.bms.edit_account(1, name="Another name")
        ran = story.sync(approves_run=preview.run)
        assert ran.statuses() == {"synced"}

    def test_other_lines_of_the_contract_do_not_count_as_moved(self, settle: Settle) -> None:
        story = settle([Client("northwind", {"standard": 20}, agents=5), CONTOSO])
        story.count("northwind", standard=21)
        preview = story.sync(dry_run=True)
        story.bms.edit_line(15, units=9)
        assert story.sync(approves_run=preview.run).status("northwind") == "synced"


def test_a_price_raised_in_bms_is_kept(story: Story) -> None:
    story.bms.edit_line(11, unit_price="6.00", unit_cost="3.50")
    ran = story.sync()
    assert ran.status("northwind") == "synced"
    (element,) = next(write.body for write in ran.writes if write.contract_id == 7001)
    assert (element["UnitPrice"], element["UnitCost"]) == (Decimal("6.0"), Decimal("3.5"))
    assert story.bill("northwind")["total_now"] == "126.00"


def test_a_name_changed_in_bms_is_kept(story: Story) -> None:
    story.bms.edit_line(11, name="Password manager", description="per seat, as agreed")
    ran = story.sync()
    (element,) = next(write.body for write in ran.writes if write.contract_id == 7001)
    assert (element["ServiceName"], element["ServiceDescription"]) == (
        "Password manager",
        "per seat, as agreed",
    )


class TestBetweenPlanAndWrite:
    """An armed fault makes the edit just before BMS handles the first POST, which is Contoso's."""

    def edited(self, story: Story, *edits: dict[str, object]) -> None:
        story.bms.arm(POST_LINE, "mutate", edits=list(edits))

    def test_a_deleted_contract_is_an_error_and_the_others_go_on(self, story: Story) -> None:
        self.edited(story, {"op": "delete-contract", "id": 7002})
        ran = story.sync()
        assert ran.status("contoso") == "error:psa-rejected"
        assert "no longer in BMS" in ran.line("contoso")["cause"]
        assert ran.status("northwind") == "synced"
        assert story.sync().status("contoso") == "blocked:contract-missing"

    def test_an_ended_contract_is_an_error_with_kaseyas_words(self, story: Story) -> None:
        self.edited(story, {"op": "patch-contract", "id": 7002, "set": {"end": "2026-11-10"}})
        ran = story.sync()
        assert ran.status("contoso") == "error:psa-rejected"
        assert "The contract has ended" in ran.line("contoso")["cause"]
        assert ran.status("northwind") == "synced"
        assert story.sync().status("contoso") == "blocked:contract-ended"

    def test_a_deactivated_contract_is_an_error_and_nothing_was_changed(self, story: Story) -> None:
        self.edited(story, {"op": "patch-contract", "id": 7002, "set": {"status": "Inactive"}})
        ran = story.sync()
        assert ran.status("contoso") == "error:psa-rejected"
        assert story.units("contoso") == 200

    def test_a_deleted_line_is_never_synced_and_never_doubled(self, story: Story) -> None:
        self.edited(story, {"op": "delete-line", "id": 21})
        ran = story.sync()
        assert ran.status("contoso") == "error:verification"
        assert ran.status("northwind") == "synced"
        for _ in range(2):
            again = story.sync()
            assert again.status("contoso") == "error:verification"
            assert again.writes == []
        assert len(story.bill("contoso")["lines"]) <= 1

    def test_another_line_that_moves_at_that_moment_is_never_synced(self, settle: Settle) -> None:
        story = settle([Client("northwind", {"standard": 20}, agents=8), CONTOSO])
        story.count("northwind", standard=21)
        self.edited(story, {"op": "patch-line", "id": 15, "set": {"units": 10}})
        ran = story.sync()
        assert ran.status("northwind") == "error:verification"
        assert "moved by 11.50, expected 5.00" in ran.line("northwind")["cause"]

    def test_a_contract_deleted_before_its_line_is_zeroed_leaves_nothing_owed_by_itself(
        self, settle: Settle
    ) -> None:
        story = settle(CAST, behaviour="appends", reading="appends", method="replace")
        story.count_all({"northwind": {"standard": 21}, "contoso": {"standard": 201}})
        story.bms.arm(BULK_UPDATE, "mutate", edits=[{"op": "delete-contract", "id": 7002}])
        ran = story.sync(approve=True)
        assert ran.status("northwind") == "synced"
        assert ran.status("contoso") == "outcome-unknown"
        assert "no longer in BMS" in ran.line("contoso")["cause"]
        assert story.sync().writes == []


# Its own line moved, or its contract failed a check: whichever is known first, nothing is written.
NOT_WRITTEN = ("blocked:changed-since-preview", "error:verification")


class TestBetweenTwoWaves:
    """What a reading after the first wave shows counts for the second one."""

    @pytest.fixture
    def story(self, settle: Settle) -> Story:
        cast = [Client("northwind", {"standard": 20, "advanced": 30}), CONTOSO]
        story = settle(cast, products=("standard", "advanced"))
        story.count("northwind", standard=21, advanced=31)
        return story

    def edited(self, story: Story, **edit: object) -> None:
        # The first reading of the contracts is the plan's, the second one follows the first wave.
        story.bms.arm(CONTRACTS, "mutate", occurrence=2, edits=[edit])

    def test_a_price_raised_then_is_not_undone(self, story: Story) -> None:
        """The first write fails its check, too: the contract's total moved by more than it changed."""
        self.edited(story, op="patch-line", id=11, set={"unit_price": "6.00"})
        ran = story.sync()
        assert ran.status("northwind", "standard") in NOT_WRITTEN
        assert [write.service_id for write in ran.writes] == [502]
        prices = {row["line_id"]: row["unit_price_now"] for row in story.bill("northwind")["lines"]}
        assert Decimal(prices[11]) == 6

    def test_a_contract_deleted_then_is_said_to_be_gone(self, story: Story) -> None:
        self.edited(story, op="delete-contract", id=7001)
        ran = story.sync()
        assert ran.status("northwind", "standard") == "blocked:contract-missing"
        assert ran.status("northwind", "advanced") == "error:verification"
        assert len(ran.writes) == 1

    def test_a_contract_ended_then_is_not_written_again(self, story: Story) -> None:
        self.edited(story, op="patch-contract", id=7001, set={"end": "2026-11-20"})
        ran = story.sync()
        assert ran.status("northwind", "standard") == "blocked:contract-ended"
        assert len(ran.writes) == 1

    def test_a_line_deleted_then_is_not_written(self, story: Story) -> None:
        self.edited(story, op="delete-line", id=11)
        ran = story.sync()
        assert ran.status("northwind", "standard") in NOT_WRITTEN
        assert len(ran.writes) == 1
        assert [row["line_id"] for row in story.bill("northwind")["lines"]] == [12]

    def test_a_price_raised_during_the_test_write_is_not_undone(self, settle: Settle) -> None:
        story = settle([NORTHWIND, CONTOSO], reading="unknown")
        story.count_all({"northwind": {"standard": 21}, "contoso": {"standard": 201}})
        self.edited(story, op="patch-line", id=21, set={"unit_price": "6.00"})
        ran = story.sync()
        assert ran.status("northwind") == "synced"  # the line with less at stake was the test write's
        assert ran.status("contoso") == "blocked:changed-since-preview"
        assert story.bill("contoso")["total_now"] == "1200.00"

    def test_a_price_raised_between_two_batches_is_not_undone(self, settle: Settle) -> None:
        # 26 lines are two batches of *replace*.
        story = settle(clients(26, 100), behaviour="appends", reading="appends", method="replace")
        story.count_all({f"client-{each:03}": {"standard": 101} for each in range(1, 27)})
        self.edited(story, op="patch-line", id=261, set={"unit_price": "6.00"})
        ran = story.sync(approve=True)
        assert ran.status("client-025") == "synced"
        assert ran.status("client-026") == "blocked:changed-since-preview"
        assert story.bill("client-026")["total_now"] == "600.00"

    def test_a_contract_deleted_between_two_batches_is_said_to_be_gone(self, settle: Settle) -> None:
        cast = [Client("northwind", {"standard": 20, "advanced": 30}), CONTOSO]
        story = settle(
            cast,
            products=("standard", "advanced"),
            behaviour="appends",
            reading="appends",
            method="replace",
        )
        story.count("northwind", standard=21, advanced=31)
        story.bms.arm(CONTRACTS, "mutate", occurrence=3, edits=[{"op": "delete-contract", "id": 7001}])
        ran = story.sync(approve=True)
        assert ran.status("northwind", "standard") == "blocked:contract-missing"
        assert {write.service_id for write in ran.writes} == {502}


def test_a_line_deleted_between_two_syncs_is_missing_and_not_added(story: Story) -> None:
    story.bms.delete_line(11)
    ran = story.sync()
    assert ran.status("northwind") == "blocked:line-missing"
    assert ran.status("contoso") == "synced"
    assert story.bill("northwind")["lines"] == []


def test_a_line_that_a_person_put_in_place_of_ours_is_not_taken_for_it(settle: Settle) -> None:
    story = settle([Client("northwind", {"standard": 20}, agents=8), CONTOSO])
    story.count("northwind", standard=21)
    story.sync()
    story.bms.delete_line(11)
    story.bms.add_line(contract_id=7001, service_id=501, units=30)
    story.count("northwind", standard=22)
    ran = story.sync()
    assert ran.status("northwind") == "current-units-unknown"
    assert "another one stands in its place" in ran.line("northwind")["cause"]
    assert ran.writes == []


def test_a_product_mapped_elsewhere_during_the_reading_is_planned_on_lines_that_were_read(
    settle: Settle,
) -> None:
    """Lines of the newly mapped service were not read: the run would take them for missing."""
    story = settle([NORTHWIND])
    story.count("northwind", standard=21)
    rows = ProductMapping.objects.filter(integration=story.integration, product="standard")

    def at(step: str) -> None:
        if step == "after-reading":
            rows.update(service_id=SERVICES["advanced"])

    ran = story.sync(around=replace(story.around(), at=at))
    assert (ran.status("northwind"), len(ran.writes)) == ("synced", 1)
    assert story.sync().status("northwind") != "synced", "the next one goes by the new mapping"
