"""The billing calendar contract by contract: looked through, edited, by file, and from past invoices."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendars import billing_calendar, set_calendar, set_contract_terms
from seatbridge.integrations.models import ContractTerms, Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.models import CalendarProposal
from seatbridge.partners.models import Partner
from seatbridge.reconcile import calendar as billing
from seatbridge.usage.models import HeldFile
from tests.integration.web.told import at_most, text_of
from tests.support.cast import Cast
from tests.support.mapping_world import (
    CONTOSO_MONTHLY,
    JUNIPER_MONTHLY,
    NORTHWIND_HOURS,
    NORTHWIND_MONTHLY,
    TODAY,
    MappingWorld,
    a_proposal,
    mapping_world,
)

pytestmark = pytest.mark.django_db
HEADER = "contract_id,issue_on,posts_on,periods\n"


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


def here(world: MappingWorld) -> str:
    return f"/integrations/{world.integration.pk}/contracts/"


def terms(world: MappingWorld, number: int) -> billing.ContractTerms | None:
    integration = Integration.objects.get(pk=world.integration.pk)
    return billing_calendar(integration).contracts.get(number)


def bring(people: Cast, world: MappingWorld, rows: str) -> Any:
    file = SimpleUploadedFile("terms.csv", (HEADER + rows).encode())
    return people.alice.browser.post(f"{here(world)}file", {"file": file}, follow=True)


def test_each_contract_shows_how_it_is_posted_and_what_is_open(people: Cast, world: MappingWorld) -> None:
    set_contract_terms(
        world.integration, NORTHWIND_MONTHLY, issue_on="start", fiscal=False, posts_on=10, actor="Alice"
    )
    page = people.bob.browser.get(here(world))
    said = text_of(page)
    assert "Northwind 7001" in said
    assert "Start of Billing Cycle the 10th From its start" in said
    assert "posted on" in said
    assert str(NORTHWIND_HOURS) not in said  # a retainer has no units
    assert f"{here(world)}{NORTHWIND_MONTHLY}/" not in page.content.decode()  # Bob may only look
    only = text_of(people.bob.browser.get(here(world), {"only": "differing"}))
    assert "Northwind 7001" in only
    assert "Juniper" not in only


@pytest.mark.parametrize(("search", "found"), [("junip", "Juniper"), ("7005", "Contoso")])
def test_a_contract_is_found_by_account_or_number(
    people: Cast, world: MappingWorld, search: str, found: str
) -> None:
    said = text_of(people.alice.browser.get(here(world), {"search": search}))
    assert found in said
    assert "Northwind" not in said
    assert "No contract is found" in text_of(people.alice.browser.get(here(world), {"search": "nobody"}))


def test_ten_thousand_contracts_are_pages_of_fifty(people: Cast, world: MappingWorld) -> None:
    SeenContract.objects.bulk_create(
        SeenContract(
            integration=world.integration,
            contract_id=number,
            name=f"Monthly {number}",
            account_name=f"Client {number:05}",
            type="Recurring Services",
            status="Active",
            billing_cycle="Monthly",
            start=TODAY - timedelta(days=200),
            end=TODAY + timedelta(days=200),
        )
        for number in range(10_000, 20_000)
    )
    browser = people.alice.browser
    browser.get(here(world))
    with at_most():
        page = browser.get(here(world), {"search": "client", "page": "3"})
    assert "of 10000 Previous Page 3 of 200" in text_of(page)
    assert len(page.content) < 100_000


def test_one_contract_is_edited_and_a_stale_tab_is_told(people: Cast, world: MappingWorld) -> None:
    browser, url = people.alice.browser, f"{here(world)}{NORTHWIND_MONTHLY}/"
    was = browser.get(url).context["was"]
    form = {"issue_on": "start", "posts_on": "10", "fiscal": "", "was": was}
    browser.post(url, form)
    assert terms(world, NORTHWIND_MONTHLY) == billing.ContractTerms(billing.IssueOn.START, None, 10)
    stale = browser.post(url, form | {"posts_on": "20"})
    assert stale.status_code == 422
    assert "changed meanwhile" in text_of(stale)
    wrong = browser.post(url, {"issue_on": "middle", "posts_on": "32", "fiscal": ""})
    assert wrong.status_code == 422
    assert terms(world, NORTHWIND_MONTHLY) == billing.ContractTerms(billing.IssueOn.START, None, 10)
    browser.post(url, {"issue_on": "", "posts_on": "", "fiscal": ""})
    assert not ContractTerms.objects.exists()
    assert browser.get(f"{here(world)}999999/").status_code == 404
    assert people.bob.browser.post(url, form).status_code == 403


def test_a_file_is_shown_first_and_then_imported_whole(people: Cast, world: MappingWorld) -> None:
    set_contract_terms(world.integration, CONTOSO_MONTHLY, issue_on="start", fiscal=None, actor="Alice")
    page = bring(people, world, f"{NORTHWIND_MONTHLY},Start,10,from-start\n{CONTOSO_MONTHLY},,,\n")
    said = text_of(page)
    assert "2 contracts read, 2 would change" in said
    assert "as the calendar says invoiced at the start of the billing cycle, posted on the 10th" in said
    assert terms(world, NORTHWIND_MONTHLY) is None
    held = HeldFile.objects.get()
    people.alice.browser.post(f"{here(world)}file", {"held": held.pk})
    assert terms(world, NORTHWIND_MONTHLY) == billing.ContractTerms(
        billing.IssueOn.START, fiscal=False, posts_on=10
    )
    assert terms(world, CONTOSO_MONTHLY) is None
    again = people.alice.browser.post(f"{here(world)}file", {"held": held.pk}, follow=True)
    assert "imported already" in text_of(again)


def test_a_wrong_file_names_row_and_field_and_changes_nothing(people: Cast, world: MappingWorld) -> None:
    rows = f"{NORTHWIND_MONTHLY},start,10,\n999,,,\n{CONTOSO_MONTHLY},middle,32,\n{NORTHWIND_MONTHLY},,,\n"
    page = bring(people, world, rows)
    said = text_of(page)
    assert page.status_code == 422
    for fault in (
        "3 contract_id BMS has no contract 999.",
        "4 issue_on 'middle' is not a issue date",
        "4 posts_on '32' is not a day of a month: write 1 to 31.",
        "5 contract_id is in row 2 already",
    ):
        assert fault in said.replace("“", "'").replace("”", "'").replace('"', "'"), said
    assert not ContractTerms.objects.exists()


def test_the_file_taken_out_comes_back_without_a_change(people: Cast, world: MappingWorld) -> None:
    set_contract_terms(
        world.integration, JUNIPER_MONTHLY, issue_on="end", fiscal=True, posts_on=31, actor="Alice"
    )
    answer = people.bob.browser.get(f"{here(world)}terms.csv")
    text = b"".join(answer.streaming_content).decode()
    assert f"{JUNIPER_MONTHLY},end,31,fiscal," in text
    file = SimpleUploadedFile("terms.csv", text.encode())
    page = people.alice.browser.post(f"{here(world)}file", {"file": file}, follow=True)
    assert "5 contracts read, 0 would change" in text_of(page)


class TestFromPastInvoices:
    def test_the_proposal_shows_its_evidence_and_sets_nothing(
        self, people: Cast, world: MappingWorld
    ) -> None:
        a_proposal(world.integration, NORTHWIND_MONTHLY)
        said = text_of(people.bob.browser.get(f"{here(world)}proposal"))
        assert "2 of 3 contracts are posted on the 3rd, in 12 of 12 months" in said
        assert "posted on the 10th in 12 of 12 months: invoices of 10 Oct 2026" in said
        assert "Take this calendar" not in said
        assert world.integration.end_posts_on == 1

    def test_a_person_takes_all_of_it_once(self, people: Cast, world: MappingWorld) -> None:
        row = a_proposal(world.integration, NORTHWIND_MONTHLY, CONTOSO_MONTHLY)
        browser, form = people.alice.browser, {"do": "all", "read_at": row.read_at.isoformat()}
        assert "all 2 contracts" in text_of(browser.get(f"{here(world)}proposal"))
        done = browser.post(f"{here(world)}proposal/accept", form, follow=True)
        assert "2 contracts changed" in text_of(done)
        assert Integration.objects.get(pk=world.integration.pk).end_posts_on == 3
        assert terms(world, CONTOSO_MONTHLY) == billing.ContractTerms(posts_on=10)
        again = browser.post(f"{here(world)}proposal/accept", form, follow=True)
        assert "accepted already" in text_of(again)
        assert LedgerEntry.objects.filter(event="integration.calendar-accepted").count() == 1

    def test_or_only_the_contracts_that_are_ticked(self, people: Cast, world: MappingWorld) -> None:
        row = a_proposal(world.integration, NORTHWIND_MONTHLY, CONTOSO_MONTHLY)
        form = {"do": "ticked", "contract": [str(CONTOSO_MONTHLY)], "read_at": row.read_at.isoformat()}
        people.alice.browser.post(f"{here(world)}proposal/accept", form)
        assert terms(world, NORTHWIND_MONTHLY) is None
        assert terms(world, CONTOSO_MONTHLY) is not None

    def test_what_moved_or_was_read_again_is_not_accepted_unseen(
        self, people: Cast, world: MappingWorld
    ) -> None:
        row = a_proposal(world.integration, NORTHWIND_MONTHLY)
        browser, form = people.alice.browser, {"do": "all", "read_at": row.read_at.isoformat()}
        set_calendar(world.integration, actor="Bill", end_posts_on=5)
        moved = browser.post(f"{here(world)}proposal/accept", form, follow=True)
        assert "was changed since these invoices were read" in text_of(moved)
        CalendarProposal.objects.update(read_at=row.read_at + timedelta(seconds=1))
        again = browser.post(f"{here(world)}proposal/accept", form, follow=True)
        assert "read again since" in text_of(again)
        for junk in ("", "soon", "2026-11-25"):
            said = browser.post(f"{here(world)}proposal/accept", {"read_at": junk}, follow=True)
            assert "load this page again" in text_of(said)
        assert Integration.objects.get(pk=world.integration.pk).end_posts_on == 5
        assert people.bob.browser.post(f"{here(world)}proposal/accept", form).status_code == 403
