"""Missing is not zero: what may be wrong with a count, or with the mapping that it belongs to."""

from datetime import date

import pytest

from seatbridge.integrations.switching import disable
from seatbridge.mappings.models import CompanyMapping
from seatbridge.usage.models import Company
from tests.support.story import ALICE, Ran, Settle, Story, confirm
from tests.support.story_world import Client, clients

NORTHWIND, CONTOSO = Client("northwind", {"standard": 20}), Client("contoso", {"standard": 100})


@pytest.fixture
def story(settle: Settle) -> Story:
    story = settle([NORTHWIND, CONTOSO])
    story.count("contoso", standard=101)
    return story


def assert_only_contoso_was_written(ran: Ran, story: Story) -> None:
    assert {write.contract_id for write in ran.writes} == {story.places.contract("contoso")}
    assert ran.status("contoso") == "synced"
    assert ran.state == "needs-attention"
    assert story.units("northwind") == 20


def test_a_real_zero_is_held_and_no_approval_writes_it(story: Story) -> None:
    story.count("northwind", standard=0)
    ran = story.sync()
    assert ran.status("northwind") == "held:zero"
    assert "20 → 0 units" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)
    by_name = story.sync(approve=True, approve_lines=[("northwind", "standard")])
    assert by_name.status("northwind") == "held:zero"
    assert by_name.writes == []


def test_a_count_that_was_never_brought_is_stale_and_not_a_zero(begin: Settle) -> None:
    story = begin([Client("northwind", {"standard": 20}, users={}), CONTOSO])
    confirm(story, [NORTHWIND, CONTOSO])
    ran = story.sync(approve=True)
    assert ran.status("northwind") == "stale-source"
    assert ran.line("northwind")["units_after"] is None
    assert ran.writes == []


def test_a_company_that_newer_lists_do_not_name_is_stale(settle: Settle) -> None:
    # Nine units: ten that are missing from a shrunken list would stop the whole run.
    story = settle([Client("northwind", {"standard": 9}), CONTOSO])
    story.day(date(2026, 11, 26))
    story.bring_counts({"contoso": {"standard": 102}})
    ran = story.sync()
    assert ran.status("northwind") == "stale-source"
    assert "does not claim to be complete" in ran.line("northwind")["cause"]
    assert [write.contract_id for write in ran.writes] == [story.places.contract("contoso")]


def test_a_file_of_36_days_ago_is_too_old_for_everyone(story: Story) -> None:
    story.day(date(2026, 12, 29))
    ran = story.sync()
    assert ran.statuses() == {"stale-source"}
    assert "older than 35 days" in ran.line("contoso")["cause"]
    assert ran.writes == []


def test_who_a_complete_list_lacks_has_left_and_goes_on_being_billed_until_a_person_decides(
    story: Story,
) -> None:
    story.bring("companies", ["ref,name,licenses_assigned", "contoso,Contoso,500"], complete=True)
    ran = story.sync()
    assert ran.status("northwind") == "left-password-boss"
    assert "20 units stay on the contract, $100.00 a month" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)
    assert story.sync(approve=True, approve_lines=[("northwind", "standard")]).writes == []


@pytest.mark.parametrize("row", ["northwind,Northwind,0,active", "northwind,Northwind,50,inactive"])
def test_without_licenses_or_inactive_a_company_has_left_too(story: Story, row: str) -> None:
    story.bring("companies", ["ref,name,licenses_assigned,state", row])
    ran = story.sync()
    assert ran.status("northwind") == "left-password-boss"
    assert_only_contoso_was_written(ran, story)


def test_more_users_than_licenses_is_wrong_data_and_is_held(story: Story) -> None:
    Company.objects.filter(ref="northwind").update(licenses_assigned=21)
    story.count("northwind", standard=22)
    ran = story.sync(approve=True)
    assert ran.status("northwind") == "held:anomaly"
    assert "22 users but has 21 licenses" in ran.line("northwind")["cause"]
    assert_only_contoso_was_written(ran, story)
    named = story.sync(approve_lines=[("northwind", "standard")])
    assert named.status("northwind") == "synced"


@pytest.mark.parametrize(
    ("before", "after"),
    [(20, 10), (6, 3), (40, 30), (120, 69)],  # half; half and 3; a quarter and 10; over 250 a month
)
def test_a_large_drop_waits_until_it_is_approved_by_name(settle: Settle, before: int, after: int) -> None:
    story = settle([Client("northwind", {"standard": before}), Client("contoso", {"standard": 1000})])
    story.count("northwind", standard=after)
    assert story.sync(approve=True).status("northwind") == "held:anomaly"
    assert story.bms.writes == []
    assert story.sync(approve_lines=[("northwind", "standard")]).status("northwind") == "synced"
    assert story.units("northwind") == after


@pytest.mark.parametrize(("before", "after"), [(5, 3), (40, 31), (1000, 951)])
def test_a_drop_below_the_limits_is_written(settle: Settle, before: int, after: int) -> None:
    story = settle([Client("northwind", {"standard": before}), Client("contoso", {"standard": 1000})])
    story.count("northwind", standard=after)
    assert story.sync().status("northwind") == "synced"


def test_a_large_rise_waits_where_licenses_are_unknown_and_the_company_is_old(settle: Settle) -> None:
    cast = [Client("northwind", {"standard": 20}, licenses=None), Client("contoso", {"standard": 1000})]
    story = settle(cast)
    Company.objects.filter(ref="northwind").update(first_seen_on=date(2026, 1, 1))
    story.count("northwind", standard=30)
    assert story.sync(approve=True).status("northwind") == "held:anomaly"
    assert story.bms.writes == []


def test_what_is_not_mapped_or_excluded_is_shown_and_never_written(settle: Settle) -> None:
    cast = [
        Client("northwind", {"standard": 20}, is_mapped=False),
        Client("fabrikam", {"standard": 20}, excluded="billed elsewhere"),
        Client("contoso", {"standard": 100, "advanced": 5}),
    ]
    story = settle(cast)
    story.count_all({ref: {"standard": 25} for ref in ("northwind", "fabrikam")})
    story.count("contoso", standard=101, advanced=6)
    ran = story.sync(approve=True)
    assert ran.status("northwind") == "skipped:unmapped-company"
    assert ran.status("fabrikam") == "skipped:excluded"
    assert "billed elsewhere" in ran.line("fabrikam")["cause"]
    assert ran.status("contoso", "advanced") == "skipped:unmapped-product"
    assert [(write.contract_id, write.service_id) for write in ran.writes] == [(7003, 501)]


def test_the_first_write_of_a_later_mapping_waits_for_a_look(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO])
    CompanyMapping.objects.filter(company__ref="northwind").update(first_write_approved_at=None)
    story.count("northwind", standard=21)
    story.count("contoso", standard=101)
    ran = story.sync()
    assert ran.status("northwind") == "held:first-write"
    assert_only_contoso_was_written(ran, story)
    assert story.sync(approve=True).status("northwind") == "synced"


def test_nothing_is_written_while_the_integration_is_off_and_previews_still_work(story: Story) -> None:
    disable(story.integration, actor=ALICE)
    for asked in ({}, {"approve": True}, {"dry_run": True}):
        ran = story.sync(**asked)
        assert ran.status("contoso") == "skipped:disabled"
        assert "100 → 101 units" in ran.line("contoso")["cause"]
        assert ran.writes == []


def test_units_that_nobody_knows_are_asked_for_and_written_with_a_warning_once_released(
    begin: Settle,
) -> None:
    story = begin([Client("northwind", {"standard": 20}, agents=7, users={"standard": 21}), CONTOSO])
    story.sync(approve=True, companies=["contoso"])
    ran = story.sync()
    assert ran.status("northwind") == "current-units-unknown"
    assert ran.writes == []
    released = story.sync(approve=True)
    assert released.status("northwind") == "synced-with-warning"
    assert released.line("northwind")["units_before"] == 20
    assert story.units("northwind") == 21


def test_companies_that_share_a_line_are_summed_and_written_once(settle: Settle) -> None:
    branch = Client("northwind-branch", {}, users={"standard": 7}, shares_with="northwind")
    story = settle([Client("northwind", {"standard": 20}), CONTOSO, branch])
    story.count("northwind", standard=14)
    story.count("northwind-branch", standard=7)
    ran = story.sync(approve=True)
    assert [write.body[0]["Units"] for write in ran.writes] == [21]
    assert {ran.status("northwind"), ran.status("northwind-branch")} == {"synced"}
    assert ran.shown["summary"]["money_delta"] == "5.00"


def test_one_of_two_that_share_a_line_is_missing_so_the_line_waits(begin: Settle) -> None:
    branch = Client("northwind-branch", {}, users={}, shares_with="northwind")
    story = begin([Client("northwind", {"standard": 20}, users={"standard": 14}), CONTOSO, branch])
    confirm(story, [NORTHWIND, CONTOSO])
    ran = story.sync(approve=True)
    assert ran.status("northwind") == ran.status("northwind-branch") == "stale-source"
    assert ran.writes == []


class TestPlanChange:
    @pytest.fixture
    def story(self, settle: Settle) -> Story:
        cast = [Client("northwind", {"standard": 20, "advanced": 2}), Client("contoso", {"standard": 500})]
        story = settle(cast, products=("standard", "advanced"))
        story.count("northwind", standard=0, advanced=22)
        return story

    def test_both_lines_wait_and_never_one(self, story: Story) -> None:
        for asked in ({}, {"approve": True}):
            ran = story.sync(**asked)
            assert ran.status("northwind", "standard") == "held:plan-change"
            assert ran.status("northwind", "advanced") == "held:plan-change"
            assert ran.writes == []

    @pytest.mark.parametrize("named", ["standard", "advanced"])
    def test_either_name_releases_both(self, story: Story, named: str) -> None:
        ran = story.sync(approve_lines=[("northwind", named)])
        assert len(ran.writes) == 2
        assert (story.units("northwind", "standard"), story.units("northwind", "advanced")) == (0, 22)

    def test_a_side_that_is_missing_keeps_the_other_one_back(self, settle: Settle) -> None:
        cast = [Client("northwind", {"standard": 20, "advanced": 2}), Client("contoso", {"standard": 500})]
        story = settle(cast, products=("standard", "advanced"))
        story.day(date(2026, 11, 27))
        story.bring_counts({"northwind": {"advanced": 22}, "contoso": {"standard": 500}})
        ran = story.sync(approve_lines=[("northwind", "advanced")])
        assert ran.status("northwind", "advanced") == "held:plan-change"
        assert ran.status("northwind", "standard") == "held:plan-change"
        assert ran.writes == []


def test_a_company_without_a_name_in_the_run_is_not_touched(settle: Settle) -> None:
    story = settle(clients(3, 100))
    story.count_all({f"client-{each:03}": {"standard": 101} for each in (1, 2, 3)})
    ran = story.sync(companies=["client-002"])
    assert [write.contract_id for write in ran.writes] == [7002]
    assert [row["company"] for row in ran.shown["lines"]] == ["client-002"]
