"""Decisions that last, made by clicking on a wide screen and on a phone: a limit, a leaver, a plan change, a
missing line, and units that somebody changed in BMS.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.looking import look
from tests.support.browser.site import FULL, Site
from tests.support.browser.widths import NARROW, WIDE, set_width

JUNIPER = "company,account_id,contract_id\njuniper,10,110\n"


@pytest.fixture(scope="module")
def own_site(own_site: Site) -> Site:
    """The demo's world, to be changed; Juniper is mapped to a contract without a line.

    Of so few units every decision is a large part: the limits of a whole run are wide here.
    """
    site = own_site
    wide = ("--set", "run_net_rise=90", "--set", "run_net_drop=90", "--set", "run_absolute=90")
    site.seatbridge.ok("integration", "rules", 1, *wide)
    site.seatbridge.ok("map", "companies", 1, site.put("juniper.csv", JUNIPER))
    site.seatbridge("sync", 1, "--company", "juniper", "--json")
    return site


def after_the_run(page: Page, path: str, text: str) -> None:
    """The engine carries the run meanwhile."""
    for _ in range(60):
        until_no_run(page)
        page.goto(path)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    expect(page.get_by_text(text).first).to_be_visible()


def count(page: Page, site: Site, company: str, **users: int) -> None:
    """A newer count of this one company, and the sync that finds it."""
    rows = [f"{company},{product},{number}" for product, number in users.items()]
    file = site.put("newer.csv", "\n".join(["company,product,count", *rows, ""]))
    site.seatbridge.ok("import", "counts", file, "--partner", FULL)
    sync(page, site)


def sync(page: Page, site: Site) -> None:
    until_no_run(page)
    assert site.seatbridge("sync", 1, "--json").document["state"] == "needs-attention"


def until_no_run(page: Page) -> None:
    """One run at a time: what is decided while one is under way waits for the next sync."""
    page.goto("/changes/")
    expect(page.locator("#run-progress progress")).to_have_count(0)  # the page that stays open asks itself


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_leaver_is_stopped_and_the_decision_taken_back_with_its_write_ahead(
    page: Page, own_site: Site, tmp_path: Path, width: int
) -> None:
    """Its 0 is written for its day already: that is put back too, and who left is asked about again."""
    sync(page, own_site)
    stop_evergreen(page, tmp_path, width)
    after_the_run(page, "/changes/left", "Its 0 is written for that day")
    look(page, "leavers-decided", tmp_path)
    until_no_run(page)
    page.goto("/changes/left")
    set_width(page, width)
    page.get_by_role("button", name="Take the decision back").click()
    expect(page.get_by_text("The decision is taken back. Run")).to_be_visible()
    look(page, "taken-back", tmp_path)
    after_the_run(page, "/changes/left", "Stop billing those that are ticked")
    after_the_run(page, "/company/evergreen", "Put back to 5 units")


def stop_evergreen(page: Page, tmp_path: Path, width: int) -> None:
    until_no_run(page)
    page.goto("/changes/?group=waiting")
    look(page, "changes", tmp_path)
    set_width(page, width)
    page.get_by_role("link", name="Stop billing from …").first.click()
    look(page, "leavers", tmp_path)
    set_width(page, width)
    page.get_by_label("Evergreen Veterinary Clinic").check()
    page.get_by_role("button", name="Stop billing those that are ticked").click()
    expect(page.get_by_text("Billing of 1 company stops from")).to_be_visible()


def test_units_that_were_changed_in_bms_are_kept(page: Page, tmp_path: Path) -> None:
    until_no_run(page)
    set_width(page, WIDE)
    page.goto("/differences/")
    expect(page.get_by_text("Changed in BMS").first).to_be_visible()
    look(page, "differences", tmp_path)
    set_width(page, NARROW)
    page.get_by_role("button", name="Keep 20 as BMS has it").click()
    expect(page.get_by_text("Accepted: 20 stay on the contract")).to_be_visible()
    after_the_run(page, "/differences/?kind=kept", "again")
    look(page, "differences-kept", tmp_path)


@pytest.mark.parametrize(
    ("width", "product", "users"), [(WIDE, "standard", 18), (NARROW, "advanced", 3)], ids=["wide", "narrow"]
)
def test_a_missing_line_is_added(
    page: Page, own_site: Site, tmp_path: Path, width: int, product: str, users: int
) -> None:
    count(page, own_site, "juniper", **{product: users})
    until_no_run(page)
    set_width(page, width)
    page.goto("/changes/?group=not-billed")
    page.get_by_role("link", name="Add the line …").click()
    expect(page.get_by_role("heading", name="Add a line for Juniper Home Care")).to_be_visible()
    look(page, "new-line", tmp_path)
    set_width(page, width)
    page.get_by_role("button", name=f"Add the line: {users} units").click()
    expect(page.get_by_text("is to be added")).to_be_visible()
    after_the_run(page, "/company/juniper", f"{users} units from")


@pytest.mark.parametrize(
    ("width", "left", "came"),
    [(NARROW, "Standard", "Advanced"), (WIDE, "Advanced", "Standard")],
    ids=["narrow", "wide and back again"],
)
def test_a_plan_change_is_one_row_and_written_as_one(
    page: Page, own_site: Site, tmp_path: Path, width: int, left: str, came: str
) -> None:
    if left == "Advanced":
        count(page, own_site, "granite", standard=38, advanced=0)
    until_no_run(page)
    page.goto("/changes/?group=waiting")
    set_width(page, width)
    expect(page.get_by_text(f"{left} → {came}")).to_be_visible()
    look(page, "plan-change", tmp_path)
    set_width(page, width)
    page.get_by_role("button", name="Write both lines").click()
    after_the_run(page, "/company/granite", "checked on its day")
    look(page, "plan-change-written", tmp_path)


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_limit_holds_a_large_drop_until_a_person_approves_it(
    page: Page, own_site: Site, tmp_path: Path, width: int
) -> None:
    company, name, words = ("delacroix", "Delacroix Law LLP", "60 → 22")
    if width == NARROW:
        company, name, words = ("alder", "Alder & Finch Accounting", "14 → 5")
        count(page, own_site, "alder", standard=5)
    until_no_run(page)
    set_width(page, width)
    page.goto("/changes/?group=waiting")
    expect(page.get_by_text(f"{words} units")).to_contain_text("is a large drop")
    look(page, "limit", tmp_path)
    set_width(page, width)
    page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Write what is ticked").click()
    after_the_run(page, f"/company/{company}", "checked on its day")
    look(page, "limit-approved", tmp_path)
