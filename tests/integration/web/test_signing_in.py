"""Signing in, the forgotten password, and what the frame says."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from seatbridge.users.models import User
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db
OLD, NEW = "correct horse battery staple", "another horse, another battery"


@pytest.fixture
def alice(people: Cast) -> User:
    people.alice.user.set_password(OLD)
    people.alice.user.save()
    return people.alice.user


def sign_in(password: str) -> Client:
    browser = Client()
    browser.post("/account/sign-in/", {"login": "alice@northgate.example", "password": password})
    return browser


def test_a_forgotten_password_is_set_anew_by_mail(alice: User) -> None:
    browser = Client()
    with override_settings(MAIL_IS_SENT=True):
        browser.post("/account/password/forgotten/", {"email": "Alice@Northgate.example"})
    found = re.search(r"http://testserver(/account/password/new/\S+)", str(mail.outbox[0].body))
    assert found is not None
    form = browser.get(found[1], follow=True)
    done = browser.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert sign_in(NEW).get("/").status_code == 200
    assert sign_in(OLD).get("/").status_code == 302
    assert "no longer works" in Client().get(found[1], follow=True).content.decode()
    assert alice.email == mail.outbox[0].to[0]


def test_a_stranger_s_address_gets_the_same_answer_and_no_mail(alice: User) -> None:
    with override_settings(MAIL_IS_SENT=True):
        known = Client().post("/account/password/forgotten/", {"email": alice.email})
        unknown = Client().post("/account/password/forgotten/", {"email": "nobody@nowhere.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[alice.email]]


def test_without_a_mail_server_the_page_says_whom_to_ask() -> None:
    assert "sends no mail" in Client().get("/account/password/forgotten/").content.decode()


def test_a_changed_password_ends_the_other_sessions(alice: User) -> None:
    other, browser = sign_in(OLD), sign_in(OLD)
    form = {"oldpassword": OLD, "password1": NEW, "password2": NEW}
    page = browser.post("/account/password/", form, follow=True)
    assert "Your password is changed." in page.content.decode()
    assert browser.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert alice.pk


def test_nobody_signs_up() -> None:
    assert Client().get("/account/signup/").status_code == 404


def test_an_expired_session_sends_the_whole_page_to_sign_in() -> None:
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("account_login")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_form_leads_to_another_site(wanted: str) -> None:
    answer = Client().post("/theme", {"theme": "dark", "next": wanted})
    assert (answer["Location"], answer.cookies["seatbridge_theme"].value) == ("/", "dark")


def test_a_theme_that_was_chosen_arrives_with_the_page(people: Cast) -> None:
    browser = people.bob.browser
    browser.post("/theme", {"theme": "dark", "next": "/team/"})
    assert 'data-theme="dark"' in browser.get("/team/").content.decode()


def test_every_page_says_that_the_billing_date_is_shifted(people: Cast) -> None:
    with override_settings(DATE_OFFSET_DAYS=3):
        assert "shifted 3 days ahead" in people.bob.browser.get("/team/").content.decode()
    assert "date is shifted" not in people.bob.browser.get("/team/").content.decode()


def test_a_form_that_is_too_large_is_refused_in_words(people: Cast) -> None:
    answer = people.alice.browser.post("/team/invite", {"email": "a" * 10_000_000})
    assert answer.status_code == 400
    assert "too large" in answer.content.decode()


def test_session_cookies_are_out_of_reach_of_scripts(alice: User) -> None:
    cookie = sign_in(OLD).cookies["seatbridge_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert alice.pk
