"""Who is who: Alice owns Northgate, Anna administers it, Bill does its billing, Bob may only look; Carol owns
Contoso; Dave belongs to nobody."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.users.models import User

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Person:
    user: User

    @property
    def browser(self) -> Client:
        """Signed in a moment ago; how is the matter of other tests, and takes eight queries."""
        client = Client()
        session = SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.create()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client


@dataclass(frozen=True, slots=True)
class Cast:
    alice: Person
    anna: Person
    bill: Person
    bob: Person
    carol: Person
    dave: Person


def cast(northgate: Partner, contoso: Partner) -> Cast:
    return Cast(
        alice=person("alice@northgate.example", northgate, Role.OWNER),
        anna=person("anna@northgate.example", northgate, Role.ADMIN),
        bill=person("bill@northgate.example", northgate, Role.BILLING),
        bob=person("bob@northgate.example", northgate, Role.VIEWER),
        carol=person("carol@contoso.example", contoso, Role.OWNER),
        dave=person("dave@nowhere.example"),
    )


def person(email: str, partner: Partner | None = None, role: Role = Role.VIEWER) -> Person:
    """Without a password: tests that sign in with one set it."""
    user = User.objects.create_user(email, name=email.split("@", maxsplit=1)[0].title())
    if partner is not None:
        Member.objects.create(partner=partner, user=user, role=role)
    return Person(user)
