"""Alice's browser, for `engine_bench.py`."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import httpx

from tests.support.fleet import Fleet, Process

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a bench
ALICE = "alice@northgate.example"


@contextmanager
def signed_in(fleet: Fleet, portal: Process) -> Iterator[httpx.Client]:
    """As the owner of the first partner."""
    words = ("user", "add", ALICE, "--partner", "Partner 0", "--role", "owner", "--password-stdin")
    added = fleet.seatbridge(*words, typed=f"{PASSWORD}\n")
    if added.code:
        raise SystemExit(added.err)
    with httpx.Client(base_url=fleet.address_of(portal), trust_env=False, timeout=60) as browser:
        post(
            browser,
            browser.get("/account/sign-in/").text,
            "/account/sign-in/",
            login=ALICE,
            password=PASSWORD,
        )
        yield browser


def post(browser: httpx.Client, page: str, path: str, **form: str) -> None:
    """With the key that stands on `page`."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("The page holds no form.")
    answer = browser.post(path, data={"csrfmiddlewaretoken": found[1], **form})
    if answer.status_code != 302:
        raise SystemExit(f"{path} was answered {answer.status_code}")


def visits(browser: httpx.Client, over: Event, most: int) -> list[float]:
    """How long each page took, in ms."""
    took: list[float] = []
    while len(took) < most and not over.is_set():
        began = time.monotonic()
        browser.get("/").raise_for_status()
        took.append((time.monotonic() - began) * 1000)
        over.wait(0.05)
    return took
