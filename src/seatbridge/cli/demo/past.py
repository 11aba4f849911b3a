"""October: the partner is set up, and the first run is previewed and approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from seatbridge.cli.demo.cast import (
    EDITED,
    HOST,
    PARTNER,
    PAST,
    STANDARD,
    TEST_CONTRACT,
    TODAY,
    USERNAME,
    ZONE,
    Client,
)
from seatbridge.cli.demo.files import (
    write_companies,
    write_company_mappings,
    write_products,
    write_rows,
    write_units,
    write_users,
)
from seatbridge.cli.demo.more import AUTOMATIC_KEY, DOUBLED_LINE
from seatbridge.cli.demo.stage import Stage
from seatbridge.cli.demo.world import line_id, world

PASSWORD = "pretend-only-password"  # noqa: S105 - of the pretend BMS, which lives as long as the demo


@dataclass(frozen=True, slots=True)
class Play:
    stage: Stage
    clients: Sequence[Client]
    behaviour: str
    integration: str
    more: bool


def open_play(stage: Stage, clients: Sequence[Client], behaviour: str, *, more: bool) -> Play:
    """A partner with its counts, a BMS, an integration that is signed in, switched on, and mapped."""
    stage.bms("PUT", "world", world(clients, behaviour, PASSWORD))
    if more:
        stage.bms("POST", "lines", DOUBLED_LINE | {"unit_price": "5.00", "effective_date": "2026-01-01"})
    stage.seatbridge("partner", "add", PARTNER, "--timezone", ZONE, on=PAST)
    import_feed(stage, clients, past=True)
    connection = ("--hostname", f"https://{HOST}/login", "--username", USERNAME, "--company-name", PARTNER)
    added = stage.seatbridge(
        "integration", "add", "--partner", PARTNER, *connection, "--password-stdin", on=PAST,
        typed=f"{PASSWORD}\n",
    )  # fmt: skip
    play = Play(stage, clients, behaviour, str(added["id"]), more)
    signed_in = stage.seatbridge("integration", "authenticate", play.integration, on=PAST)
    stage.console.print(f"  {signed_in['cause']}")
    stage.seatbridge("integration", "enable", play.integration, on=PAST)
    _set_calendar(play)
    _map(play)
    return play


def import_feed(stage: Stage, clients: Sequence[Client], *, past: bool) -> None:
    on = PAST if past else TODAY
    companies = write_companies(stage.folder / "companies.csv", clients, past=past)
    users = write_users(stage.folder / "users.csv", clients, past=past)
    for kind, path in (("companies", companies), ("users", users)):
        report = stage.seatbridge("import", kind, str(path), "--partner", PARTNER, "--complete", on=on)
        stage.console.print(f"  {report['rows']} rows: {report['created']} new, {report['changed']} changed")


def _set_calendar(play: Play) -> None:
    """What BMS lets no one read: who posts when, and which contracts differ."""
    stage, number = play.stage, play.integration
    stage.seatbridge("integration", "calendar", number, "--default", "start", on=PAST)
    for deal in (deal for client in play.clients for deal in client.deals):
        words = ["--issue-on", deal.issue_on] if deal.issue_on != "start" else []
        words += [] if deal.fiscal else ["--from-start"]
        if words:
            stage.seatbridge("integration", "calendar", number, "--contract", str(deal.id), *words, on=PAST)


def _map(play: Play) -> None:
    stage, number, folder = play.stage, play.integration, play.stage.folder
    stage.seatbridge("map", "products", number, str(write_products(folder / "products.csv")), on=PAST)
    mappings = write_company_mappings(folder / "mappings.csv", play.clients)
    stage.seatbridge("map", "companies", number, str(mappings), on=PAST)
    units = write_units(folder / "units.csv", play.clients)
    stage.seatbridge("units", "set", number, str(units), on=PAST)
    stage.seatbridge("integration", "test-contract", number, str(TEST_CONTRACT), on=PAST)
    if play.behaviour == "rejects":
        header = ["contract_id", "service_id", "unit_price", "unit_cost"]
        carried = write_rows(folder / "carried.csv", header, [[103, STANDARD, "5.00", "2.00"]])
        stage.seatbridge("lines", "carried", number, str(carried), on=PAST)
    if play.more:
        header = ["contract_id", "service_id"]
        automatic = write_rows(folder / "automatic.csv", header, [list(AUTOMATIC_KEY)])
        stage.seatbridge("lines", "automatic", number, str(automatic), on=PAST)


def approve_first_run(play: Play) -> None:
    """The first run is a preview that a person approves."""
    stage = play.stage
    preview = stage.seatbridge("sync", play.integration, on=PAST, ends=(1,))
    changes = [line for line in preview["lines"] if line["outcome"] in {"change", "hold"}]
    stage.console.print(f"  {preview['state']}: {len(preview['lines'])} lines, {len(changes)} would change")
    for line in changes:
        stage.console.print(f"    {line['company_name']}: {line['units_before']} → {line['units_after']}")
    done = stage.seatbridge("sync", play.integration, "--approve", on=PAST, ends=(0, 1))
    stage.console.print(f"  {done['state']}: {done['summary']['by_status']}")


def pass_time(play: Play) -> None:
    """November comes: the MSP posts on the 25th and the 1st, somebody edits Hollis, Fulton is renamed."""
    bms = play.stage.bms
    bms("POST", "date", {"date": EDITED.isoformat()})
    bms("PATCH", f"lines/{line_id(108, STANDARD)}", {"units": 20})
    bms("PATCH", "accounts/6", {"name": "Fulton Freight & Logistics"})
    bms("POST", "date", {"date": TODAY.isoformat()})
