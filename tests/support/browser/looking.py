"""A page as anybody may see it: at both widths, light and dark."""

from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser import axe
from tests.support.browser.widths import NARROW, WIDE, set_width, sticking_out


def look(page: Page, name: str, folder: Path | None = None) -> None:
    """Nothing sticks out, nobody is kept out; then it is wide and light. `folder`: pictures of what fails.

    The dark is nothing but other colors: only the rules about colors can say anything new there.
    """
    for width in (WIDE, NARROW):
        set_width(page, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            rules = axe.ALL if scheme == "light" else axe.COLORS
            found = [*sticking_out(page), *axe.violations(page, rules)]
            if found and folder is not None:
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            assert not found, f"{name} at {width}, {scheme}: {found}"
    page.emulate_media(color_scheme="light")
    set_width(page, WIDE)
