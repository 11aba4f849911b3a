"""A run is put back by clicks, wide and narrow: what it would do, what invoices keep, and that it is done."""

import re

from playwright.sync_api import expect

from tests.support.browser.looking import look
from tests.support.browser.signing_in import People
from tests.support.browser.site import FULL, OWNERS
from tests.support.browser.widths import NARROW, set_width


def test_a_line_of_a_run_is_put_back_in_two_clicks(people: People) -> None:
    page = people.page(OWNERS[FULL])
    page.goto("/history/?only=written")
    page.locator("tbody tr a").first.click()
    written = page.url
    everything = page.get_by_role("button", name=re.compile(r"^Put back \d+ lines? …$"))
    expect(everything).to_be_visible()
    look(page, "the run")
    page.get_by_role("button", name=re.compile(r"^Put back to ")).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Preview of a put back"))).to_be_visible()
    expect(page.get_by_text("Posted invoices are not changed: what they carry stays")).to_be_visible()
    look(page, "the preview")
    set_width(page, NARROW)
    page.get_by_role("button", name=re.compile(r"^Put back to ")).first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Put back \d+$"))).to_be_visible()
    expect(page.get_by_text("State", exact=True)).to_be_visible()
    look(page, "the put back")
    page.goto("/history/changes/")
    expect(page.get_by_text("Put back asked for").first).to_be_visible()
    page.goto(written)
    page.get_by_role("link").filter(has_text=re.compile("^History$")).first.wait_for()
    page.goto("/history/invoices/")
    look(page, "the invoice check")
