"""Every page in every state that it is looked at in: full, empty, failing, and before anybody signs in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page

from tests.support.browser.acts import ACTS
from tests.support.browser.pages import Found, pages_of
from tests.support.browser.signing_in import People
from tests.support.browser.site import EMPTY, FAILING, FULL, OWNERS, VIEWER, Site

# Paths that no link of a page leads to, or that show a page otherwise than its links do.
MORE: dict[str, tuple[tuple[str, str], ...]] = {
    "full": (
        ("changes-waiting", "/changes/?group=waiting"),
        ("changes-none-found", "/changes/?search=nobody"),
        ("leavers-waiting", "/changes/left?integration=1"),
        ("differences-edited", "/differences/?kind=edited"),
        ("companies-unmapped", "/companies/?state=unmapped"),
        ("companies-none-found", "/companies/?search=nobody"),
        ("why-waiting", "/why/1/standard/hollis-holdings"),
        ("company-unmapped", "/company/juniper"),
        ("not-found", "/nothing/here/"),
    ),
    "empty": (("change-history-everything", "/history/changes?what=everything"),),
    "failing": (),
}
STRANGE = (
    "/account/sign-in/",
    "/account/password/forgotten/",
    "/account/password/forgotten/sent/",
    "/account/password/new/1-bogus/",
    "/account/password/new/done/",
    "/account/inactive/",
    "/join/bogus",
)


@dataclass(frozen=True, slots=True)
class View:
    """One page in one state. `email` empty: a stranger's. `act`: what is done on it before one looks."""

    state: str
    name: str
    email: str
    path: str
    act: Callable[[Page], None] | None = None

    @property
    def title(self) -> str:
        return f"{self.state}-{self.name}"

    def show(self, page: Page) -> None:
        page.goto(self.path)
        if self.act is not None:
            self.act(page)


@dataclass(frozen=True, slots=True)
class Views:
    """`missing`: names of the URL conf that none of the states has reached."""

    views: list[View]
    missing: list[str]

    def of(self, state: str) -> list[View]:
        return [view for view in self.views if view.state == state]


def all_views(site: Site, people: People) -> Views:
    alice, carol, fred = OWNERS[FULL], OWNERS[EMPTY], OWNERS[FAILING]
    made = _prepare(site, people)
    found = {
        "full": (alice, _found(site, people, alice, ["/", "/partner", *made])),
        "empty": (carol, _found(site, people, carol, ["/"])),
        "failing": (fred, _found(site, people, fred, ["/", *_integrations(site)])),
        "stranger": ("", pages_of(site.address, {}, [*made, *STRANGE])),
    }
    views = [view for state, (email, pages) in found.items() for view in _views(state, email, pages)]
    views += [View("viewer", name, VIEWER, path) for name, path in _for_viewer(found["full"][1])]
    missing = set.intersection(*(set(pages.missing) for _, pages in found.values()))
    return Views(views, sorted(missing))


def _views(state: str, email: str, found: Found) -> Iterator[View]:
    for name, path in sorted(found.pages.items()):
        if name.startswith("account_") and state not in ("full", "stranger"):
            continue  # the same for everybody
        yield View(state, name, email, path)
    for name, path in MORE.get(state, ()):
        yield View(state, name, email, path)
    for act in ACTS.get(state, ()):
        yield View(state, act.name, email, act.path, act.do)


def _for_viewer(full: Found) -> Iterator[tuple[str, str]]:
    yield from ((name, full.pages[name]) for name in ("home", "changes", "companies", "integration", "team"))
    yield "company-mapping", full.pages["company-mapping"]  # which he may not: words instead


def _found(site: Site, people: People, email: str, beginnings: list[str]) -> Found:
    return pages_of(site.address, people.cookies(email), beginnings)


def _integrations(site: Site) -> list[str]:
    return [f"/integrations/{number}/" for number in site.failing]


def _prepare(site: Site, people: People) -> list[str]:
    """Pages that stand for a moment only: an invitation, a token, a file that waits to be imported."""
    counts = site.put("more.csv", "company,product,count\nalder,standard,15\nkestrel,standard,4\n")
    with httpx.Client(
        base_url=site.address, cookies=people.cookies(OWNERS[FULL]), trust_env=False, timeout=30
    ) as browser:
        invited = _send(browser, "/team/", "/team/invite", email="erin@northgate.example", role="billing")
        token = _send(browser, "/team/tokens/", "/team/tokens/make", name="Export", role="viewer", days="30")
        held = _send(browser, "/uploads/", "/uploads/", kind="counts", file=counts.read_bytes())
    joined = re.search(r"http://[^/]+(/join/[^<\s]+)", invited.text)
    assert joined is not None, invited.text
    return [joined[1], *(str(answer.url.path) for answer in (invited, token, held))]


def _send(browser: httpx.Client, page: str, action: str, **typed: str | bytes) -> httpx.Response:
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', browser.get(page).text))
    data = {name: value for name, value in typed.items() if isinstance(value, str)}
    files = {name: (f"{name}.csv", value) for name, value in typed.items() if isinstance(value, bytes)}
    answer = browser.post(action, data=hidden | data, files=files or None, follow_redirects=True)
    return answer.raise_for_status()
