"""API tokens of a partner: made, and revoked."""

from datetime import datetime, timedelta

from django.db import transaction

from seatbridge.kit.secret import Secret
from seatbridge.ledger.writing import append
from seatbridge.partners.models import ApiToken, Partner
from seatbridge.partners.roles import Role
from seatbridge.partners.tokens import new_token
from seatbridge.team.asking import once
from seatbridge.team.giving import refuse_above
from seatbridge.team.refusing import TeamRefused

LONGEST_DAYS = 3_650
LONGEST_NAME = 80  # with prefix it is the actor of a run, which has 120 characters


def make_token(  # noqa: PLR0913 - a token has these facets
    partner: Partner,
    name: str,
    role: Role,
    *,
    days: int | None,
    own_role: Role,
    actor: str,
    now: datetime,
    asked: str | None = None,
) -> tuple[ApiToken, Secret]:
    """`days`: how long it works; None: until it is revoked. The text is not kept. `asked`: the form's key.

    Raises TeamRefused, and AskedBefore where the same form made one already.
    """
    name = " ".join(name.split())
    if not name:
        raise TeamRefused("A token needs a name that says which program uses it.")
    if not name.isprintable():
        raise TeamRefused("The name holds signs that cannot be shown.")
    if len(name) > LONGEST_NAME:
        raise TeamRefused(f"The name is longer than {LONGEST_NAME} characters.")
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise TeamRefused(f"A token works for 1 to {LONGEST_DAYS:,} days.")
    refuse_above(own_role, role)
    made = new_token()
    with transaction.atomic(), once(ApiToken, asked):
        token = ApiToken.objects.create(
            asked=asked,
            partner=partner,
            name=name,
            role=role,
            prefix=made.prefix,
            hash=made.hash,
            created_by=actor,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        told = {"name": name, "prefix": made.prefix, "role": role, "expires_at": token.expires_at}
        append(partner.pk, "api-token.made", actor=actor, data=told)
    return token, made.text


def revoke_token(token: ApiToken, *, actor: str, now: datetime) -> bool:
    """From this moment on it opens nothing. False where it was revoked before."""
    with transaction.atomic():
        changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
        if changed:
            told = {"name": token.name, "prefix": token.prefix}
            append(token.partner_id, "api-token.revoked", actor=actor, data=told)
    return bool(changed)
