"""Decisions that last, made by clicking, on a wide screen and on a phone: a leaver, a plan change, a missing
line, and units that somebody changed in BMS.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.looking import look
from tests.support.browser.signing_in import new_context, sign_in
from tests.support.browser.site import FULL, OWNERS, Site, served_site
from tests.support.browser.widths import NARROW, WIDE, set_width

PATIENCE = 60_000
JUNIPER = "company,account_id,contract_id\njuniper,10,110\n"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo's world, to be changed; Juniper is mapped to a contract without a line."""
    with served_site(tmp_path_factory.mktemp("decisions")) as site:
        site.seatbridge.ok("map", "companies", 1, site.put("juniper.csv", JUNIPER))
        site.seatbridge("sync", 1, "--company", "juniper", "--json")
        yield site


@pytest.fixture
def page(chromium: Browser, own_site: Site) -> Iterator[Page]:
    with new_context(chromium, own_site.address, PATIENCE) as context:
        page = context.new_page()
        sign_in(page, OWNERS[FULL])
        yield page


def after_the_run(page: Page, path: str, text: str) -> None:
    """The engine carries the run meanwhile."""
    for _ in range(60):
        page.goto(path)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    expect(page.get_by_text(text).first).to_be_visible()


def until_no_run(page: Page) -> None:
    """One run at a time: what is decided while one is under way waits for the next sync."""
    for _ in range(120):
        page.goto("/changes/")
        if not page.locator("#run-progress progress").count():
            return
        page.wait_for_timeout(500)


def test_a_leaver_is_stopped_and_the_decision_taken_back(page: Page, tmp_path: Path) -> None:
    stop_evergreen(page, tmp_path, WIDE)
    after_the_run(page, "/changes/left", "Take the decision back")
    look(page, "leavers-decided", tmp_path)
    until_no_run(page)
    page.goto("/changes/left")
    set_width(page, WIDE)
    page.get_by_role("button", name="Take the decision back").click()
    expect(page.get_by_text("The decision is taken back")).to_be_visible()
    after_the_run(page, "/changes/left", "Stop billing those that are ticked")


def test_a_stop_that_was_taken_back_once_it_was_written_is_asked_about_again(
    page: Page, tmp_path: Path
) -> None:
    """On a phone; its 0 is written for its day already, so there is nothing more to write."""
    stop_evergreen(page, tmp_path, NARROW)
    after_the_run(page, "/changes/left", "Done.")


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


def test_a_missing_line_is_added(page: Page, tmp_path: Path) -> None:
    until_no_run(page)
    page.goto("/changes/?group=not-billed")
    set_width(page, WIDE)
    page.get_by_role("link", name="Add the line …").click()
    expect(page.get_by_role("heading", name="Add a line for Juniper Home Care")).to_be_visible()
    look(page, "new-line", tmp_path)
    set_width(page, NARROW)
    page.get_by_role("button", name="Add the line: 18 units").click()
    expect(page.get_by_text("is to be added")).to_be_visible()
    after_the_run(page, "/company/juniper", "18 units from")


def test_a_plan_change_is_one_row_and_written_as_one(page: Page, tmp_path: Path) -> None:
    until_no_run(page)
    page.goto("/changes/?group=waiting")
    set_width(page, NARROW)
    expect(page.get_by_text("Standard → Advanced")).to_be_visible()
    look(page, "plan-change", tmp_path)
    page.get_by_role("button", name="Write both lines").click()
    after_the_run(page, "/company/granite", "0 → 38 units")
    look(page, "plan-change-written", tmp_path)
