"""A contract ends and is renewed: billed on the old one to its last day, then on the new one, once."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.integrations.calendars import billing_calendar
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.models import CompanyMapping, Renewal
from seatbridge.mappings.renewing.accepting import RenewalRefused
from seatbridge.mappings.renewing.listing import Followed
from seatbridge.reconcile.calendar import IssueOn
from seatbridge.sync.stated.renewing import (
    RenewalRow,
    Wish,
    accept_every_certain,
    accept_renewals,
    renewals,
    seal_of_all,
    with_lines,
)
from tests.support.story import ALICE, ZONE, Settle, Story
from tests.support.story_world import CONTRACTS, LINES, SIGN_IN, STANDARD, Client

ENDS, BEGINS = date(2026, 12, 31), date(2027, 1, 1)
NORTHWIND = Client("northwind", {"standard": 20}, contract={"end": "2026-12-31"})
FULTON = Client("fulton", {"standard": 30}, contract={"end": "2026-12-31"})
CONTOSO = Client("contoso", {"standard": 500})
CLONE = 100  # a clone's ids: its original's and so many


def clone(story: Story, ref: str, *, units: int = 20, **changes: Any) -> int:
    """In BMS somebody clones the contract for the next year, lines and all."""
    old, number = story.places.contract(ref), story.places.contract(ref) + CLONE
    number = changes.pop("id", number)
    terms = {"issue_on": "end", "status": "Active", "start": "2027-01-01", "end": "2027-12-31"} | changes
    story.bms.add_contract(
        id=number, account_id=story.places.account(ref), name=f"{ref.title()} {number}", **terms
    )
    story.bms.add_line(
        id=number * 10, contract_id=number, service_id=STANDARD, units=units, effective_date=terms["start"]
    )
    assert old != number
    return int(number)


def today(story: Story) -> date:
    return story.time.now.astimezone(ZONE).date()


def asking(story: Story) -> Asking:
    now: datetime = story.time.now
    return Asking(ALICE, now.astimezone(UTC), today(story), story.open_bms)


def rows(story: Story) -> list[RenewalRow]:
    return with_lines(story.integration, renewals(story.integration, today(story)))


def row(story: Story, ref: str = "northwind") -> RenewalRow:
    (found,) = [each for each in rows(story) if ref in dict(each.ending.companies)]
    return found


def accept(story: Story, ref: str = "northwind", units: int | None = None) -> Renewal:
    shown = row(story, ref)
    assert shown.ending.successor is not None
    stated = {} if units is None else {STANDARD: units}
    wish = Wish(shown.ending.contract.id, shown.ending.successor.id, shown.seal, stated)
    (accepted,) = accept_renewals(story.integration, [wish], asking(story))
    return accepted


def mapped_to(story: Story, ref: str = "northwind") -> int | None:
    return CompanyMapping.objects.get(integration=story.integration, company__ref=ref).contract_id


def invoiced(story: Story, *contracts: int) -> list[tuple[int, date, Decimal, str]]:
    return [
        (line.contract_id, line.value_date, line.qty, line.kind)
        for invoice in story.bms.world.invoices
        for line in invoice.lines
        if line.contract_id in contracts and line.name.startswith("Password Boss")
    ]


@pytest.fixture
def story(settle: Settle) -> Story:
    return settle([NORTHWIND, CONTOSO])


class TestTheList:
    def test_a_contract_that_ends_is_listed_from_60_days_before_by_what_every_sync_reads(
        self, story: Story
    ) -> None:
        shown = row(story)
        assert shown.ending.followed is Followed.NONE
        assert (shown.monthly, shown.ending.contract.end) == (Decimal("100.00"), ENDS)

    def test_its_clone_is_proposed_with_the_price_that_it_carries(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.bms.edit_line(number * 10, unit_price="5.25")
        story.sync()
        shown = row(story)
        assert shown.ending.followed is Followed.ONE
        assert shown.ending.successor is not None
        assert shown.ending.successor.id == number
        (line,) = shown.lines
        assert (line.before, line.count, line.price, line.new_price) == (
            20, 20, Decimal("5.00"), Decimal("5.25"),
        )  # fmt: skip

    def test_an_extended_end_date_closes_the_item_by_itself(self, story: Story) -> None:
        story.bms.edit_contract(7001, end="2027-12-31")
        story.sync()
        assert rows(story) == []

    def test_one_that_begins_too_early_or_too_late_is_named_and_not_proposed(self, story: Story) -> None:
        clone(story, "northwind", id=7201, start="2026-12-15")
        clone(story, "northwind", id=7202, start="2027-01-11")
        story.sync()
        shown = row(story)
        assert shown.ending.followed is Followed.NONE
        late, early = (wrong for _, wrong in shown.ending.followers.near)  # the nearest first
        assert "both bill these days" in early
        assert "10 days before that belong to no contract" in late

    def test_the_contract_of_another_account_is_no_successor(self, story: Story) -> None:
        clone(story, "contoso")
        story.sync()
        assert row(story).ending.followed is Followed.NONE

    def test_two_clones_are_a_choice_and_none_is_taken_by_accepting_all(self, story: Story) -> None:
        one, other = clone(story, "northwind"), clone(story, "northwind", id=7201)
        story.sync()
        assert row(story).ending.followed is Followed.SEVERAL
        assert accept_every_certain(story.integration, seal_of_all([]), asking(story), take_units=True) == []
        accept_renewals(story.integration, [Wish(7001, other)], asking(story))
        assert row(story).ending.successor is not None
        assert row(story).ending.successor.id == other != one


class TestTheTurn:
    def test_december_is_billed_on_the_old_one_and_january_on_its_clone_and_no_day_on_both(
        self, story: Story
    ) -> None:
        number = clone(story, "northwind")
        story.sync()
        accept(story, units=20)
        story.day(date(2026, 12, 15))
        story.count("northwind", standard=24)
        assert story.sync().line("northwind")["contract_id"] == 7001  # December's last change
        story.day(date(2027, 1, 5))
        story.count("northwind", standard=26)
        ran = story.sync()
        line = ran.line("northwind")
        assert (line["status"], line["contract_id"], line["units_before"]) == ("synced", number, 20)
        assert (line["effective_date"], mapped_to(story)) == ("2027-01-01", number)
        story.day(date(2027, 2, 2))
        story.sync()
        assert invoiced(story, 7001, number) == [
            (7001, date(2026, 11, 1), Decimal(20), "full"),
            (7001, date(2026, 12, 1), Decimal(24), "full"),
            (number, date(2027, 1, 1), Decimal(26), "full"),
        ]

    def test_posted_at_the_start_its_first_month_is_as_cloned_and_the_second_as_counted(
        self, settle: Settle
    ) -> None:
        start = {"end": "2026-12-31", "issue_on": "start"}
        story = settle([Client("northwind", {"standard": 20}, contract=start), CONTOSO])
        number = clone(story, "northwind", issue_on="start")
        story.sync()
        accept(story, units=20)
        assert billing_calendar(story.integration).issue_on(number) is IssueOn.START
        story.day(date(2026, 12, 28))
        story.count("northwind", standard=22)
        assert story.sync().status("northwind") == "planned"
        assert "accepted as the one that follows" in story.sync().line("northwind")["cause"]
        story.day(date(2027, 1, 4))
        assert story.sync(approve=True).line("northwind")["effective_date"] == "2027-02-01"
        story.day(date(2027, 2, 2))
        story.sync()
        seen = [each for each in invoiced(story, 7001, number) if each[1] >= date(2026, 12, 1)]
        assert seen[:3] == [
            (7001, date(2026, 12, 1), Decimal(20), "full"),
            (number, date(2027, 1, 1), Decimal(20), "full"),
            (number, date(2027, 2, 1), Decimal(22), "full"),
        ]
        assert len({on for _, on, _, _ in seen}) == len(seen)

    def test_two_companies_on_one_contract_move_together(self, settle: Settle) -> None:
        marine = Client("marine", {}, users={"standard": 6}, shares_with="northwind")
        story = settle([NORTHWIND, marine, CONTOSO])
        number = clone(story, "northwind")
        story.sync()
        accept(story)
        story.day(date(2027, 1, 4))
        story.sync()
        assert (mapped_to(story), mapped_to(story, "marine")) == (number, number)

    def test_a_preview_shows_the_turn_and_takes_nothing(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.sync()
        accept(story)
        story.day(date(2027, 1, 4))
        assert story.sync(dry_run=True).line("northwind")["contract_id"] == number
        assert mapped_to(story) == 7001
        story.sync()
        assert mapped_to(story) == number

    def test_the_ledger_tells_who_accepted_and_when_it_took_force(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.sync()
        accept(story)
        story.day(date(2027, 1, 4))
        story.sync()
        told = LedgerEntry.objects.filter(event__startswith="renewal.").order_by("pk")
        assert [(entry.event, entry.contract_id) for entry in told] == [
            ("renewal.accepted", 7001),
            ("renewal.taken", 7001),
        ]
        (row,) = Renewal.objects.all()
        assert (row.state, row.successor_id) == (Renewal.State.TAKEN, number)


class TestNothingIsSilent:
    def test_a_contract_that_ended_and_was_renewed_waits_for_its_acceptance(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.day(date(2027, 1, 4))
        story.count("northwind", standard=20)
        line = story.sync().line("northwind")
        assert (line["status"], line["outcome"]) == ("held:renewal", "hold")
        assert f"Northwind {number} carries the same services from 1 Jan 2027" in line["cause"]
        accept(story, units=20)  # over already: it takes force at once
        assert mapped_to(story) == number
        story.count("northwind", standard=23)
        assert story.sync().status("northwind") == "synced"

    def test_one_that_ended_without_a_successor_says_what_to_do(self, story: Story) -> None:
        story.day(date(2027, 1, 4))
        line = story.sync().line("northwind")
        assert line["status"] == "blocked:contract-ended"
        assert line["fix"]
        assert row(story).ending.is_over

    def test_several_are_named(self, story: Story) -> None:
        clone(story, "northwind")
        clone(story, "northwind", id=7201)
        story.day(date(2027, 1, 4))
        line = story.sync().line("northwind")
        assert line["status"] == "blocked:contract-ended"
        assert "2 contracts may follow it: Northwind 7101 (7101), Northwind 7201 (7201)" in line["cause"]

    def test_a_draft_is_accepted_ahead_and_said_to_be_inactive_if_nobody_activates_it(
        self, story: Story
    ) -> None:
        number = clone(story, "northwind", status="Draft")
        story.sync()
        assert row(story).ending.is_draft
        accept(story, units=20)
        story.day(date(2027, 1, 4))
        story.count("northwind", standard=23)
        assert story.sync().status("northwind") == "blocked:contract-inactive"
        story.bms.edit_contract(number, status="Active")
        assert story.sync().status("northwind") == "synced"


class TestWhatIsApproved:
    def test_units_as_cloned_are_unknown_until_a_person_says_so(self, story: Story) -> None:
        clone(story, "northwind")
        story.sync()
        accept(story)
        story.day(date(2027, 1, 4))
        story.count("northwind", standard=22)
        assert story.sync().status("northwind") == "current-units-unknown"

    def test_all_that_have_exactly_one_are_accepted_at_once_and_their_first_writes_wait(
        self, settle: Settle
    ) -> None:
        story = settle([NORTHWIND, FULTON, CONTOSO])
        clone(story, "northwind")
        clone(story, "fulton", units=30)
        story.sync()
        seal = seal_of_all(rows(story))
        assert len(accept_every_certain(story.integration, seal, asking(story), take_units=True)) == 2
        story.day(date(2027, 1, 4))
        story.count_all({"northwind": {"standard": 20}, "fulton": {"standard": 31}})
        ran = story.sync()
        assert (ran.status("northwind"), ran.status("fulton")) == ("no-change", "held:first-write")
        assert story.sync(approve=True).status("fulton") == "synced"

    def test_what_moved_since_it_was_shown_is_refused_whole(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.sync()
        shown = row(story)
        story.count("northwind", standard=21)
        story.sync()
        with pytest.raises(RenewalRefused, match="not as they were shown"):
            accept_renewals(story.integration, [Wish(7001, number, shown.seal)], asking(story))
        with pytest.raises(RenewalRefused, match="not as they were shown"):
            accept_every_certain(story.integration, seal_of_all([shown]), asking(story), take_units=False)
        assert not Renewal.objects.exists()

    def test_a_contract_that_would_bill_the_same_days_cannot_be_accepted(self, story: Story) -> None:
        number = clone(story, "northwind", start="2026-12-15")
        story.sync()
        with pytest.raises(RenewalRefused, match="does not follow"):
            accept_renewals(story.integration, [Wish(7001, number)], asking(story))

    def test_it_is_accepted_once(self, story: Story) -> None:
        number = clone(story, "northwind")
        story.sync()
        accept(story)
        with pytest.raises(RenewalRefused, match="accepted already"):
            accept_renewals(story.integration, [Wish(7001, number)], asking(story))


def test_an_accepted_one_is_void_once_the_old_contract_is_extended(story: Story) -> None:
    number = clone(story, "northwind")
    story.sync()
    accept(story)
    story.bms.edit_contract(7001, end="2027-01-15")
    story.sync()
    (renewal,) = Renewal.objects.all()
    assert (renewal.state, mapped_to(story)) == (Renewal.State.VOID, 7001)
    assert "extended to 15 Jan 2027" in renewal.why
    (near,) = row(story).ending.followers.near
    assert (near[0].id, "both bill these days" in near[1]) == (number, True)


@pytest.mark.parametrize("renewed", [False, True])
def test_renewals_cost_no_call_beyond_the_observation(story: Story, *, renewed: bool) -> None:
    if renewed:
        clone(story, "northwind")
        story.sync()
        accept(story, units=20)
    story.day(date(2026, 12, 28))
    ran = story.sync()
    assert ran.calls - Counter({SIGN_IN: 1, CONTRACTS: 1, LINES: 1}) == Counter()
