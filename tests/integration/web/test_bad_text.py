"""What no field and no address should hold: cleaned or refused with words, never raw, never an error."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from seatbridge import web
from tests.integration.conftest import Standing
from tests.integration.web.forms_sent import FORMS, IN_A_THREAD, reach_bms
from tests.integration.web.samples import Made, make_samples
from tests.integration.web.test_every_page import named_urls, path_of
from tests.support.cast import Cast
from tests.support.portal_bms import reachable_bms

pytestmark = [pytest.mark.django_db, pytest.mark.told_once]
SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\"'><img src=x onerror=alert(1)>"
# As they come over the wire: what a browser would never send is sent all the same.
BAD = {
    "script": quote(SCRIPT),
    "attribute": quote(ATTRIBUTE),
    "template": quote("{{ 7|add:7 }}{% debug %}"),
    "nul": "a%00b",
    "surrogate": "%ED%A0%80",
    "bidi": quote("\u202eexe.gpj\u2066"),
    "no-utf8": "%ff%fe",
    "long": "x" * 100_000,
}
ASKED = sorted(
    {
        name
        for file in Path(web.__path__[0]).rglob("*.py")
        for name in re.findall(r'(?:GET|asked)\.get\("([a-z_]+)"', file.read_text())
    }
    | {"q_standard", "standard", "group", "q", "account_id", "contract_id", "partner", "next"}
)
URLS = {url[0]: url for url in named_urls()}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def people(standing: Standing) -> Cast:
    return standing.people


@pytest.fixture(scope="module")
def made(standing: Standing, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with reachable_bms():
        with django_db_blocker.unblock():
            found = make_samples(standing.northgate, standing.people)
            reach_bms(found)
        yield found


def assert_clean(answer: Any) -> None:
    assert answer.status_code < 500
    html = b"".join(answer.streaming_content) if answer.streaming else answer.content
    page = html.decode()
    assert SCRIPT not in page
    assert "<img src=x" not in page
    assert "\0" not in page
    assert len(html) < 250_000
    for name in ("Location", "HX-Redirect", "HX-Trigger"):
        assert SCRIPT not in answer.get(name, "")


@pytest.mark.parametrize("name", sorted(URLS))
def test_what_an_address_may_ask(name: str, people: Cast, made: Made) -> None:
    browser, path = people.alice.browser, path_of(URLS[name], made)
    for bad in BAD.values():
        query = "&".join(f"{each}={bad[:90]}" for each in ASKED if each != "integration")
        for asked in (query, *(f"{each}={bad}" for each in ("integration", "search", "held"))):
            answer = browser.get(f"{path}?{asked}")
            assert_clean(answer)
            if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                return  # it takes forms alone, and reads nothing of what an address asks


@pytest.mark.parametrize("name", [name for name in FORMS if name not in IN_A_THREAD | {"theme"}])
def test_what_a_form_may_hold(name: str, people: Cast, made: Made) -> None:
    browser, path = people.alice.browser, path_of(URLS[name], made)
    fields = {key: str(value) for key, value in FORMS[name].fields(made).items() if key != "file"}
    for bad in BAD.values():
        for field in fields:
            body = "&".join(f"{key}={bad if key == field else quote(value)}" for key, value in fields.items())
            assert_clean(browser.post(path, body, content_type=FORM))
        assert_clean(browser.post(path, f"unknown={bad}", content_type=FORM))
    for page in ("/", "/team/", "/team/tokens/", "/team/audit/", "/companies/", "/integrations/"):
        assert_clean(browser.get(page, follow=True))


@pytest.mark.parametrize("name", FORMS)
def test_ten_megabytes_are_refused_on_a_small_page(name: str, people: Cast, made: Made) -> None:
    fields = [key for key in FORMS[name].fields(made) if key != "file"] or ["unknown"]
    body = "&".join(f"{key}={'x' * 10_000_000}" for key in fields[:1])
    browser = Client(enforce_csrf_checks=True)  # as in real life, where each form is read for its key
    if name != "join":
        browser.cookies = people.alice.browser.cookies
    browser.cookies[settings.CSRF_COOKIE_NAME] = "k" * 32
    answer = browser.post(path_of(URLS[name], made), body, content_type=FORM)
    assert answer.status_code == 400
    assert len(answer.content) < 20_000
