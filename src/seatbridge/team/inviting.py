"""Invitations: a one-time link, sent by mail or handed on by a person."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from seatbridge.kit.secret import Secret
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Invitation, Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.team.adding import make_user, place, user_with
from seatbridge.team.asking import once
from seatbridge.team.giving import refuse_above
from seatbridge.team.refusing import TeamRefused
from seatbridge.users.emails import tidy_email
from seatbridge.users.models import User

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    invitation: Invitation
    key: Secret  # the secret part of the link, shown or sent once


def invite(
    partner: Partner,
    email: str,
    role: Role,
    *,
    own_role: Role,
    actor: str,
    now: datetime,
    asked: str | None = None,
) -> Invited:
    """Replaces an open invitation of the same address. `asked`: the form's key.

    Raises TeamRefused, and AskedBefore where the same form made one already.
    """
    refuse_above(own_role, role)
    key = secrets.token_urlsafe(32)
    with transaction.atomic(), once(Invitation, asked):
        # The partner's row is the lock: of two invitations of one address at once, one is open in the end.
        Partner.objects.select_for_update().get(pk=partner.pk)
        user = user_with(email)
        if user and Member.objects.filter(partner=partner, user=user).exists():
            raise TeamRefused(f"{user.email} is a member already. Change the role in the list.")
        open_invitations(partner, now).filter(email=tidy_email(email)).update(revoked_at=now)
        invitation = Invitation.objects.create(
            asked=asked,
            partner=partner,
            email=tidy_email(email),
            role=role,
            hash=_hash(key),
            created_by=actor,
            created_at=now,
            expires_at=now + LASTS,
        )
        append(
            partner.pk, "member.invited", actor=actor, data={"member": invitation.email, "role": role}, at=now
        )
    return Invited(invitation, Secret(key))


def withdraw(invitation: Invitation, *, actor: str, now: datetime) -> bool:
    """False where it was used or withdrawn before."""
    with transaction.atomic():
        changed = open_invitations(invitation.partner, now).filter(pk=invitation.pk).update(revoked_at=now)
        if changed:
            append(
                invitation.partner_id,
                "invitation.withdrawn",
                actor=actor,
                data={"member": invitation.email},
                at=now,
            )
    return bool(changed)


def open_invitations(partner: Partner, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(partner=partner, used_at=None, revoked_at=None, expires_at__gt=now)


def find_invitation(key: str, now: datetime) -> Invitation | None:
    """None: unknown, used, withdrawn or too old."""
    found = Invitation.objects.select_related("partner").filter(hash=_hash(key)).first()
    return found if found and open_invitations(found.partner, now).filter(pk=found.pk).exists() else None


def accept_as_new(invitation: Invitation, name: str, password: Secret, now: datetime) -> User:
    """The address becomes a sign-in and a member. Raises TeamRefused."""
    with transaction.atomic():
        _use(invitation, now)
        if user_with(invitation.email):
            raise TeamRefused(f"{invitation.email} can sign in already: sign in, then open the link again.")
        user = make_user(invitation.email, name, password)
        place(invitation.partner, user, Role(invitation.role), actor=user.email)
        return user


def accept_as(invitation: Invitation, user: User, now: datetime) -> None:
    """A person who can sign in already becomes a member. Raises TeamRefused."""
    if user.email != invitation.email:
        raise TeamRefused(f"This invitation is for {invitation.email}, and you are {user.email}.")
    with transaction.atomic():
        _use(invitation, now)
        place(invitation.partner, user, Role(invitation.role), actor=user.email)


def _use(invitation: Invitation, now: datetime) -> None:
    """Once, however often the button was pressed."""
    if not open_invitations(invitation.partner, now).filter(pk=invitation.pk).update(used_at=now):
        raise TeamRefused("This invitation was used or withdrawn already.")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
