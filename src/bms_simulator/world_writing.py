"""A world to JSON, complete: reading it back gives the same world."""

from dataclasses import asdict
from datetime import date
from typing import Any

from bms_simulator.invoice_json import write_invoice, write_proration
from bms_simulator.lines import Line, Terms, shown_terms
from bms_simulator.records import Contract, User
from bms_simulator.world_parts import WorldParts


def write_world(parts: WorldParts) -> dict[str, Any]:
    knobs = asdict(parts.knobs)
    posting = {"start_day": knobs.pop("start_day"), "end_day": knobs.pop("end_day")}
    return {
        **knobs,
        "posting": posting,
        "date": parts.today.isoformat(),
        "last_line_id": parts.last_line_id,
        "users": [_write_user(user) for user in parts.users],
        "services": [_plain(asdict(service)) for service in parts.services],
        "accounts": [asdict(account) for account in parts.accounts],
        "contracts": [write_contract(contract) for contract in parts.contracts],
        "lines": [write_line(line, parts.today) for line in parts.lines],
        "transactions": [
            {"contract_id": contract_id, **write_proration(proration)}
            for contract_id, proration in parts.transactions
        ],
        "invoices": [write_invoice(invoice) for invoice in parts.invoices],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: str(values[name]) for name in ("unit_cost", "unit_price")}


def _write_user(user: User) -> dict[str, Any]:
    return asdict(user) | {"rights": sorted(user.rights)}


def write_contract(contract: Contract) -> dict[str, Any]:
    days = {name: getattr(contract, name).isoformat() for name in ("start", "end", "posted_until")}
    return asdict(contract) | days


def write_line(line: Line, today: date) -> dict[str, Any]:
    shown = _write_terms(shown_terms(line, today))
    return {
        "id": line.id,
        "contract_id": line.contract_id,
        "service_id": line.service_id,
        "effective_date": shown.pop("from"),
        **shown,
        "excluded_from_bulk": line.excluded_from_bulk,
        "automatic": line.automatic,
        "counted": line.counted,
        "redated": line.redated,
        "history": [_write_terms(terms) for terms in line.history],
    }


def _write_terms(terms: Terms) -> dict[str, Any]:
    return {
        "from": terms.since.isoformat(),
        "units": terms.units,
        "unit_price": str(terms.unit_price),
        "unit_cost": str(terms.unit_cost),
        "name": terms.name,
        "description": terms.description,
    }
