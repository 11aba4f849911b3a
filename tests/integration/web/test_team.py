"""Team and tokens, as people use the pages."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from seatbridge.integrations.clocks import clock
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.access import access_of_token
from seatbridge.partners.models import ApiToken, Invitation, Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.users.models import User
from tests.support.cast import Cast, person

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
ERIN = "erin@northgate.example"


def invite(people: Cast, email: str = ERIN, role: str = "billing", asked: str = "") -> str:
    """The one-time link's path."""
    browser = people.alice.browser
    form = {"email": email, "role": role, "asked": asked or form_key(browser.get("/team/").content.decode())}
    page = browser.post("/team/invite", form, follow=True)
    found = re.search(r"http://testserver(/join/[^<\s]+)", page.content.decode())
    assert found is not None, page.content.decode()
    return found[1]


def form_key(page: str) -> str:
    found = re.search(r'name="asked" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def events(partner: Partner) -> list[str]:
    return list(LedgerEntry.objects.filter(partner=partner).order_by("seq").values_list("event", flat=True))


def test_an_invited_person_chooses_a_password_and_is_in(people: Cast, northgate: Partner) -> None:
    link = invite(people)
    erin = Client()
    assert "Join Northgate IT" in erin.get(link).content.decode()
    home = erin.post(link, {"name": "Erin", "password": PASSWORD}, follow=True)
    assert "You are a member of Northgate IT now." in home.content.decode()
    assert Member.objects.get(user__email=ERIN).role == Role.BILLING
    assert User.objects.get(email=ERIN).check_password(PASSWORD)
    assert events(northgate) == ["member.invited", "member.added"]


def test_an_invitation_works_once(people: Cast) -> None:
    link = invite(people)
    Client().post(link, {"name": "Erin", "password": PASSWORD})
    assert Client().get(link).status_code == 410


def test_a_new_invitation_ends_the_one_before(people: Cast) -> None:
    old, new = invite(people), invite(people)
    assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 200)


def test_an_invitation_sent_twice_by_the_same_form_is_one(people: Cast) -> None:
    browser = people.alice.browser
    form = {"email": ERIN, "role": "viewer", "asked": form_key(browser.get("/team/").content.decode())}
    first, second = browser.post("/team/invite", form), browser.post("/team/invite", form)
    assert first["Location"] == second["Location"]
    assert Invitation.objects.count() == 1
    assert "/join/" in browser.get(second["Location"]).content.decode()


def test_the_link_is_shown_once(people: Cast) -> None:
    browser = people.alice.browser
    form = {"email": ERIN, "role": "viewer", "asked": form_key(browser.get("/team/").content.decode())}
    place = browser.post("/team/invite", form)["Location"]
    assert "/join/" in browser.get(place).content.decode()
    assert "/join/" not in browser.get(place).content.decode()


def test_a_weak_password_keeps_what_was_typed(people: Cast) -> None:
    page = Client().post(invite(people), {"name": "Erin Example", "password": "short"})
    assert page.status_code == 422
    assert "too short" in page.content.decode()
    assert "Erin Example" in page.content.decode()


def test_who_can_sign_in_already_joins_by_signing_in(people: Cast, contoso: Partner) -> None:
    link = invite(people, "carol@contoso.example", "viewer")
    assert "Sign in, and you come back here" in Client().get(link).content.decode()
    browser = people.carol.browser
    browser.post(link)
    assert Member.objects.filter(user=people.carol.user).count() == 2
    assert "Northgate IT" in browser.get("/").content.decode()
    browser.post("/partner", {"partner": contoso.pk})
    assert "Northgate IT" not in browser.get("/").content.decode()


def test_somebody_else_s_invitation_is_refused(people: Cast) -> None:
    link = invite(people)
    page = people.dave.browser.post(link)
    assert "and you are dave@nowhere.example" in page.content.decode()
    assert not Member.objects.filter(user=people.dave.user).exists()


def test_the_invitation_goes_out_by_mail_where_mail_is_set_up(people: Cast) -> None:
    with override_settings(MAIL_IS_SENT=True):
        link = invite(people)
    assert [message.to for message in mail.outbox] == [[ERIN]]
    assert link in mail.outbox[0].body


def test_an_admin_makes_no_owner(people: Cast) -> None:
    browser = people.anna.browser
    form = {"email": ERIN, "role": "owner", "asked": form_key(browser.get("/team/").content.decode())}
    assert browser.post("/team/invite", form).status_code == 422
    bob = Member.objects.get(user=people.bob.user)
    browser.post(f"/team/members/{bob.pk}/role", {"role": "owner"})
    bob.refresh_from_db()
    assert bob.role == Role.VIEWER


def test_the_last_owner_stays(people: Cast) -> None:
    alice = Member.objects.get(user=people.alice.user)
    browser = people.alice.browser
    page = browser.post(f"/team/members/{alice.pk}/remove", follow=True)
    assert "the only owner" in page.content.decode()
    browser.post(f"/team/members/{alice.pk}/role", {"role": "viewer"})
    alice.refresh_from_db()
    assert alice.role == Role.OWNER


def test_removing_somebody_twice_is_answered_kindly(people: Cast, northgate: Partner) -> None:
    bob = Member.objects.get(user=people.bob.user)
    browser = people.alice.browser
    browser.post(f"/team/members/{bob.pk}/remove")
    again = browser.post(f"/team/members/{bob.pk}/remove", follow=True)
    assert "removed already" in again.content.decode()
    assert events(northgate) == ["member.removed"]
    assert people.bob.browser.get("/").status_code == 403


def test_a_token_is_shown_once_and_opens_the_api(people: Cast, northgate: Partner) -> None:
    browser = people.alice.browser
    form = {"name": "nightly export", "role": "viewer", "days": "30"}
    form["asked"] = form_key(browser.get("/team/tokens/").content.decode())
    place = browser.post("/team/tokens/make", form)["Location"]
    assert browser.post("/team/tokens/make", form)["Location"] == place
    found = re.search(r"sb_\w{10}_[\w-]+", browser.get(place).content.decode())
    assert found is not None
    access = access_of_token(found[0], clock().now())
    assert access is not None
    assert (access.partner, access.role) == (northgate, Role.VIEWER)
    assert found[0] not in browser.get(place).content.decode()
    assert found[0] not in browser.get("/team/tokens/").content.decode()


def test_a_revoked_token_opens_nothing(people: Cast) -> None:
    browser = people.alice.browser
    form = {"name": "export", "role": "viewer", "days": "30"}
    form["asked"] = form_key(browser.get("/team/tokens/").content.decode())
    page = browser.post("/team/tokens/make", form, follow=True).content.decode()
    text = re.search(r"sb_\w{10}_[\w-]+", page)
    assert text is not None
    browser.post(f"/team/tokens/{ApiToken.objects.get().pk}/revoke")
    assert access_of_token(text[0], clock().now()) is None


def test_the_audit_trail_is_searched_by_person_and_by_value(people: Cast) -> None:
    invite(people, "erin@northgate.example")
    invite(people, "frank@northgate.example")
    page = people.bob.browser.get("/team/audit/?search=alice+frank").content.decode()
    assert "frank@northgate.example" in page
    assert "erin@northgate.example" not in page


def test_script_in_a_name_is_shown_as_text(people: Cast, northgate: Partner) -> None:
    mallory = person("mallory@northgate.example", northgate)
    mallory.user.name = "<script>alert(1)</script>"
    mallory.user.save()
    page = people.bob.browser.get("/team/?search=<script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
