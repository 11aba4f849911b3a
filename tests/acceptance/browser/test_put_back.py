"""A run is put back by clicks on a wide screen, and that put back on a phone: what it would do, what invoices
keep, and that it is done.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser.looking import look
from tests.support.browser.signing_in import People
from tests.support.browser.site import FULL, OWNERS
from tests.support.browser.widths import NARROW, WIDE, set_width


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_line_of_a_run_is_put_back_in_two_clicks(people: People, width: int) -> None:
    page = people.page(OWNERS[FULL])
    set_width(page, width)
    page.goto("/history/?only=written")
    page.locator("tbody tr a").first.click()
    everything = page.get_by_role("button", name=re.compile(r"^Put back \d+ lines? …$"))
    expect(everything).to_be_visible()
    look(page, "the run")
    set_width(page, width)
    page.get_by_role("button", name=re.compile(r"^Put back to ")).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Preview of a put back"))).to_be_visible()
    expect(page.get_by_text("Posted invoices are not changed: what they carry stays")).to_be_visible()
    look(page, "the preview")
    set_width(page, width)
    page.get_by_role("button", name=re.compile(r"^Put back to ")).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Put back \d+$"))).to_be_visible()
    expect(page.get_by_text("State", exact=True)).to_be_visible()
    look(page, "the put back")
    set_width(page, width)
    page.goto("/history/changes/")
    expect(page.get_by_text("Put back asked for").first).to_be_visible()


def test_the_invoice_check_is_read_at_both_widths(people: People) -> None:
    page = people.page(OWNERS[FULL])
    page.goto("/history/invoices/")
    look(page, "the invoice check")
