"""A year of invoices lies in BMS: the calendar and the units that stand there are taken from them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import worlds
from tests.support.browser.looking import look
from tests.support.browser.seed_walk import COUNTS
from tests.support.browser.signing_in import sign_in
from tests.support.browser.site import Site, connect, map_all, walk_host
from tests.support.browser.widths import NARROW, WIDE, set_width

PARTNER = "calendar"
OWN = {worlds.NORTHWIND: {}, worlds.CONTOSO: {"posts_on": 10}, worlds.FABRIKAM: {}}


def a_year_ago() -> dict[str, Any]:
    """Contoso is posted on the 10th, all others on the 1st."""
    found = worlds.world(date="2025-11-23")
    for contract in found["contracts"]:
        contract |= {"start": "2025-01-01", "end": "2027-12-31", **OWN[contract["id"]]}
    for line in found["lines"]:
        line["effective_date"] = "2025-01-01"
    return found


@pytest.fixture
def olga(site: Site, stranger: Page) -> Iterator[Page]:
    """Her partner is connected and mapped, and a first plan waits; nobody said what stands in BMS."""
    bms = site.bms[PARTNER]
    bms.load(a_year_ago())
    bms.ask("POST", "date", {"date": worlds.TODAY.isoformat()})
    owner = f"olga@{PARTNER}.example"
    site.add_partner(PARTNER, owner)
    site.import_counts(PARTNER, COUNTS)
    integration = connect(site, PARTNER, walk_host(PARTNER))
    map_all(site, integration)
    site.seatbridge("sync", integration)
    sign_in(stranger, owner)
    return stranger


def test_units_and_calendar_are_taken_from_invoices(olga: Page, site: Site) -> None:
    page = olga
    page.goto("/changes/")
    page.get_by_role("link", name="Units to confirm").click()
    expect(page.get_by_role("row", name=re.compile("Northwind"))).to_contain_text("Invoiced 12 on 1 Oct 2026")
    look(page, "units")
    set_width(page, WIDE)
    page.get_by_role("checkbox", name="Northwind, standard").check()
    page.get_by_role("button", name="Take those ticked as current").click()
    expect(page.locator(".messages")).to_contain_text("1 line taken as current")
    set_width(page, NARROW)
    page.get_by_role("button", name="Take the one as current").click()
    expect(page.locator("main")).to_contain_text("The units of every line are known.")

    page.goto("/integrations/")
    page.get_by_role("link", name=re.compile("Kaseya BMS")).first.click()
    page.get_by_role("link", name="What past invoices say").click()
    page.get_by_role("button", name="Read the past year's invoices").click()
    expect(page.locator("#proposal")).to_contain_text("posted on the 10th in 12 of 12 months: invoices of")
    look(page, "proposal")
    page.get_by_role("button", name="Take this calendar and the one contract").click()
    expect(page.locator(".messages")).to_contain_text("1 contract changed")
    look(page, "contracts")
    set_width(page, NARROW)
    expect(page.get_by_role("row", name=re.compile("Contoso"))).to_contain_text("the 10th")
    assert site.bms[PARTNER].writes() == []
