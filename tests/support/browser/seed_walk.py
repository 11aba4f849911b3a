"""The document that describes this product, walked from its first sentence to its last."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.browser.hands import Hand
from tests.support.browser.site import Site, walk_host

PASSWORD_LABEL = re.compile("^Password( optional)?$")
NEXT_YEAR = 7011
COUNTS = "company,product,count\nnorthwind,standard,14\ncontoso,advanced,21\n"


def walk_world() -> dict[str, Any]:
    """Northwind has two contracts to choose from; Contoso is not mapped on the walk."""
    later = {"id": NEXT_YEAR, "account_id": 1, "name": "Northwind next year"}
    later |= {"start": "2027-01-01", "end": "2027-12-31", "issue_on": "end"}
    return worlds.world(contracts=[*worlds.WORLD["contracts"], later])


@dataclass(frozen=True, slots=True)
class SeedWalk:
    """`name`: of the walk, its partner and the host of its BMS."""

    site: Site
    page: Page
    hand: Hand
    name: str

    @property
    def bms(self) -> BmsProcess:
        return self.site.bms[self.name]

    def prepare(self) -> str:
        """Before the document begins: a partner with counts. Its owner's mail address."""
        owner = f"olga@{self.name}.example"
        self.bms.load(walk_world())
        self.site.add_partner(self.name, owner)
        self.site.import_counts(self.name, COUNTS)
        return owner

    def whole(self) -> None:
        self.open_the_tile()
        self.authenticate()
        self.save_enabled()
        self.map_products()
        self.set_the_schedule()
        self.map_a_company()
        self.sync_now()
        self.approve_the_first_plan()
        self.sync_again()
        self.switch_off()

    def open_the_tile(self) -> None:
        """Navigate to Integrations > Available Integrations. Click the tile for Kaseya BMS."""
        self.open_page("Integrations")
        self._heading("Available Integrations")
        self.hand.press(self._link("Kaseya BMS", self.page.get_by_role("main")))
        self._heading("Kaseya BMS")
        expect(self.page.get_by_role("heading", name="Product Mappings")).to_have_count(0)

    def authenticate(self) -> None:
        """Hostname, Username, Password, Company Name; Authenticate says whether they work."""
        hand, page = self.hand, self.page
        hand.write(page.get_by_label("Hostname"), f"https://{walk_host(self.name)}/react/login")
        hand.write(page.get_by_label("Username"), worlds.USERNAME)
        hand.write(page.get_by_label(PASSWORD_LABEL), "mistyped")
        hand.write(page.get_by_label("Company Name"), worlds.COMPANY_NAME)
        hand.press(page.get_by_role("button", name="Authenticate"))
        expect(page.locator("#authenticated")).to_contain_text("refused")
        expect(page.get_by_label("Hostname")).to_have_value(walk_host(self.name))
        expect(page.get_by_label(PASSWORD_LABEL)).to_have_value("")
        hand.write(page.get_by_label(PASSWORD_LABEL), worlds.PASSWORD)
        hand.press(page.get_by_role("button", name="Authenticate"))
        expect(page.locator("#authenticated")).to_contain_text(worlds.USERNAME)
        assert self.bms.sign_ins()["refused"] == 1

    def save_enabled(self) -> None:
        """Enable the Integration and click Save: then the sections appear."""
        self.hand.tick(self.page.get_by_label("Enable the integration"))
        self.hand.press(self.page.get_by_role("button", name="Save", exact=True))
        for title in ("Product Mappings", "Sync Schedule", "Company Mapping"):
            expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        expect(self.page.get_by_role("switch", name="Integration status")).to_be_checked()

    def map_products(self) -> None:
        """In the right column search for the services that are made in Kaseya. Save."""
        for product in ("Standard", "Advanced"):
            search = self.page.get_by_label(f"Search BMS services for Password Boss {product}")
            self.hand.write(search, "agent")
            choices = self.page.locator(f"#services-{product.lower()}")
            expect(choices.get_by_role("radio")).to_have_count(1)
            self.hand.write(search, f"boss {product.lower()}")
            expect(choices.get_by_role("radio")).to_have_count(1)
            self.hand.tick(choices.get_by_role("radio", name=f"Password Boss {product}"))
        self.hand.press(self._section("products").get_by_role("button", name="Save", exact=True))
        self._said("Password Boss Standard is billed as Password Boss Standard.")

    def set_the_schedule(self) -> None:
        """On a daily or weekly schedule that you choose."""
        section = self._section("schedule")
        self.hand.press(section.get_by_text("Edit the schedule"))
        self.hand.tick(section.get_by_label("Weekly"))
        self.hand.pick(section.get_by_label(re.compile("^On( optional)?$")), "Friday")
        self.hand.set_time(section.get_by_label("At", exact=True), "17:30")
        self.hand.press(section.get_by_role("button", name="Save the schedule"))
        self._said("Friday")
        expect(self._section("schedule")).to_contain_text("17:30")

    def map_a_company(self) -> None:
        """Click the pencil icon to edit a company. Each company mapping requires a contract."""
        self.hand.press(self._link("Map companies", self._section("companies")))
        self._heading("Company Mapping")
        row = self.row("Northwind")
        expect(row).to_contain_text("Not being billed")
        self.hand.press(row.get_by_role("link", name="Edit the mapping of Northwind"))
        page = self.page
        self.hand.write(page.get_by_label("Search BMS accounts"), "northw")
        self.hand.tick(page.get_by_role("radio", name="Northwind 1"))
        expect(page.get_by_role("radio", name="Northwind monthly")).not_to_be_checked()
        self.hand.press(page.get_by_role("button", name="Save the mapping"))
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
        expect(page.get_by_role("alert")).to_contain_text("contract")
        self.hand.tick(page.get_by_role("radio", name="Northwind monthly"))
        self.hand.press(page.get_by_role("button", name="Save the mapping"))
        expect(self.row("Northwind")).to_contain_text("Northwind monthly")
        expect(self.row("Northwind")).to_contain_text("Not synced yet")

    def sync_now(self) -> None:
        """An immediate sync. Last Sync and Status change on a page that stays open.

        Beyond the document: the first plan waits for a person, and nothing is written before.
        """
        self.open_integration()
        with self.bms_held():
            self.hand.press(self._section("schedule").get_by_role("button", name="Sync Now"))
            expect(self.page.locator("#sync-state")).to_contain_text("A sync is under way")
            self.hand.press(self._link("Map companies", self._section("companies")))
            expect(self.row("Northwind")).to_contain_text("never")
            self.page.evaluate("() => { window.staysOpen = true; }")
        expect(self.row("Northwind")).to_contain_text("today")
        expect(self.row("Northwind")).to_contain_text("Waiting for you")
        assert self.page.evaluate("() => window.staysOpen")
        assert self.bms.writes() == []

    def approve_the_first_plan(self) -> None:
        self.open_page("Changes")
        button = self.page.locator("#plan").get_by_role("button", name="Write")
        with self.bms_held():
            self.hand.press(button)
            expect(self.page.locator("#run-progress")).to_be_visible()
            self.page.evaluate("() => { window.staysOpen = true; }")
        expect(self.row("Northwind").first).to_contain_text("Updated")
        assert self.page.evaluate("() => window.staysOpen")
        assert self.units() == 14

    def sync_again(self) -> None:
        """Another count, and no plan that waits: Sync Now is all there is to do.

        Beyond the document: somebody has looked at what the first write left in BMS, once.
        """
        self.site.import_counts(self.name, COUNTS.replace("standard,14", "standard,15"))
        self.open_integration()
        self.hand.press(self.page.get_by_role("button", name="They are empty"))
        self._said("written again")
        state = self.page.locator("#sync-state")
        last = state.locator("a").get_attribute("href")
        with self.bms_held():
            self.hand.press(self._section("schedule").get_by_role("button", name="Sync Now"))
            expect(state).to_contain_text("A sync is under way")
            self.page.evaluate("() => { window.staysOpen = true; }")
        expect(state).not_to_contain_text("under way")
        expect(state).to_contain_text("today")
        assert state.locator("a").get_attribute("href") != last
        assert self.page.evaluate("() => window.staysOpen")
        assert self.units() == 15

    def switch_off(self) -> None:
        """Disabled: no data is sent to Kaseya. All settings and mappings can still be changed."""
        self.hand.press(self.page.get_by_role("switch", name="Integration status"))
        expect(self.page.get_by_role("switch", name="Integration status")).not_to_be_checked()
        sent = self.bms.ask("GET", "calls")
        self.site.import_counts(self.name, COUNTS.replace("standard,14", "standard,16"))
        self.hand.press(self._section("schedule").get_by_role("button", name="Sync Now"))
        self._said("The integration is off, so nothing is written to BMS.")
        section = self._section("schedule")
        self.hand.press(section.get_by_text("Edit the schedule"))
        self.hand.tick(section.get_by_label("Daily"))
        self.hand.press(section.get_by_role("button", name="Save the schedule"))
        self._said("Daily at 17:30")
        self.exclude("Contoso")
        assert self.bms.ask("GET", "calls") == sent
        assert self.units() == 15

    def exclude(self, company: str) -> None:
        self.hand.press(self._link("Map companies", self._section("companies")))
        self.hand.press(self.row(company).get_by_role("link", name="Edit the mapping"))
        self.hand.press(self.page.get_by_role("link", name="Do not bill this company"))
        self.hand.write(self.page.get_by_label("Reason"), "in bundle")
        self.hand.press(self.page.get_by_role("button", name=f"Exclude {company}"))
        expect(self.row(company)).to_contain_text("in bundle")

    def open_page(self, name: str) -> None:
        self.hand.press(self._link(name, self.page.get_by_role("navigation", name="Pages", exact=True)))

    def open_integration(self) -> None:
        self.open_page("Integrations")
        self.hand.press(self._link("Kaseya BMS", self.page.get_by_role("main")))
        self._heading("Kaseya BMS")

    def units(self) -> int:
        return self.bms.units_of(worlds.NORTHWIND_STANDARD)

    @contextmanager
    def bms_held(self) -> Iterator[None]:
        """BMS answers nothing meanwhile: a run that was begun is under way, however slow the machine."""
        os.kill(self.bms.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.bms.pid, signal.SIGCONT)

    def row(self, company: str) -> Locator:
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=company))

    def _section(self, key: str) -> Locator:
        return self.page.locator(f"section#{key}")

    def _link(self, name: str, place: Locator) -> Locator:
        return place.get_by_role("link", name=name)

    def _heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def _said(self, words: str) -> None:
        expect(self.page.locator(".messages")).to_contain_text(words)
