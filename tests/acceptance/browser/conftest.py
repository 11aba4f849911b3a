"""Real Chromium against real portal processes and a pretend BMS on a port; each is started once."""

import fcntl
import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.chromium import ABSENT, NEEDED, found_chromium, is_needed, running_chromium
from tests.support.browser.signing_in import People, new_context
from tests.support.browser.site import FULL, OWNERS, Past, Site, play, serve_full, serve_walks
from tests.support.commands import CommandServer

PATIENCE = 60_000  # milliseconds; a busy machine is no failure
LONGEST = 600  # seconds that a test may take there, with what it sets up


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if "/acceptance/browser/" in item.path.as_posix()]
    there = found_chromium()
    if is_needed() and not there:
        raise pytest.UsageError(f"{NEEDED}=1, but there is {ABSENT}")
    for item in ours:
        item.add_marker(pytest.mark.timeout(LONGEST))
        if not there:
            item.add_marker(pytest.mark.skip(reason=ABSENT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not found_chromium():
        terminalreporter.write_line(f"NOT RUN: {ABSENT}", yellow=True)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        expect.set_options(timeout=PATIENCE)
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, commands: CommandServer) -> Iterator[Site]:
    """Without partners: a walk adds its own."""
    with serve_walks(tmp_path_factory.mktemp("site"), commands) as served:
        yield served


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory, commands: CommandServer) -> Past:
    """Played by the first worker that needs it; the others wait for it and copy the same."""
    of_all = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_all = of_all.parent
    told = Past(of_all / "past")
    with (of_all / "past.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.notes.exists():  # written last of all
            shutil.rmtree(told.folder, ignore_errors=True)
            told.folder.mkdir()
            play(told.folder, commands)
    return told


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory, commands: CommandServer, past: Past) -> Iterator[Site]:
    """The demo's world, to be changed."""
    with serve_full(tmp_path_factory.mktemp("own-site"), commands, past) as served:
        yield served


@pytest.fixture(scope="module")
def page(chromium: Browser, own_site: Site) -> Iterator[Page]:
    """Alice's, who signs in once and stays."""
    people = People(chromium, own_site.address, PATIENCE)
    yield people.page(OWNERS[FULL])
    people.leave()


@pytest.fixture(scope="package")
def full_site(
    tmp_path_factory: pytest.TempPathFactory, commands: CommandServer, past: Past
) -> Iterator[Site]:
    with serve_full(tmp_path_factory.mktemp("full-site"), commands, past) as served:
        yield served


@pytest.fixture(scope="package")
def people(chromium: Browser, full_site: Site) -> Iterator[People]:
    people = People(chromium, full_site.address, PATIENCE, in_each_page=AXE_SCRIPT)
    yield people
    people.leave()


@pytest.fixture
def stranger(chromium: Browser, site: Site) -> Iterator[Page]:
    """A browser that nobody has signed in with yet."""
    with new_context(chromium, site.address, PATIENCE) as context:
        yield context.new_page()


@pytest.fixture
def without_scripts(chromium: Browser, site: Site) -> Iterator[Page]:
    with new_context(chromium, site.address, PATIENCE, java_script_enabled=False) as context:
        yield context.new_page()
