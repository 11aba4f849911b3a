"""Decisions that last until the next invoice run: looked at, taken back."""

from typing import Any

from ninja import Query, Status

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.runs import runs
from seatbridge.api.schemas.pages import Page
from seatbridge.api.schemas.runs import DecisionOut
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.partners.roles import Right
from seatbridge.sync.deciding import decisions_in_force, take_back
from seatbridge.sync.models import Decision

ALL = f"{PATH}/decisions"


@runs.operation("GET", ALL, Page[DecisionOut])
def list_decisions(request: Call, paging: Query[Paging]) -> Found:
    """List the decisions that last until the next invoice run."""
    rows = decisions_in_force(request.integration, billing_today(request.integration))
    found = page_of_rows(request, rows, paging, "pk")
    return Found([_decision(row) for row in found.items], found.next_cursor)


@runs.operation("DELETE", f"{ALL}/{{decision_id}}", {204: None}, right=Right.APPROVE)
def take_decision_back(request: Call) -> Status[None]:
    """Take a decision back: the next plan asks about its line again. What was written stays."""
    take_back(request.decision, actor=request.access.actor, now=clock().now())
    return Status(204, None)


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "id": row.pk,
        "choice": row.choice,
        "lines": [{"company": company, "product": product} for company, product in row.members],
        "contract_id": row.contract_id,
        "units_before": row.units_before,
        "units": row.units,
        "status": row.status,
        "by": row.by,
        "decided_on": row.decided_on,
        "until": row.until,
    }
