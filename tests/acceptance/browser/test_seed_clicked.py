"""The document that describes this product, with the mouse."""

from playwright.sync_api import Page

from tests.support.browser.hands import Mouse
from tests.support.browser.seed_walk import SeedWalk
from tests.support.browser.signing_in import sign_in
from tests.support.browser.site import Site


def test_the_seed_is_clicked_from_its_first_sentence_to_its_last(site: Site, stranger: Page) -> None:
    walk = SeedWalk(site, stranger, Mouse(stranger), "mouse")
    sign_in(stranger, walk.prepare())
    walk.whole()
