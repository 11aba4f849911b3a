"""The ledger's sentences about writes: what a Write or an Owed row says of itself."""

from typing import Any

from seatbridge.ledger.writing import append
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.running import Running


def note(running: Running, event: str, row: Write | Owed | None = None, **data: Any) -> None:
    """Append one ledger entry about a write; must run inside the transaction of what it records."""
    facts = {} if row is None else _facts(row)
    append(
        running.integration.partner_id,
        event,
        actor=running.run.actor,
        data={**facts, **data},
        integration_id=running.integration.pk,
        run_id=running.run.pk,
        contract_id=None if row is None else row.contract_id,
        service_id=None if row is None else row.service_id,
        line_id=None if row is None else row.line_id or None,
        at=running.now(),
    )


def _facts(row: Write | Owed) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "units": row.units,
        "units_before": row.units_before,
        "unit_price": row.unit_price,
        "unit_cost": row.unit_cost,
        "name": row.name,
        "description": row.description,
        "effective_date": row.effective_date,
        "total_before": row.total_before,
        "companies": row.members,
    }
    if isinstance(row, Write):
        return {"write": row.pk, "step": row.step, "ahead": row.ahead, **facts}
    return {"owed": row.pk, "purpose": row.purpose, "phase": row.phase, **facts}
