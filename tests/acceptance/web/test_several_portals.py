"""Two portals serve one PostgreSQL: what one of them has seen, the other one knows."""

import re
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.acceptance.conftest import OnPostgresql
from tests.support.commands import Seatbridge
from tests.support.fleet import SECRETS
from tests.support.portal import portal

PARTNER = ("--partner", "Northgate IT")
ALICE, PASSWORD = "alice@northgate.example", "correct horse battery staple"


def test_two_portals_count_guesses_and_marked_forms_as_one(
    on_postgresql: OnPostgresql, tmp_path: Path
) -> None:
    seatbridge = Seatbridge(
        tmp_path / "data",
        {
            "SEATBRIDGE_DATABASE_URL": on_postgresql.copy("portals"),
            **SECRETS,
        },
        on_postgresql.commands,
    )
    seatbridge.ok("partner", "add", "Northgate IT", "--timezone", "America/New_York")
    owner = ("user", "add", ALICE, *PARTNER, "--role", "owner", "--password-stdin")
    seatbridge.ok(*owner, typed=f"{PASSWORD}\n")
    with ExitStack() as stack:
        addresses = [stack.enter_context(portal(seatbridge, "--no-engine")) for _ in range(2)]
        browsers = [stack.enter_context(patient(each)) for each in addresses]
        one, other = browsers
        assert sign_in(one, PASSWORD).status_code == 302
        other.cookies = one.cookies
        for browser in browsers:  # the same form, sent to both
            assert connect(browser, mark="the-same-form").status_code == 302
        assert len(seatbridge.ok("integration", "list")) == 1
        for number in range(6):
            # Behind one public name, as a load balancer hands them out.
            said = sign_in(stack.enter_context(stranger(addresses[number % 2])), "guess guess")
        assert "Too many" in said.text


def patient(address: str, headers: dict[str, str] | None = None) -> httpx.Client:
    return httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60)


def stranger(address: str) -> httpx.Client:
    return patient(address, {"Host": "localhost"})


def sign_in(browser: httpx.Client, password: str) -> httpx.Response:
    page = browser.get("/account/sign-in/")
    form = {"login": ALICE, "password": password, "csrfmiddlewaretoken": form_key(page.text)}
    return browser.post("/account/sign-in/", data=form)


def connect(browser: httpx.Client, mark: str) -> httpx.Response:
    page = browser.get("/integrations/kaseya-bms/")
    form = {
        "hostname": "bms.kaseya.com",
        "company_name": "Northgate IT",
        "username": "sync@northgate.example",
        "password": PASSWORD,
        "do": "save",
        "once": mark,
        "csrfmiddlewaretoken": form_key(page.text),
    }
    return browser.post("/integrations/kaseya-bms/", data=form)


def form_key(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]
