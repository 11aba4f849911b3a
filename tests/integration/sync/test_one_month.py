"""One month at Northgate from the first preview to the invoices; told on every database that is supported."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from seatbridge.integrations.methods import choose_method
from seatbridge.integrations.switching import disable, enable
from seatbridge.ledger.verifying import Verified, verify
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.models import Owed, Write
from tests.support.story import ALICE, Story, begun, confirm
from tests.support.story_world import Client
from tests.with_django import SETTINGS

CAST = [
    Client("northwind", {"standard": 20}, agents=6),
    Client("contoso", {"standard": 200, "advanced": 40}),
    Client("fabrikam", {"advanced": 12}, contract={"issue_on": "start"}),
    Client("tailspin", {"standard": 8}),
    Client("litware", {"standard": 30}, contract={"billing_cycle": "Quarterly"}),
    Client("internal", {}, excluded="the MSP's own company", has_contract=False),
]
PRODUCTS = ("standard", "advanced")


def told(folder: Path, **world: object) -> Story:
    story = begun(CAST, settings=SETTINGS, folder=folder, products=PRODUCTS, reading="unknown", **world)
    confirm(story, CAST)
    return story


def month_begins(story: Story) -> None:
    """Counts have moved everywhere, in every way."""
    story.count_all(
        {
            "northwind": {"standard": 21},
            "contoso": {"standard": 205, "advanced": 39},
            "fabrikam": {"advanced": 13},
            "tailspin": {"standard": 0},
            "litware": {"standard": 33},
        }
    )


def shown(story: Story, **asked: object) -> dict[str, str]:
    ran = story.sync(**asked)
    return {f"{row['company']}/{row['product']}": row["status"] for row in ran.shown["lines"]}


def test_a_month_where_a_posting_adjusts(db: None, tmp_path: Path) -> None:
    story = told(tmp_path)
    month_begins(story)
    preview = story.sync()
    assert (preview.state, preview.writes) == ("awaiting-approval", [])
    written = {
        "contoso/advanced": "synced",
        "contoso/standard": "synced",
        "fabrikam/advanced": "scheduled",
        "internal/advanced": "skipped:excluded",
        "litware/standard": "scheduled",
        "northwind/standard": "synced",
        "tailspin/standard": "held:zero",
    }
    statuses = shown(story, approve=True)
    assert {name: statuses[name] for name in written} == written
    assert (story.company.reading, story.company.ahead) == ("adjusts", "kept")

    again = story.sync()
    assert again.writes == []
    stamped = CompanyMapping.objects.get(company__ref="tailspin")
    assert (stamped.last_status, stamped.last_sync_at is None) == ("held:zero", False)

    disable(story.integration, actor=ALICE)
    story.count("northwind", standard=23)
    assert shown(story, approve=True)["northwind/standard"] == "skipped:disabled"
    enable(story.integration, actor=ALICE)

    story.day(date(2026, 12, 2))
    month_begins(story)
    story.count("northwind", standard=23)
    assert shown(story)["northwind/standard"] == "synced"
    story.day(date(2027, 1, 2))
    assert [total for _, _, total, _ in story.invoiced("northwind")] == [Decimal(105), Decimal(115)]
    assert story.invoice_totals("contoso")[0] == Decimal("1317.50")  # 205 at 5.00 and 39 at 7.50
    assert story.invoice_totals("fabrikam")[0] == Decimal("97.50")  # 13 at 7.50
    assert story.invoice_totals("litware") == [Decimal("155.05")]  # 30 at 5.00, 3 for 31 of 92 days
    assert story.bms.watch.violations == []
    assert isinstance(verify(story.integration.partner_id), Verified)
    assert set(Write.objects.values_list("state", flat=True)) == {"confirmed"}


@pytest.mark.parametrize(
    ("behaviour", "method", "invoiced"), [("appends", "replace", 105), ("rejects", "by-hand", 100)]
)
def test_a_month_where_a_posting_does_not(
    db: None, tmp_path: Path, behaviour: str, method: str, invoiced: int
) -> None:
    story = told(tmp_path, behaviour=behaviour)
    month_begins(story)
    assert "blocked:write-method" in shown(story, approve=True).values()
    assert story.company.reading == behaviour
    choose_method(story.integration, method, actor=ALICE)
    shown(story, approve=True)
    assert story.sync(approve=True).writes == []
    assert not Owed.objects.exclude(phase="settled").exists()
    assert story.bms.watch.violations == []
    assert story.bms.watch.without_priced_line() == []
    story.day(date(2026, 12, 2))
    assert [total for _, _, total, _ in story.invoiced("northwind")] == [invoiced]
    assert isinstance(verify(story.integration.partner_id), Verified)
