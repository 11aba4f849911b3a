"""`user add|password`"""

from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_partner
from seatbridge.cli.options import AsJson, PartnerName, PasswordStdin, group
from seatbridge.cli.passwords import read_own_password
from seatbridge.cli.printing import answer
from seatbridge.team.adding import add_member, set_password, user_with
from seatbridge.team.giving import read_role

app = group("People who sign in to the portal.")
Email = Annotated[str, typer.Argument(metavar="EMAIL")]
RoleName = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="owner, admin, billing (may approve) or viewer.")
]


@app.command()
def add(
    email: Email,
    partner: PartnerName,
    role: RoleName,
    *,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> int:
    """Let a person sign in for a partner. Who signs in already keeps their password."""
    owner, given = find_partner(partner), read_role(role)
    known = user_with(email)
    password = None if known else read_own_password(email, from_stdin=password_stdin)
    member = add_member(owner, email, given, password, actor=actor())
    kept = [f"{member.user.email} signs in as before: the password was not changed."] if known else []
    answer(
        {"id": member.pk, "email": member.user.email, "partner": owner.name, "role": given.value},
        [f"{member.user.email} is now {given.label} of {owner.name}.", *kept],
        as_json=as_json,
    )
    return 0


@app.command()
def password(email: Email, *, password_stdin: PasswordStdin = False, as_json: AsJson = False) -> int:
    """Set another password for a person; ends their sessions."""
    user = user_with(email)
    if user is None:
        raise CommandRefused(f"Nobody signs in as {email}.", fix="Add them: seatbridge user add")
    set_password(user, read_own_password(user.email, from_stdin=password_stdin))
    said = [f"The password of {user.email} is changed, and every session of theirs has ended."]
    answer({"email": user.email}, said, as_json=as_json)
    return 0
