"""Monday 23 November 2026: today's feed, today's run, and the question that some BMS ask."""

from dataclasses import replace
from typing import Any

from seatbridge.cli.demo.cast import TODAY, Client
from seatbridge.cli.demo.past import Play, import_feed

CHOICES = {"appends": "replace", "rejects": "price-carrying"}


def run_today(play: Play) -> dict[str, Any]:
    """The run as `sync --approve` does it; where BMS appends or rejects, answer its question first."""
    stage = play.stage
    import_feed(stage, play.clients, past=False)
    run: dict[str, Any] = stage.seatbridge("sync", play.integration, "--approve", on=TODAY, ends=(0, 1))
    method = CHOICES.get(play.behaviour)
    if method is None:
        return run
    asked = next(line for line in run["lines"] if line["company"] == "brightwater" and line["units_before"])
    console = stage.console
    console.print(f"\n  The run stopped after its test write and asks: {asked['cause']}.")
    for line in _would_change(run):
        console.print(
            f"    {line['company_name']}: {line['units_before']} → {line['units_after']}, "
            f"{line['money_delta']} {line['currency']} a month"
        )
    console.print(f"  It says: {asked['fix']}.\n  The demo chooses {method}.")
    stage.seatbridge("integration", "write-method", play.integration, method, on=TODAY)
    run = stage.seatbridge("sync", play.integration, "--approve", on=TODAY, ends=(0, 1))
    _print_checklist(play, run)
    return run


def _would_change(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for line in run["lines"] if line["status"] == "blocked:write-method"]


def _print_checklist(play: Play, run: dict[str, Any]) -> None:
    console = play.stage.console
    console.print("\n  By hand, since these periods are posted before they begin:")
    for line in _would_change(run):
        console.print(f"    ☐ {line['fix']}")


def run_again(play: Play) -> int:
    """How many writing calls a second sync makes: none."""
    stage = play.stage
    before = len(stage.bms("GET", "writes"))
    stage.seatbridge("sync", play.integration, on=TODAY, ends=(0, 1))
    return len(stage.bms("GET", "writes")) - before


def shifted(clients: list[Client]) -> list[Client]:
    """The same feed with every company's users one row too low: what a slip in a spreadsheet does."""
    billed = [client for client in clients if client.today and client.mapped_to]
    moved = {client.ref: billed[index - 1].today for index, client in enumerate(billed)}
    return [
        client if client.ref not in moved else _with_users(client, moved[client.ref]) for client in clients
    ]


def _with_users(client: Client, users: dict[str, int] | None) -> Client:
    return replace(client, today=users)
