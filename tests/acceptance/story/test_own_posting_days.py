"""Contracts that are posted on days of their own, and the calendar that a year of their invoices tells of."""

from collections import Counter
from datetime import date, time
from decimal import Decimal

from seatbridge.catalog.finding import contracts_seen
from seatbridge.integrations.calendars import billing_calendar, note_posted
from seatbridge.integrations.models import ContractTerms, Integration
from seatbridge.mappings.catalog_age import refresh_now
from seatbridge.mappings.proposed_calendar import accept_proposal, read_proposal, terms_proposed
from seatbridge.reconcile import calendar as billing
from seatbridge.reconcile.calendar import IssueOn
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import CONTRACTS, INVOICES, SIGN_IN, Client, clients

NOV_1, DEC_1 = date(2026, 11, 1), date(2026, 12, 1)
ON_THE_10TH = Client("northwind", {"standard": 20}, contract={"posts_on": 10})
SUMMARY = "GET /v2/finance/invoices/summary"


def full(first_day: date, units: int, total: str) -> tuple[date, Decimal, Decimal, str]:
    return first_day, Decimal(units), Decimal(total), "full"


def change(story: Story, ref: str, units: int) -> tuple[str, str]:
    story.count(ref, standard=units)
    line = story.sync().line(ref)
    return line["status"], line["effective_date"]


def test_posted_on_the_10th_a_change_on_the_5th_is_still_in_time(settle: Settle) -> None:
    story = settle([ON_THE_10TH, Client("contoso", {"standard": 500})])
    story.day(date(2026, 12, 5))
    assert change(story, "northwind", 22) == ("synced", "2026-11-01")
    assert change(story, "contoso", 501) == ("synced", "2026-12-01")
    story.day(date(2026, 12, 11))
    assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00")]
    assert story.invoiced("contoso") == [full(NOV_1, 500, "2500.00")]


def test_its_own_posting_day_is_frozen_and_no_other(settle: Settle) -> None:
    story = settle([ON_THE_10TH, Client("contoso", {"standard": 500})])
    story.day(DEC_1, time(9))
    assert change(story, "northwind", 22) == ("synced", "2026-11-01")
    assert change(story, "contoso", 501)[0] == "planned"
    story.day(date(2026, 12, 10), time(9))
    story.count_all({"northwind": {"standard": 23}, "contoso": {"standard": 501}})
    on_its_day = story.sync()
    assert (on_its_day.status("northwind"), on_its_day.status("contoso")) == ("planned", "synced")
    story.bms.post(date(2026, 12, 10))
    note_posted(story.integration, date(2026, 12, 10), today=date(2026, 12, 10), actor=ALICE)
    assert change(story, "northwind", 23) == ("synced", "2026-12-01")
    assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00")]


class TestFromPastInvoices:
    """BMS has posted for a year: most contracts on the 3rd, Northwind on the 10th, Contoso at the start."""

    def begin(self, settle: Settle, others: int) -> Story:
        year = {"start": "2025-01-01", "end": "2028-12-31"}
        cast = [
            Client("northwind", {"standard": 20}, contract=year | {"posts_on": 10}),
            Client("contoso", {"standard": 30}, contract=year | {"issue_on": "start"}),
            *clients(others, contract=year),
        ]
        story = settle(cast, today=date(2025, 11, 23), posting={"end_day": 3, "start_day": 25})
        ContractTerms.objects.all().delete()  # nobody has said anything yet
        story.day(date(2026, 11, 23))
        with story.open_bms(story.integration):
            refresh_now(story.integration, story.open_bms, story.time.now)
        return story

    def test_it_costs_a_call_per_hundred_invoices_and_lines(self, settle: Settle) -> None:
        story = self.begin(settle, others=28)
        story.calls = Counter()
        proposal = read_proposal(
            story.integration, story.open_bms, today=date(2026, 11, 23), now=story.time.now
        )
        assert proposal.invoices == 30 * 12
        # 360 invoices with one line each; the contracts are known from the lists read before.
        assert story.calls == Counter({SIGN_IN: 1, SUMMARY: 4, INVOICES: 4})
        assert len(contracts_seen(story.integration, range(7000, 7100))) == 30
        assert CONTRACTS not in story.calls

    def test_it_is_set_only_once_a_person_accepts_and_then_agrees_with_the_next_invoices(
        self, settle: Settle
    ) -> None:
        story = self.begin(settle, others=3)
        before = billing_calendar(story.integration)
        proposal = read_proposal(
            story.integration, story.open_bms, today=date(2026, 11, 23), now=story.time.now
        )
        assert billing_calendar(story.integration) == before
        assert "4 contracts are posted on the 3rd, in 12 of 12 months" in proposal.document["evidence"]
        northwind, contoso = story.places.contract("northwind"), story.places.contract("contoso")
        assert terms_proposed(proposal) == {
            northwind: billing.ContractTerms(posts_on=10),
            contoso: billing.ContractTerms(IssueOn.START),
        }
        accept_proposal(
            story.integration, read_at=proposal.read_at, contracts=None, actor=ALICE, now=story.time.now
        )
        story.integration = Integration.objects.get(pk=story.integration.pk)
        story.day(date(2026, 12, 5))
        assert change(story, "northwind", 22) == ("synced", "2026-11-01")
        assert change(story, "client-001", 11) == ("synced", "2026-12-01")
        assert change(story, "contoso", 31)[1] == "2027-01-01"
        story.day(date(2027, 1, 11))
        assert story.invoiced("northwind")[-2:] == [full(NOV_1, 22, "110.00"), full(DEC_1, 22, "110.00")]
        assert story.invoiced("client-001")[-2:] == [full(NOV_1, 10, "50.00"), full(DEC_1, 11, "55.00")]
        assert story.invoiced("contoso")[-1] == full(date(2027, 1, 1), 31, "155.00")
