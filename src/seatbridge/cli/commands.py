"""Every command that an operator can type."""

import typer

from seatbridge.cli import (
    contracts,
    decisions,
    doctor,
    integration,
    integration_rules,
    integration_settings,
    ledger,
    operator,
    owed,
    partner,
    runs,
    stating,
    token,
    user,
)
from seatbridge.cli.demo.command import demo
from seatbridge.cli.importing import import_feed
from seatbridge.cli.migrate import migrate_database
from seatbridge.cli.serve import serve
from seatbridge.cli.simulate import simulate_bms
from seatbridge.cli.suggesting import map_suggest
from seatbridge.cli.sync import sync_now
from seatbridge.cli.worker import work


def _end(code: int) -> None:
    raise typer.Exit(code)


app = typer.Typer(
    help="Bills what is used: Password Boss user counts become the right units on Kaseya BMS contracts.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback that shows local values would show what must not be seen.
    pretty_exceptions_enable=False,
    result_callback=_end,
)
app.add_typer(partner.app, name="partner")
app.command("import")(import_feed)
integration.app.add_typer(integration_settings.app)  # without a name: beside the others
integration.app.command("rules")(integration_rules.rules)
app.add_typer(integration.app, name="integration")
stating.map_app.command("suggest")(map_suggest)
app.add_typer(contracts.app, name="contracts")
app.add_typer(stating.map_app, name="map")
app.add_typer(stating.units_app, name="units")
app.add_typer(stating.lines_app, name="lines")
app.add_typer(stating.catalog_app, name="catalog")
app.command("sync")(sync_now)
app.command("runs")(runs.list_runs)
app.add_typer(runs.app, name="run")
app.add_typer(decisions.app, name="decision")
app.add_typer(owed.app, name="owed")
app.add_typer(operator.app, name="operator")
app.add_typer(ledger.app, name="ledger")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.command("serve")(serve)
app.command("worker")(work)
app.command("doctor")(doctor.examine)
app.command("migrate")(migrate_database)
app.command("simulate-bms")(simulate_bms)
app.command("demo")(demo)
