"""After the invoice run: every line is on invoice as it was on contract, or named with what is amiss."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bms_simulator.invoices import InvoiceLine
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.invoice_checks import exceptions_of, latest_checks, unpacked
from seatbridge.sync.models import InvoiceCheck, LineMemory
from tests.support.story import Settle, Story
from tests.support.story_world import INVOICES, SERVICES, Client

CAST = [
    Client("northwind", {"standard": 14}, agents=4),
    Client("contoso", {"standard": 20}),
    Client("fabrikam", {"standard": 9}),
    Client("tailspin", {"standard": 30}),
    Client("wingtip", {"standard": 5}),
]
POSTED = date(2026, 12, 1)


@pytest.fixture
def story(settle: Settle) -> Story:
    """Northwind grew to 15 in November, and that was written."""
    story = settle(CAST)
    story.rewrites_are_clean()
    story.count("northwind", standard=15)
    assert story.sync().status("northwind") == "synced"
    return story


def checked(story: Story) -> InvoiceCheck:
    story.day(date(2026, 12, 2))
    story.sync()
    (check,) = latest_checks(story.integration.pk)
    return check


def amiss(check: InvoiceCheck) -> dict[str, dict[str, Any]]:
    return {row["companies"][0][0]: row for row in exceptions_of(check)}


def meddle(story: Story, ref: str, *, copies: int = 1, **changes: Any) -> None:
    """What a person does to an invoice before it goes out."""
    contract_id = story.places.contract(ref)
    invoices = story.bms.world.invoices
    for place, invoice in enumerate(list(invoices)):
        lines: list[InvoiceLine] = []
        for line in invoice.lines:
            if line.contract_id == contract_id and line.name.startswith("Password Boss"):
                lines += [replace(line, id=line.id + 1000 * copy, **changes) for copy in range(copies)]
            else:
                lines.append(line)
        invoices[place] = replace(invoice, lines=tuple(lines))


def test_all_that_is_on_contract_is_on_invoice(story: Story) -> None:
    story.day(date(2026, 12, 2))
    ran = story.sync()
    (check,) = latest_checks(story.integration.pk)
    assert check.posted_on == POSTED
    assert check.summary == {
        "on-invoice": 5, "not-on-invoice": 0, "other-quantity": 0, "cannot-tell": 0, "proration-line": 0,
        "money": "0.00",
    }  # fmt: skip
    assert ran.calls[INVOICES] == 1
    assert story.sync().calls[INVOICES] == 0, "nothing is amiss, so nothing is looked at again"


def test_a_missing_a_short_a_doubled_and_a_prorated_line_are_each_named(story: Story) -> None:
    story.bms.edit_line(story.places.line("wingtip"), units=6, effective_date="2026-11-20")
    story.bms.edit_line(story.places.line("wingtip"), units=5, effective_date="2026-11-25")
    story.day(date(2026, 12, 2))
    meddle(story, "contoso", copies=0)
    meddle(story, "fabrikam", qty=Decimal(7), total_price=Decimal("35.00"))
    meddle(story, "tailspin", copies=2)
    check = checked(story)
    found = {ref: (row["outcome"], row["expected"], row["invoiced"]) for ref, row in amiss(check).items()}
    assert found == {
        "contoso": ("not-on-invoice", [20], []),
        "fabrikam": ("other-quantity", [9], [7]),
        "tailspin": ("other-quantity", [30], [30, 30]),
        "wingtip": ("on-invoice", [5], [5]),
    }
    money = {ref: row["money"] for ref, row in amiss(check).items()}
    assert [Decimal(money[ref]) for ref in ("contoso", "fabrikam", "tailspin")] == [-100, -10, 150]
    prorations = amiss(check)["wingtip"]["prorations"]
    assert [Decimal(each) > 0 for each in prorations] == [True, False]
    assert check.summary["proration-line"] == 1


def test_what_is_expected_is_what_stood_there_at_the_posting(story: Story) -> None:
    """The sync that checks also writes December's count: that is not what November's invoice had to carry."""
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=18)
    ran = story.sync()
    assert ran.status("northwind") == "synced"
    (check,) = latest_checks(story.integration.pk)
    assert check.summary["on-invoice"] == 5


def test_invoices_that_come_late_are_looked_for_again(story: Story) -> None:
    story.day(date(2026, 12, 2))
    issued = list(story.bms.world.invoices)
    story.bms.world.invoices.clear()
    missing = checked(story)
    assert missing.summary["not-on-invoice"] == 5
    story.bms.world.invoices.extend(issued)
    story.day(date(2026, 12, 4))
    story.sync()
    (check,) = latest_checks(story.integration.pk)
    assert (check.pk, check.summary["on-invoice"]) == (missing.pk, 5)


def test_nothing_is_checked_before_the_first_posting_day(story: Story) -> None:
    """Nothing is expected of a month in which nobody had approved anything yet."""
    assert not InvoiceCheck.objects.exists()
    story.sync()
    assert not InvoiceCheck.objects.exists()


def test_a_change_dated_ahead_is_expected_on_the_invoice_that_is_posted_ahead(settle: Settle) -> None:
    """Posted on 25 November for December: the invoice carries what was written from 1 December on."""
    story = settle(
        [Client("northwind", {"standard": 14}, contract={"issue_on": "start"})],
        calendar={"default": "start", "start_posts_on": 25},
        ahead_seen="kept",
    )
    story.count("northwind", standard=15)
    assert story.sync().status("northwind") == "scheduled"
    story.day(date(2026, 11, 26))
    story.sync()
    (check,) = latest_checks(story.integration.pk)
    assert (check.posted_on, check.issue_on) == (date(2026, 11, 25), "start")
    assert check.summary["on-invoice"] == 1
    assert [units for _, units, *_ in story.invoiced("northwind")][-1:] == [Decimal(15)]


class TestAContractThatWasRenewed:
    """Northwind's contract ends with December; from January on its users are billed on the next one."""

    @pytest.fixture
    def renewed(self, settle: Settle) -> Story:
        story = settle([Client("northwind", {"standard": 14}, contract={"end": "2026-12-31"}), *CAST[1:]])
        story.rewrites_are_clean()
        story.day(date(2026, 12, 20))
        story.count("northwind", standard=15)
        assert story.sync().status("northwind") == "synced"
        story.bms.add_contract(
            id=7101, account_id=story.places.account("northwind"), name="Northwind 2027",
            start="2027-01-01", end="2027-12-31", issue_on="end",
        )  # fmt: skip
        story.bms.add_line(
            contract_id=7101, service_id=SERVICES["standard"], units=15, effective_date="2027-01-01"
        )
        story.day(date(2027, 1, 2))
        mapped = CompanyMapping.objects.filter(integration=story.integration, company__ref="northwind")
        mapped.update(contract_id=7101, contract_name="Northwind 2027")
        return story

    def test_has_its_last_period_checked_too(self, renewed: Story) -> None:
        renewed.sync()
        (check,) = latest_checks(renewed.integration.pk)
        assert check.posted_on == date(2027, 1, 1)
        assert (check.summary["on-invoice"], exceptions_of(check)) == (5, [])

    def test_is_named_where_that_was_invoiced_short(self, renewed: Story) -> None:
        meddle(renewed, "northwind", qty=Decimal(14), total_price=Decimal("70.00"))
        renewed.sync()
        (row,) = exceptions_of(latest_checks(renewed.integration.pk)[0])
        assert (row["contract"], row["companies"]) == (
            "Northwind monthly", [["northwind", "Northwind", "standard"]],
        )  # fmt: skip
        assert (row["outcome"], row["expected"], row["invoiced"]) == ("other-quantity", [15], [14])

    def test_is_not_judged_where_nobody_knows_what_stood_on_it(self, renewed: Story) -> None:
        former = LineMemory.objects.filter(contract_id=renewed.places.contract("northwind"))
        former.update(written_units=None, confirmed_units=None, total_after=None)
        renewed.sync()
        (row,) = exceptions_of(latest_checks(renewed.integration.pk)[0])
        assert (row["outcome"], row["expected"], row["invoiced"], row["money"]) == (
            "cannot-tell", [None], [15], "0",
        )  # fmt: skip

    def test_is_looked_at_once(self, renewed: Story) -> None:
        renewed.sync()
        renewed.day(date(2027, 2, 2))
        renewed.sync()
        (check,) = latest_checks(renewed.integration.pk)
        assert check.posted_on == date(2027, 2, 1)
        assert {row["contract"] for row in unpacked(check)} >= {"Northwind 2027", "Contoso monthly"}
        assert "Northwind monthly" not in {row["contract"] for row in unpacked(check)}


class TestAContractThatBeganWithinThePeriod:
    """Litware came on 10 November: of that month BMS bills 21 days of 30."""

    @pytest.fixture
    def cut(self, settle: Settle) -> Story:
        story = settle([Client("litware", {"standard": 14}, contract={"start": "2026-11-10"}), *CAST[1:]])
        story.day(date(2026, 12, 2))
        assert story.invoiced("litware") == [(date(2026, 11, 10), Decimal(14), Decimal("49.00"), "full")]
        return story

    def test_is_on_invoice_with_all_its_users_at_a_share_of_the_price(self, cut: Story) -> None:
        assert checked(cut).summary["on-invoice"] == 5
        assert exceptions_of(latest_checks(cut.integration.pk)[0]) == []

    def test_is_named_where_users_are_lacking(self, cut: Story) -> None:
        meddle(cut, "litware", qty=Decimal(12), total_price=Decimal("42.00"))
        row = amiss(checked(cut))["litware"]
        assert (row["outcome"], row["expected"], row["invoiced"]) == ("other-quantity", [14], [12])
        assert Decimal(row["money"]) == -7

    def test_is_not_judged_where_the_invoice_splits_it_in_a_way_of_its_own(self, cut: Story) -> None:
        meddle(cut, "litware", qty=Decimal(1), unit_price=Decimal("48.30"), total_price=Decimal("48.30"))
        row = amiss(checked(cut))["litware"]
        assert (row["outcome"], row["expected"], Decimal(row["money"])) == ("cannot-tell", [14], 0)


@pytest.mark.parametrize("since", ["2026-11-20", "2026-12-01"])
def test_of_a_line_that_somebody_added_within_or_after_the_period_nothing_is_claimed(
    settle: Settle, since: str
) -> None:
    """Nothing of it is on the invoice, or a part: that is no fault of the invoice."""
    story = settle([Client("northwind", {"standard": 14}, line={"effective_date": since}), *CAST[1:]])
    row = amiss(checked(story))["northwind"]
    assert (row["outcome"], row["money"]) == ("cannot-tell", "0")


def test_changes_ahead_that_cancel_out_are_named_where_the_invoice_carries_others(settle: Settle) -> None:
    """One up, one down, at one price: the contract's total shows neither. Both are taken as written, and the
    invoice is where it shows that somebody undid them.
    """
    before, after = {"standard": 27, "advanced": 9}, {"standard": 28, "advanced": 8}
    northwind = Client("northwind", before, contract={"issue_on": "start"}, line={"unit_price": "5.00"})
    contoso = Client("contoso", {"standard": 200, "advanced": 100})
    story = settle(
        [northwind, contoso], products=tuple(before), ahead_seen="kept",
        calendar={"start_posts_on": 25},
    )  # fmt: skip
    story.count("northwind", **after)
    assert story.sync().status("northwind") == "scheduled"
    for product, units in before.items():
        story.bms.edit_line(story.places.line("northwind", product), units=units, effective_date="2026-12-01")
    story.day(date(2026, 11, 26))
    story.sync()
    (check,) = latest_checks(story.integration.pk)
    found = {row["companies"][0][2]: (row["expected"], row["invoiced"]) for row in exceptions_of(check)}
    assert found == {"standard": ([28], [27]), "advanced": ([8], [9])}
    story.day(date(2026, 12, 2))
    assert {story.sync().line("northwind", product)["status"] for product in before} == {"no-change"}
