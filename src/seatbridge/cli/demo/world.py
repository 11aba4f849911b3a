"""The demo's BMS, as the simulator's control plane loads it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from seatbridge.cli.demo.cast import (
    ADVANCED,
    MONITORING,
    PARTNER,
    PAST,
    PRICES,
    STANDARD,
    USERNAME,
    Client,
    Deal,
)

NAMES = {
    STANDARD: "Password Boss Standard",
    ADVANCED: "Password Boss Advanced",
    MONITORING: "Monitoring",
}


def world(clients: Sequence[Client], behaviour: str, password: str) -> dict[str, Any]:
    deals = [(client, deal) for client in clients for deal in client.deals]
    accounts = {client.account_id: client.account or client.name for client in clients if client.account_id}
    return {
        "company_name": PARTNER,
        "users": [{"username": USERNAME, "password": password}],
        "date": PAST.isoformat(),
        "behaviour": behaviour,
        "posting": {"start_day": 25, "end_day": 1},
        "services": [
            {"id": service, "name": name, "unit_price": str(PRICES[service]), "unit_cost": "2.00"}
            for service, name in NAMES.items()
        ],
        "accounts": [{"id": key, "name": name} for key, name in accounts.items()],
        "contracts": [_contract(client, deal) for client, deal in deals],
        "lines": [line for _, deal in deals for line in _lines(deal)],
    }


def line_id(deal: int, service: int) -> int:
    return deal * 100 + service % 100


def _contract(client: Client, deal: Deal) -> dict[str, Any]:
    return {
        "id": deal.id,
        "account_id": client.account_id,
        "name": f"{client.account or client.name} · {deal.cycle.lower()} services {deal.start.year}",
        "billing_cycle": deal.cycle,
        "start": deal.start.isoformat(),
        "end": deal.end.isoformat(),
        "issue_on": deal.issue_on,
        "fiscal": deal.fiscal,
    }


def _lines(deal: Deal) -> list[dict[str, Any]]:
    mapped = [
        _line(deal, line_id(deal.id, service), service, units, deal.price or PRICES[service])
        for service, units in deal.units.items()
    ]
    others = [
        _line(deal, deal.id * 100 + 50 + number, MONITORING, 5 + number, PRICES[MONITORING])
        for number in range(deal.other_lines)
    ]
    return mapped + others


def _line(deal: Deal, key: int, service: int, units: int, price: Decimal) -> dict[str, Any]:
    return {
        "id": key,
        "contract_id": deal.id,
        "service_id": service,
        "units": units,
        "unit_price": str(price),
        "effective_date": deal.start.isoformat(),
    }
