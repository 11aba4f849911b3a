"""Every URL of the portal, as owner, viewer, other partner, and no one: also those that are added later."""

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from seatbridge.web.headers import POLICY
from tests.integration.conftest import Standing
from tests.integration.web.samples import OPEN_TO_STRANGERS, SAMPLES, VIEWERS_MAY_POST, Made, make_samples
from tests.support.cast import Cast
from tests.support.named_urls import NamedUrl, named_urls

pytestmark = [pytest.mark.django_db, pytest.mark.told_once]


URLS = named_urls()
WITH_PARAMETERS = [url for url in URLS if url[1]]


@pytest.fixture
def people(standing: Standing) -> Cast:
    return standing.people


@pytest.fixture(scope="module")
def made(standing: Standing, django_db_blocker: DjangoDbBlocker) -> Made:
    with django_db_blocker.unblock():
        return make_samples(standing.northgate, standing.people)


def path_of(url: NamedUrl, made: Made) -> str:
    name, parameters, template = url
    return template % {parameter: made.sample(name, parameter) for parameter in parameters}


def ids(url: NamedUrl) -> str:
    return url[0]


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_the_owner_gets_an_answer(url: NamedUrl, made: Made, people: Cast) -> None:
    answer = people.alice.browser.get(path_of(url, made))
    assert answer.status_code in (200, 302, 405), answer.content.decode()[:2000]
    assert answer["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_no_one_gets_nothing(url: NamedUrl, made: Made) -> None:
    if url[0] in OPEN_TO_STRANGERS:
        assert Client().get(path_of(url, made)).status_code in (200, 405)
        return
    for answer in (Client().get(path_of(url, made)), Client().post(path_of(url, made))):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in/")


@pytest.mark.parametrize("url", [url for url in WITH_PARAMETERS if url[0] not in OPEN_TO_STRANGERS], ids=ids)
def test_the_other_partner_finds_nothing(url: NamedUrl, made: Made, people: Cast) -> None:
    for answer in (
        people.carol.browser.get(path_of(url, made)),
        people.carol.browser.post(path_of(url, made)),
    ):
        assert answer.status_code in (404, 405), f"{url[0]}: {answer.status_code}"
        assert "Northgate" not in answer.content.decode()


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_a_viewer_changes_nothing(url: NamedUrl, made: Made, people: Cast) -> None:
    if url[0] in VIEWERS_MAY_POST | OPEN_TO_STRANGERS:
        return
    answer = people.bob.browser.post(path_of(url, made))
    assert answer.status_code in (403, 405), f"{url[0]}: {answer.status_code}"


@pytest.mark.parametrize("url", URLS, ids=ids)
def test_a_form_from_elsewhere_is_refused(url: NamedUrl, made: Made, people: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.alice.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(path_of(url, made)).status_code in (403, 405)


def test_every_parameter_has_a_sample() -> None:
    needed = {parameter for _, parameters, _ in WITH_PARAMETERS for parameter in parameters}
    assert needed <= set(SAMPLES), (
        f"add to SAMPLES in {__name__.rpartition('.')[0]}.samples: {needed - set(SAMPLES)}"
    )
