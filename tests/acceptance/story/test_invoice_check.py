"""After the invoice run: every line is on invoice as it was on contract, or named with what is amiss."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bms_simulator.invoices import InvoiceLine
from seatbridge.sync.invoice_checks import exceptions_of, latest_checks
from seatbridge.sync.models import InvoiceCheck
from tests.support.story import Settle, Story
from tests.support.story_world import INVOICES, Client

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
        "on-invoice": 5, "not-on-invoice": 0, "other-quantity": 0, "proration-line": 0, "money": "0.00",
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
