"""Any form, sent twice or from two tabs at once: one effect, and a friendly answer each time."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Any

import httpx
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client

from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.proposing_behind import proposal_reading_of
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.partners.models import Partner
from tests.integration.web.forms_sent import COUNTS, FORMS, IN_A_THREAD, Fields, integration_of, reach_bms
from tests.integration.web.samples import Made, make_samples
from tests.integration.web.test_every_page import named_urls, path_of
from tests.integration.web.told import text_of
from tests.support.cast import Cast
from tests.support.portal_bms import reachable_bms

URLS = {url[0]: url for url in named_urls()}
AT_ONCE = 3
KEY = "k" * 32
# Previews of files: every one is kept for an hour, and none has an effect.
NO_EFFECT = {"HeldFile", "HeldChunk", "Session"}


@pytest.fixture
def made(people: Cast, northgate: Partner) -> Iterator[Made]:
    with reachable_bms():
        found = make_samples(northgate, people)
        reach_bms(found)
        yield found


def rows() -> dict[str, int]:
    """How many there are of everything."""
    models = [model for model in apps.get_models() if model.__module__.startswith("seatbridge.")]
    return {model.__name__: model._default_manager.count() for model in models}


def effects() -> dict[str, int]:
    return {name: number for name, number in rows().items() if name not in NO_EFFECT}


def test_every_form_is_sent_here(people: Cast, made: Made) -> None:
    bob = people.bob.browser  # may do nothing, so that nothing is done
    taking = {name for name, url in URLS.items() if bob.post(path_of(url, made)).status_code != 405}
    assert taking == set(FORMS)


@pytest.mark.told_once
@pytest.mark.parametrize("name", [name for name in FORMS if name not in IN_A_THREAD])
def test_sent_twice_it_is_done_once(name: str, people: Cast, made: Made) -> None:
    form, path = FORMS[name], path_of(URLS[name], made)
    fields = form.fields(made)
    before = LedgerEntry.objects.count()
    first = _send(form.stranger, people, path, fields)
    assert first.status_code == 200, text_of(first)
    assert LedgerEntry.objects.count() - before == form.entries, text_of(first)
    after = effects()
    second = _send(form.stranger, people, path, fields)
    assert second.status_code in (200, 410), text_of(second)
    assert "There is nothing here" not in text_of(second)
    assert effects() == after


def _send(stranger: bool, people: Cast, path: str, fields: Fields) -> Any:  # noqa: FBT001
    browser = Client() if stranger else people.alice.browser
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return browser.post(path, fields, follow=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("theme", "choose-partner")])
def test_sent_from_several_tabs_at_once_it_is_done_once(name: str, people: Cast, made: Made) -> None:
    form, path = FORMS[name], path_of(URLS[name], made)
    fields = form.fields(made)
    before = LedgerEntry.objects.count()
    cookies = {} if form.stranger else _cookies_of(people)
    with served() as address, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: _post(address + path, cookies, fields), range(AT_ONCE)))
    _let_reading_end(made)
    for answer in answers:
        assert answer.status_code in (200, 302, 410), answer.text[:3000]
    assert LedgerEntry.objects.count() - before == form.entries
    after = effects()
    _send(form.stranger, people, path, fields)
    _let_reading_end(made)
    assert effects() == after


def _let_reading_end(made: Made) -> None:
    for reading in (reading_of(integration_of(made)), proposal_reading_of(integration_of(made))):
        if reading is not None:
            assert reading.done.wait(30)


def _cookies_of(people: Cast) -> dict[str, str]:
    return {settings.SESSION_COOKIE_NAME: people.alice.browser.cookies[settings.SESSION_COOKIE_NAME].value}


def _post(url: str, cookies: dict[str, str], fields: Fields) -> httpx.Response:
    key = {settings.CSRF_COOKIE_NAME: KEY}
    sent = {"csrfmiddlewaretoken": KEY, **{name: str(value) for name, value in fields.items()}}
    files = {"file": ("counts.csv", COUNTS.encode(), "text/csv")} if "file" in sent else None
    with httpx.Client(cookies=cookies | key, trust_env=False, timeout=60) as browser:
        return browser.post(url, data=sent, files=files)


@cache
def portal() -> Any:
    """Set up once: it reads every static file from the disk."""
    return get_wsgi_application()


@contextmanager
def served() -> Iterator[str]:
    """The portal on a real socket, a thread for each request."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(portal())
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_two_invitations_of_one_address_leave_one_open(people: Cast, made: Made) -> None:
    for _ in range(2):
        people.alice.browser.post("/team/invite", FORMS["team-invite"].fields(made))
    page = people.alice.browser.get("/team/").content.decode()
    assert len(re.findall(r'scope="row"[^>]*>new@northgate.example', page)) == 1
