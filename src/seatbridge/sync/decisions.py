"""What people decided about lines, and which lines wait for them, as the planner reads it."""

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.decided import Choice, Decided, Waited
from seatbridge.reconcile.facts import Key
from seatbridge.sync.models import Decision, WaitingLine


def read_decisions(integration: Integration) -> dict[Key, Decided]:
    rows = Decision.objects.filter(integration=integration)
    return {(row.contract_id, row.service_id): as_decided(row) for row in rows}


def as_decided(row: Decision) -> Decided:
    return Decided(
        choice=Choice(row.choice),
        members=tuple((company, product) for company, product in row.members),
        until=row.until,
        by=row.by,
        on=row.decided_on,
        status=row.status,
        units=row.units,
        units_before=row.units_before,
        basis=tuple(row.basis),
        kept=row.kept,
    )


def read_waited(integration: Integration) -> dict[Key, Waited]:
    rows = WaitingLine.objects.filter(integration=integration)
    return {
        (contract_id, service_id): Waited(deadline, missed)
        for contract_id, service_id, deadline, missed in rows.values_list(
            "contract_id", "service_id", "deadline", "missed"
        )
    }
