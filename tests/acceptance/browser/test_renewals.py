"""A renewal by clicks: on a phone Fulton's, whose contract ended, on a wide screen Cobalt's, ahead."""

from pathlib import Path

from playwright.sync_api import Page, expect

from seatbridge.cli.demo.cast import STANDARD
from tests.support.browser.looking import look
from tests.support.browser.site import FULL, OWNERS, Site
from tests.support.browser.widths import NARROW, WIDE, set_width


def test_a_renewed_contract_is_accepted_from_home_and_its_next_change_is_planned(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/")
    look(page, "home", tmp_path)
    page.goto("/companies/")
    page.get_by_role("link", name="Renewals").click()
    expect(page.get_by_role("heading", name="Renewals")).to_be_visible()
    expect(page.get_by_text("same account, same services, the dates adjoin").first).to_be_visible()
    look(page, "renewals", tmp_path)
    page.get_by_label("Search by company, account or contract").fill("fulton")
    page.get_by_role("button", name="Show").click()
    set_width(page, NARROW)
    expect(page.get_by_label("Standard units as cloned")).to_have_value("71")
    page.get_by_role("button", name="Accept what follows").click()
    expect(page.get_by_text("The successor is accepted")).to_be_visible()
    look(page, "accepted", tmp_path)
    page.goto("/companies/?search=fulton")
    expect(page.get_by_text("2026").first).to_be_visible()


def test_a_contract_that_was_cloned_for_next_year_is_accepted_ahead(
    page: Page, own_site: Site, tmp_path: Path
) -> None:
    bms = own_site.bms[FULL]
    bms.ask(
        "POST", "contracts",
        {"id": 203, "account_id": 3, "name": "Cobalt 2027", "start": "2027-01-01", "end": "2027-12-31"},
    )  # fmt: skip
    line = {"contract_id": 203, "service_id": STANDARD, "units": 29, "effective_date": "2027-01-01"}
    bms.ask("POST", "lines", line)
    own_site.seatbridge("sync", 1)
    set_width(page, WIDE)
    page.goto("/companies/")
    page.get_by_role("link", name="Renewals").click()
    expect(page.get_by_role("heading", name="Renewals")).to_be_visible()
    everything = page.url
    page.get_by_label("Search by company, account or contract").fill("cobalt")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Cobalt 2027 · 203 from Fri 1 Jan 2027")).to_be_visible()
    expect(page.get_by_label("Standard units as cloned")).to_have_value("29")
    page.get_by_role("button", name="Accept what follows").click()
    expect(page.get_by_text("The successor is accepted")).to_be_visible()
    page.goto(everything)
    expect(page.get_by_role("row").filter(has_text="Cobalt 2027")).to_contain_text(
        f"accepted by {OWNERS[FULL]}"
    )
    look(page, "accepted-ahead", tmp_path)
