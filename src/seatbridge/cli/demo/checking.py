"""What BMS really holds after the run, against what each row must say: the demo's own proof."""

from collections.abc import Iterator, Sequence
from typing import Any

from seatbridge.cli.demo.cast import Client
from seatbridge.cli.demo.stage import Stage


def mismatches(stage: Stage, clients: Sequence[Client], run: dict[str, Any]) -> list[str]:
    """Empty where every contract holds exactly what its row says, and each row shows its status."""
    bills = {bill["contract_id"]: bill for bill in stage.bms("GET", "bills")}
    watched = stage.bms("GET", "watch")["violations"]
    found = [f"two priced lines of one service: {violation}" for violation in watched]
    for client in clients:
        found += _of_contracts(client, bills)
        found += _of_statuses(client, run)
    return found


def _of_contracts(client: Client, bills: dict[int, dict[str, Any]]) -> Iterator[str]:
    deal = next((deal for deal in client.deals if deal.id == (client.mapped_to or deal.id)), None)
    if deal is None:
        return
    bill = bills[deal.id]
    for service, (now, ahead) in client.holds.items():
        held = _units(bill, service)
        if now not in held:
            yield f"{client.name}: the contract holds {held}, its row says {now}"
        ids = {line["line_id"] for line in bill["lines"] if line["service_id"] == service}
        pending = [item["units"] for item in bill["pending"] if item["line_id"] in ids]
        if pending != ([] if ahead is None else [ahead]):
            yield f"{client.name}: {pending} are dated ahead, its row says {ahead}"


def _units(bill: dict[str, Any], service: int) -> list[int]:
    """Units of the priced lines; a line of one unit that carries N users in its price holds N."""
    lines = [line for line in bill["lines"] if line["service_id"] == service]
    priced = [line for line in lines if float(line["unit_price_now"]) > 0]
    return [_users(line) for line in priced]


def _users(line: dict[str, Any]) -> int:
    carried = line["units_now"] == 1 and float(line["unit_price_now"]) > 100
    return round(float(line["unit_price_now"]) / 5) if carried else int(line["units_now"])


def _of_statuses(client: Client, run: dict[str, Any]) -> Iterator[str]:
    statuses = {line["status"] for line in run["lines"] if line["company"] == client.ref}
    if client.shown and client.shown not in statuses:
        yield f"{client.name}: shown as {sorted(statuses)}, its row says {client.shown}"
