import pytest
from django.test import Client

from tests.support.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_sign_in() -> None:
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/?next=/")


def test_a_member_sees_home_with_the_partner_s_name(people: Cast) -> None:
    page = people.bob.browser.get("/")
    assert page.status_code == 200
    assert "Northgate IT" in page.content.decode()


def test_somebody_without_a_place_is_told_so(people: Cast) -> None:
    page = people.dave.browser.get("/")
    assert page.status_code == 403
    assert "not a member of any partner" in page.content.decode()


def test_a_page_that_is_not_there_says_so(people: Cast) -> None:
    page = people.bob.browser.get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
