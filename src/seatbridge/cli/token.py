"""`token add|list|revoke`"""

from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_partner, partners_asked
from seatbridge.cli.options import AnyPartner, AsJson, PartnerName, group
from seatbridge.cli.printing import answer, print_document, print_table, tell
from seatbridge.cli.user import RoleName
from seatbridge.integrations.clocks import clock
from seatbridge.partners.models import ApiToken
from seatbridge.partners.roles import Role
from seatbridge.team.giving import read_role
from seatbridge.team.tokens import make_token, revoke_token

app = group("API tokens: how a partner's programs sign in.")


@app.command()
def add(
    partner: PartnerName,
    role: RoleName,
    *,
    name: Annotated[str, typer.Option(metavar="TEXT", help="Which program uses it.")] = "command line",
    expires: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Works for so many days; else until revoked.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Make a token and print it, once: only its hash is kept."""
    owner = find_partner(partner)
    token, text = make_token(
        owner,
        name,
        read_role(role),
        days=expires,
        own_role=Role.OWNER,  # who types here holds the machine
        actor=actor(),
        now=clock().now(),
    )
    answer(
        _document(token) | {"token": text.reveal()},
        [text.reveal(), "Keep it now: it is not shown again."],
        as_json=as_json,
    )
    return 0


@app.command("list")
def list_all(partner: AnyPartner = None, *, as_json: AsJson = False) -> int:
    """List the tokens, without what would let anybody in."""
    owners = partners_asked(partner)
    rows = list(ApiToken.objects.select_related("partner").filter(partner__in=owners).order_by("pk"))
    if as_json:
        print_document([_document(row) for row in rows])
    elif rows:
        cells = (
            (row.pk, row.partner.name, row.name, row.prefix, row.role, row.expires_at or "", _state(row))
            for row in rows
        )
        print_table(("ID", "Partner", "Name", "Begins with", "Role", "Until", "State"), cells)
    else:
        tell(["There is no token yet. Make one: seatbridge token add"])
    return 0


@app.command()
def revoke(number: Annotated[int, typer.Argument(metavar="ID")], *, as_json: AsJson = False) -> int:
    """End a token at once."""
    token = ApiToken.objects.filter(pk=number).first()
    if token is None:
        raise CommandRefused(f"There is no token {number}.", fix="Look at: seatbridge token list")
    revoke_token(token, actor=actor(), now=clock().now())
    answer({"id": number}, [f"Token {token.name} ({token.prefix}) opens nothing any more."], as_json=as_json)
    return 0


def _state(token: ApiToken) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= clock().now() else "works"


def _document(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.pk,
        "partner": token.partner.name,
        "name": token.name,
        "prefix": token.prefix,
        "role": token.role,
        "expires_at": token.expires_at,
        "state": _state(token),
    }
