"""The same walk without a mouse."""

from playwright.sync_api import Page

from tests.support.browser.hands import Keys
from tests.support.browser.seed_walk import SeedWalk
from tests.support.browser.signing_in import sign_in
from tests.support.browser.site import Site


def test_the_seed_is_walked_by_keyboard_alone(site: Site, stranger: Page) -> None:
    walk = SeedWalk(site, stranger, Keys(stranger), "keys")
    sign_in(stranger, walk.prepare())
    walk.whole()
