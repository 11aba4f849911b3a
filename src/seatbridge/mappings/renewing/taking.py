"""Accepted successors: read for the planner, taken into force on their day, void where BMS moved away."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.mappings.models import CompanyMapping, Renewal
from seatbridge.psa.records import Contract
from seatbridge.reconcile.facts import Accepted
from seatbridge.reconcile.renewals import Standing, standing_of
from seatbridge.reconcile.words import day

State = Renewal.State


def read_accepted(integration: Integration) -> dict[int, Accepted]:
    rows = Renewal.objects.filter(integration=integration, state=State.OPEN)
    return {row.contract_id: accepted_of(row) for row in rows}


def accepted_of(row: Renewal) -> Accepted:
    return Accepted(row.successor_id, row.first_write_approved)


def take_into_force(
    integration: Integration,
    contracts: Mapping[int, Contract],
    *,
    today: date,
    actor: str,
    now: datetime,
    only: Collection[int] | None = None,
) -> int:
    """Every accepted successor whose day has come; how many. `contracts`: as just read from BMS.

    Must run in a transaction.
    """
    rows = Renewal.objects.filter(integration=integration, state=State.OPEN).order_by("pk")
    if only is not None:
        rows = rows.filter(contract_id__in=only)
    taken = 0
    for row in list(rows):
        standing = standing_of(accepted_of(row), row.contract_id, contracts, today)
        if standing is Standing.VOID:
            _close(row, State.VOID, actor, now, _why_void(row, contracts), [])
        elif standing is Standing.DUE:
            taken += _move(row, contracts[row.successor_id], actor, now)
    return taken


def _move(row: Renewal, successor: Contract, actor: str, now: datetime) -> int:
    """Everybody who is billed on the old contract, together."""
    mappings = CompanyMapping.objects.filter(
        integration=row.integration, contract_id=row.contract_id, excluded_reason=""
    )
    companies = list(mappings.order_by("company__ref").values_list("company__ref", flat=True))
    if not companies:
        _close(row, State.VOID, actor, now, "no company is billed on the old contract any more", [])
        return 0
    mappings.update(
        contract_id=row.successor_id,
        contract_name=successor.name[:500],
        first_write_approved_at=row.accepted_at if row.first_write_approved else None,
        first_write_units={},
    )
    _close(row, State.TAKEN, actor, now, "", companies)
    return 1


def _why_void(row: Renewal, contracts: Mapping[int, Contract]) -> str:
    old = contracts.get(row.contract_id)
    if contracts.get(row.successor_id) is None:
        return "BMS does not list the accepted contract any more"
    end = None if old is None else old.end
    until = "has no end any more" if end is None else f"was extended to {day(end)}"
    return f"the old contract {until}, and both would bill from {day(row.starts_on)} on"


def _close(row: Renewal, state: State, actor: str, now: datetime, why: str, companies: list[str]) -> None:
    row.state, row.why, row.closed_at = state, why, now
    row.save(update_fields=["state", "why", "closed_at"])
    tell(row, f"renewal.{state}", actor, now, companies=companies, why=why)


def tell(row: Renewal, event: str, actor: str, now: datetime, **data: object) -> None:
    append(
        row.integration.partner_id,
        event,
        actor=actor,
        data={
            "contract": row.contract_id,
            "successor": row.successor_id,
            "ends_on": row.ends_on.isoformat(),
            "starts_on": row.starts_on.isoformat(),
            **{name: value for name, value in data.items() if value},
        },
        integration_id=row.integration_id,
        contract_id=row.contract_id,
        at=now,
    )
