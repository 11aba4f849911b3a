"""The portal as it is served: a real process, a real sign-in with mail and password."""

import re
import socket
import time

import httpx
import pytest

from tests.support.commands import CommandServer, Seatbridge
from tests.support.portal import portal

PARTNER = ("--partner", "Northgate IT")
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def seatbridge(commands: CommandServer, tmp_path_factory: pytest.TempPathFactory) -> Seatbridge:
    command = Seatbridge(tmp_path_factory.mktemp("portal") / "data", server=commands)
    command.ok("partner", "add", "Northgate IT", "--timezone", "America/New_York")
    command.ok(
        "user",
        "add",
        "Alice@Northgate.example",
        *PARTNER,
        "--role",
        "owner",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
    )
    return command


def test_alice_signs_in_and_out(seatbridge: Seatbridge) -> None:
    with (
        portal(seatbridge) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as browser,
    ):
        assert browser.get("/").headers["location"].startswith("/account/sign-in/")
        refused = sign_in(browser, "alice@northgate.example", "not the password at all")
        assert "not correct" in refused.text
        assert sign_in(browser, "ALICE@northgate.example", PASSWORD).status_code == 302
        home = browser.get("/")
        assert "Northgate IT" in home.text
        out = browser.post("/account/sign-out/", data={"csrfmiddlewaretoken": form_key(home.text)})
        assert out.status_code == 302
        assert browser.get("/").status_code == 302


def test_guessing_passwords_is_slowed_down(seatbridge: Seatbridge) -> None:
    with (
        portal(seatbridge) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as browser,
    ):
        for _ in range(6):
            answer = sign_in(browser, "alice@northgate.example", "guess guess guess")
        assert "Too many" in answer.text
        assert "Too many" in sign_in(browser, "alice@northgate.example", PASSWORD).text


def test_the_operators_programs_are_answered_without_a_session(seatbridge: Seatbridge) -> None:
    """The engine of the same process is seen by them within seconds."""
    token = "planted-token-of-the-operator"
    process = seatbridge.start("serve", "--bind", "127.0.0.1:0", SEATBRIDGE_METRICS_TOKEN=token)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        with httpx.Client(
            base_url=address, trust_env=False, timeout=60, headers={"Host": "10.0.0.7"}
        ) as probe:
            assert probe.get("/healthz").json() == {"ok": True}
            until = time.monotonic() + 30
            while (ready := probe.get("/readyz")).status_code != 200 and time.monotonic() < until:
                time.sleep(0.2)
            assert ready.json()["parts"]["engine"]["says"] == "1 at work"
            assert probe.get("/metrics").status_code == 401
            read = probe.get("/metrics", headers={"Authorization": f"Bearer {token}"})
            assert "seatbridge_engines 1.0" in read.text
    finally:
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert token not in said


def test_behind_https_the_cookies_are_secure(seatbridge: Seatbridge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = seatbridge.start(
        "serve", "--bind", f"127.0.0.1:{port}", SEATBRIDGE_PUBLIC_URL="https://seats.example.com"
    )
    try:
        assert process.stdout is not None
        assert "https://seats.example.com" in process.stdout.readline()
        page = httpx.get(
            f"http://127.0.0.1:{port}/account/sign-in/",
            headers={"Host": "seats.example.com"},
            trust_env=False,
            timeout=60,
        )
        assert "Secure" in page.headers["set-cookie"]
        assert "HttpOnly" in page.headers["set-cookie"]
        assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_an_address_that_others_reach_needs_a_public_url(seatbridge: Seatbridge) -> None:
    refused = seatbridge("serve", "--bind", "0.0.0.0:0")
    assert refused.code == 2
    assert "SEATBRIDGE_PUBLIC_URL" in refused.err


def test_a_token_is_printed_once_and_never_again(seatbridge: Seatbridge) -> None:
    made = seatbridge.ok("token", "add", *PARTNER, "--role", "billing", "--expires", "30")
    assert made["token"].startswith("sb_")
    listed = seatbridge("token", "list", "--json")
    assert made["prefix"] in listed.out
    assert made["token"] not in listed.out


def test_a_weak_password_is_refused_in_words(seatbridge: Seatbridge) -> None:
    refused = seatbridge(
        "user",
        "add",
        "bob@northgate.example",
        *PARTNER,
        "--role",
        "viewer",
        "--password-stdin",
        typed="short\n",
    )
    assert (refused.code, "too short" in refused.err) == (1, True)


def sign_in(browser: httpx.Client, email: str, password: str) -> httpx.Response:
    page = browser.get("/account/sign-in/")
    return browser.post(
        "/account/sign-in/",
        data={"login": email, "password": password, "csrfmiddlewaretoken": form_key(page.text)},
    )


def form_key(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]
