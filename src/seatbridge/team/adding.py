"""A member added by the operator, who types on the machine itself."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from seatbridge.kit.secret import Secret
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.team.refusing import TeamRefused
from seatbridge.users.emails import EmailRefused, checked_email
from seatbridge.users.models import User


def user_with(email: str) -> User | None:
    """Raises TeamRefused where the text is no mail address."""
    try:
        return User.objects.filter(email=checked_email(email)).first()
    except EmailRefused as refused:
        raise TeamRefused(str(refused)) from refused


def add_member(partner: Partner, email: str, role: Role, password: Secret | None, *, actor: str) -> Member:
    """`password` is for a new person only. Raises TeamRefused: weak password, or a member already."""
    with transaction.atomic():
        user = user_with(email) or _new_user(email, password)
        return place(partner, user, role, actor=actor)


def place(partner: Partner, user: User, role: Role, *, actor: str) -> Member:
    """Inside a transaction."""
    if Member.objects.filter(partner=partner, user=user).exists():
        raise TeamRefused(f"{user.email} is a member of {partner.name} already.")
    member = Member.objects.create(partner=partner, user=user, role=role)
    append(partner.pk, "member.added", actor=actor, data={"member": user.email, "role": role})
    return member


def _new_user(email: str, password: Secret | None) -> User:
    if password is None:
        raise TeamRefused(f"Nobody signs in as {email} yet, so a password is needed.")
    return make_user(email, "", password)


def make_user(email: str, name: str, password: Secret) -> User:
    shown = "".join(sign for sign in " ".join(name.split()) if sign.isprintable())
    user = User(email=checked_email(email), name=shown[:200])
    check_password_of(user, password)
    return User.objects.create_user(user.email, password.reveal(), name=user.name)


def set_password(user: User, password: Secret) -> None:
    """Ends every session of this person."""
    check_password_of(user, password)
    user.set_password(password.reveal())
    user.save(update_fields=["password"])


def check_password_of(user: User, password: Secret) -> None:
    try:
        validate_password(password.reveal(), user)
    except ValidationError as weak:
        raise TeamRefused(" ".join(weak.messages)) from weak
