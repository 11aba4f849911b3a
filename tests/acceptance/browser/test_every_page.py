"""Every page of the URL conf, full, empty and failing, light and dark, wide and narrow."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.support.browser import axe
from tests.support.browser.signing_in import People
from tests.support.browser.site import Site
from tests.support.browser.states import View, Views, all_views
from tests.support.browser.widths import NARROW, WIDE, set_width, sticking_out

# Parts of pages, and forms that are sent from one: each is looked at on its page.
NO_PAGES = {
    "company-again",  # the button of an excluded company
    "company-first-write",
    "company-row",
    "contracts-accept",  # these two are walked in test_calendar_and_units
    "units-take",
    "units-csv",
    "decide-by-mail",  # only a mail leads there
    "decision-take-back",
    "differences-write",
    "integration-owed",
    "leavers-again",
    "new-line",  # only where a line is missing: looked at in test_decisions
    "new-line-forget",
    "renewals-accept",  # walked in test_renewals
    "run-cancel",
    "run-progress",
    "run-put-back",
}


@pytest.fixture(scope="module")
def views(full_site: Site, people: People) -> Views:
    return all_views(full_site, people)


def test_every_url_is_looked_at(views: Views) -> None:
    assert set(views.missing) <= NO_PAGES, (
        "link to them from a page, add their path to MORE in tests/support/browser/states.py, "
        "or, where they are no pages of their own, to NO_PAGES here"
    )


@pytest.mark.parametrize("state", ["full", "empty", "failing", "viewer", "stranger"])
def test_a_page_keeps_nobody_out_and_does_not_scroll_sideways(
    state: str, views: Views, people: People
) -> None:
    found = [f"{view.title}: {what}" for view in views.of(state) for what in _looked_at(view, people)]
    assert not found, "\n".join(found)


def _looked_at(view: View, people: People) -> list[str]:
    page = people.page(view.email)
    page.emulate_media(color_scheme="light")
    set_width(page, WIDE)
    with _console(page) as found:
        view.show(page)
    found += axe.violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in axe.violations(page, axe.COLORS)]
    set_width(page, NARROW)
    if view.title == "full-home":  # the bar at the bottom is on every page
        found += [f"at {NARROW}: {each}" for each in axe.violations(page)]
    return found + [f"at {NARROW} sticks out: {each}" for each in sticking_out(page)]


@contextmanager
def _console(page: Page) -> Iterator[list[str]]:
    """What its scripts complain of; what the strict content security policy refuses shows here too."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is meant to.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            said.append(f"console: {message.text}")

    page.on("console", hear)
    yield said
    page.remove_listener("console", hear)
