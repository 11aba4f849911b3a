"""What each contract is and will be billed: the truth that reads do not show."""

from typing import Any

from bms_simulator.billing import full_amount, prorations_in
from bms_simulator.invoice_json import write_proration
from bms_simulator.lines import Line, shown_terms, terms_ahead, terms_on
from bms_simulator.periods import Period, next_unposted
from bms_simulator.records import Contract
from bms_simulator.state import State
from bms_simulator.world import World


def bills(state: State) -> list[dict[str, Any]]:
    """One entry per contract; money as decimal strings, days as text."""
    world = state.world
    invoices: dict[int, list[int]] = {}
    for invoice in world.invoices:
        for contract_id in {line.contract_id for line in invoice.lines}:
            invoices.setdefault(contract_id, []).append(invoice.id)
    return [
        _bill(state, contract) | {"invoices": invoices.get(contract.id, [])}
        for contract in world.contracts.values()
    ]


def _bill(state: State, contract: Contract) -> dict[str, Any]:
    world = state.world
    period = next_unposted(contract)
    lines = world.lines_of_contract(contract.id)
    return {
        "contract_id": contract.id,
        "total_now": str(state.view.total(contract.id)),
        "next_period": period and {"start": period.start.isoformat(), "end": period.last_day.isoformat()},
        "lines": [_line_bill(world, line, period) for line in lines],
        "pending": [
            {"line_id": line.id, "units": terms.units, "from": terms.since.isoformat()}
            for line in lines
            for terms in terms_ahead(line, world.today)
        ],
    }


def _line_bill(world: World, line: Line, period: Period | None) -> dict[str, Any]:
    """`units`, `unit_price`, `amount` are of the next period's first day; `..._now` are of today."""
    now = terms_on(line, world.today)
    first = terms_on(line, period.start) if period else None
    owed = [item for item in world.transactions.get(line.contract_id, ()) if item.line_id == line.id]
    inside = list(prorations_in(line, period)) if period else []
    return {
        "line_id": line.id,
        "service_id": line.service_id,
        "name": shown_terms(line, world.today).name,
        "units": first.units if first else 0,
        "unit_price": str(first.unit_price if first else 0),
        "amount": str(full_amount(first, period)) if first and period else "0.00",
        "units_now": now.units if now else 0,
        "unit_price_now": str(now.unit_price if now else 0),
        "effective_date": shown_terms(line, world.today).since.isoformat(),
        "prorations": [write_proration(item) for item in (*owed, *inside)],
    }
