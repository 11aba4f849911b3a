"""Chromium, where this machine has one, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NEEDED = (
    "TESTS_NEED_BROWSER"  # set to 1: a machine without Chromium fails the tests instead of passing them by
)
ABSENT = "no Chromium on this machine: the browser tests did not run (on Debian: apt install chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)


def found_chromium() -> bool:
    return _installed() is not None or any(_of_playwright())


def is_needed() -> bool:
    return os.environ.get(NEEDED) == "1"


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The machine's own; where there is none, the one that Playwright installed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_installed(), args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _of_playwright() -> Iterator[Path]:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    return Path(folder).glob("chromium*/chrome*/*")
