"""The keys of the lists: "/" searches, j and k go from row to row, Enter opens, a approves."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support import worlds
from tests.support.browser.hands import shows_focus
from tests.support.browser.seed_walk import COUNTS
from tests.support.browser.signing_in import sign_in
from tests.support.browser.site import Site, connect, set_up, walk_host

PARTNER = "rows"


@pytest.fixture
def lists(site: Site, stranger: Page) -> Iterator[Page]:
    """Two mapped companies, and a plan whose lines wait."""
    site.bms[PARTNER].load(worlds.world())
    owner = f"olga@{PARTNER}.example"
    site.add_partner(PARTNER, owner)
    site.import_counts(PARTNER, COUNTS)
    integration = connect(site, PARTNER, walk_host(PARTNER))
    set_up(site, integration)
    site.seatbridge("sync", integration)
    sign_in(stranger, owner)
    return stranger


def test_rows_are_walked_opened_and_approved_by_keys(lists: Page) -> None:
    page, keyboard = lists, lists.keyboard
    page.goto("/changes/")
    for key, company in (("j", "Northwind"), ("j", "Contoso"), ("k", "Northwind")):
        keyboard.press(key)
        expect(page.locator("[data-open].current")).to_contain_text(company)
        assert shows_focus(page)
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind")

    page.goto("/companies/")
    keyboard.press("/")
    expect(page.get_by_label("Search by company, domain or account")).to_be_focused()
    keyboard.type("north")
    expect(page).to_have_url(re.compile("search=north(&|$)"))  # all of it, and not the answer to "nor"
    expect(page.locator("#companies-table tbody tr")).to_have_count(1)
    keyboard.press("Escape")  # leaves the field, and what was found stays
    assert page.get_by_label("Search by company, domain or account").input_value() == "north"
    keyboard.press("j")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind")

    page.goto("/changes/")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    keyboard.press("j")
    keyboard.press("a")
    assert asked == ["Write 14 units from 1 Nov for Northwind?"]
    expect(page.locator("#run-progress")).to_have_count(0)
    page.locator("[data-open].current").get_by_role("checkbox").focus()
    keyboard.press("Enter")  # opens the row, and sends nothing
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind")
    page.go_back()
    keyboard.press("j")
    page.once("dialog", lambda dialog: dialog.accept())
    keyboard.press("a")
    expect(page.locator(".messages")).to_contain_text("Approved: Northwind")
