"""`make screenshots`: every page in every state, at two widths, light and dark, to be looked at."""

import argparse
import shutil
import tempfile
from pathlib import Path

import tests.with_django  # noqa: F401 - first: the URL conf needs Django set up

# isort: split
from playwright.sync_api import Page, ViewportSize

from tests.support.browser.chromium import running_chromium
from tests.support.browser.signing_in import People
from tests.support.browser.site import play, serve_full
from tests.support.browser.states import View, all_views
from tests.support.browser.widths import NARROW, WIDE, set_width
from tests.support.commands import running_command_server

FOLDER = Path("screenshots")
PATIENCE = 30_000  # milliseconds
PICTURES = Path("docs/pictures")
SMALL: ViewportSize = {"width": WIDE, "height": 700}  # a picture of less than 150 KB
# What the README shows: view, width, colors.
SHOWN = {
    "home": ("full-home", WIDE, "light"),
    "changes": ("full-changes", WIDE, "dark"),
    "companies": ("full-companies", WIDE, "light"),
    "phone": ("full-changes", NARROW, "light"),
}


def main() -> None:
    asked = argparse.ArgumentParser(prog="make screenshots")
    asked.add_argument("only", nargs="*", help="states or views, such as full or failing-home; none: all")
    asked.add_argument("--readme", action="store_true", help="only the pictures of the README")
    options = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="seatbridge-screenshots-") as folder,
        running_chromium() as browser,
        running_command_server(Path(folder)) as commands,
        serve_full(Path(folder), commands, play(Path(folder, "past"), commands)) as site,
    ):
        people = People(browser, site.address, PATIENCE)
        views = all_views(site, people).views
        if options.readme:
            _for_readme(views, people)
        else:
            _all([view for view in views if _is_wanted(view, options.only)], people, keep=bool(options.only))
        people.leave()


def _is_wanted(view: View, only: list[str]) -> bool:
    return not only or view.state in only or view.title in only


def _all(views: list[View], people: People, *, keep: bool) -> None:
    if not keep:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    for view in views:
        page = people.page(view.email)
        view.show(page)
        for width in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                _take(page, width, scheme, FOLDER / f"{view.title}-{width}-{scheme}.png", whole=True)
        set_width(page, WIDE)
    print(f"{len(views)} pages, 4 pictures of each, in {FOLDER}/")  # noqa: T201 - what the command is for


def _for_readme(views: list[View], people: People) -> None:
    PICTURES.mkdir(exist_ok=True, parents=True)
    for name, (title, width, scheme) in SHOWN.items():
        view = next(view for view in views if view.title == title)
        page = people.page(view.email)
        view.show(page)
        _take(page, width, scheme, PICTURES / f"{name}.png", whole=False)
        set_width(page, WIDE)


def _take(page: Page, width: int, scheme: str, path: Path, *, whole: bool) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    set_width(page, width)
    if not whole and width == WIDE:
        page.set_viewport_size(SMALL)
    if whole:  # a window as high as the page: what sticks to an edge of it stands where it belongs
        height = page.evaluate("() => document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
