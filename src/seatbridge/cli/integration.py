"""`integration add|list|authenticate|enable|disable|password`"""

from datetime import datetime
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.finding import find_integration, find_partner, partners_asked
from seatbridge.cli.options import AnyPartner, AsJson, IntegrationId, PartnerName, PasswordStdin, group
from seatbridge.cli.passwords import read_password, read_totp
from seatbridge.cli.printing import answer, print_document, print_table, tell
from seatbridge.config.start import current
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.authenticating import authenticate as sign_in
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.credentials import set_password
from seatbridge.integrations.models import Integration
from seatbridge.integrations.switching import disable as switch_off
from seatbridge.integrations.switching import enable as switch_on
from seatbridge.kit.secret import Secret
from seatbridge.sync.shown.standing import open_owed

app = group("Integrations: a partner's connection to Kaseya BMS.")
WithTotp = Annotated[
    bool, typer.Option("--with-totp", help="Also ask for the TOTP secret (stdin: the line after it).")
]
SetOn = Annotated[
    datetime | None,
    typer.Option("--password-set-on", formats=["%Y-%m-%d"], help="When it was set in BMS."),
]


@app.command()
def add(  # noqa: PLR0913 - each is one thing that a person types
    partner: PartnerName,
    hostname: Annotated[str, typer.Option(metavar="H", help="The host that you sign in to BMS on.")],
    username: Annotated[str, typer.Option(metavar="U", help="A user of type API Employee.")],
    company_name: Annotated[str, typer.Option(metavar="C", help="As in My Settings in BMS.")],
    *,
    password_stdin: PasswordStdin = False,
    with_totp: WithTotp = False,
    password_set_on: SetOn = None,
    as_json: AsJson = False,
) -> int:
    """Add a connection to Kaseya BMS, switched off. Nothing is sent yet."""
    owner = find_partner(partner)
    password = read_password(from_stdin=password_stdin)
    form = ConnectionForm(
        hostname=hostname,
        company_name=company_name,
        username=username,
        password=password,
        totp=read_totp(from_stdin=password_stdin) if with_totp else Secret(""),
        password_set_on=None if password_set_on is None else password_set_on.date(),
    )
    integration, said = add_integration(owner, form, current(), actor=actor())
    answer(
        _document(integration) | {"said": said},
        [
            *said,
            f"Added integration {integration.pk}: {integration.company_name} on {integration.hostname}, off.",
            f"Next: seatbridge integration authenticate {integration.pk}",
        ],
        as_json=as_json,
    )
    return 0


@app.command("list")
def list_all(partner: AnyPartner = None, *, as_json: AsJson = False) -> int:
    """List the integrations."""
    owners = partners_asked(partner)
    rows = Integration.objects.select_related("partner").filter(partner__in=owners).order_by("pk")
    if as_json:
        print_document([_document(row) for row in rows])
    elif rows:
        print_table(
            ("ID", "Partner", "BMS company", "Host", "User", "State"),
            [
                (row.pk, row.partner.name, row.company_name, row.hostname, row.username, _state(row))
                for row in rows
            ],
        )
    else:
        tell(["There is no integration yet. Add one: seatbridge integration add"])
    return 0


@app.command()
def authenticate(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """Sign in to BMS once, and say who we are there and which rights are missing."""
    found = sign_in(find_integration(number), current(), clock(), actor=actor())
    answer(
        {
            "ok": found.ok,
            "status": found.status,
            "cause": found.cause,
            "fix": found.fix,
            "bms": {
                "business_name": found.business_name,
                "user": found.user,
                "currency": found.currency,
                "missing_rights": list(found.missing_rights),
            },
        },
        filter(None, [found.cause, found.fix]),
        as_json=as_json,
    )
    return 0 if found.ok else 1


@app.command()
def enable(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """Switch writing to BMS on; also lifts a stop after failed verification."""
    integration = find_integration(number)
    said = switch_on(integration, actor=actor())
    answer(_document(integration) | {"said": said}, said, as_json=as_json)
    return 0


@app.command()
def disable(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """Switch writing to BMS off: a run in flight stops before its next write."""
    integration = find_integration(number)
    said = switch_off(integration, actor=actor())
    owed = open_owed(integration).count()
    if owed:
        lines = "1 line is" if owed == 1 else f"{owed} lines are"
        said = [*said, f"{lines} not finished in BMS and may stand at 0: seatbridge owed list"]
    answer(_document(integration) | {"said": said, "owed": owed}, said, as_json=as_json)
    return 1 if owed else 0


@app.command()
def password(
    number: IntegrationId,
    *,
    password_stdin: PasswordStdin = False,
    with_totp: WithTotp = False,
    password_set_on: SetOn = None,
    as_json: AsJson = False,
) -> int:
    """Store another password. Nothing is sent yet."""
    integration = find_integration(number)
    given = read_password(from_stdin=password_stdin)
    set_password(
        integration,
        given,
        current(),
        actor=actor(),
        totp=read_totp(from_stdin=password_stdin) if with_totp else None,
        set_on=None if password_set_on is None else password_set_on.date(),
    )
    said = [f"The password is stored. Next: seatbridge integration authenticate {integration.pk}"]
    answer(_document(integration), said, as_json=as_json)
    return 0


def _state(integration: Integration) -> str:
    if integration.stopped_reason:
        return "stopped, needs attention"
    if integration.authenticated_at is None:
        return "not authenticated"
    return "on" if integration.enabled else "off"


def _document(integration: Integration) -> dict[str, object]:
    return {
        "id": integration.pk,
        "partner": integration.partner.name,
        "hostname": integration.hostname,
        "company_name": integration.company_name,
        "username": integration.username,
        "enabled": integration.enabled,
        "state": _state(integration),
    }
