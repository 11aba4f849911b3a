"""The two widths that pages are made for."""

from playwright.sync_api import Page

WIDE, NARROW = 1280, 390
HEIGHTS = {WIDE: 800, NARROW: 844}

_STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > wide + 1)
    .map((each) => each.outerHTML.slice(0, 120));
}"""


def set_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways; empty where it does not."""
    found: list[str] = page.evaluate(_STICKING_OUT)
    return found
