"""Differences: what is counted, what was written last, what BMS holds now."""

from typing import Any

from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.problems import Problem
from seatbridge.api.schemas.drift import Accepted, AcceptIn, DriftKind, DriftOut
from seatbridge.api.schemas.pages import Page
from seatbridge.api.values import AskedId
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.partners.roles import Right
from seatbridge.sync.models import Difference
from seatbridge.sync.stated.accepting import AcceptRefused, accept_bms

drift = resource("Differences")


@drift.operation("GET", "/drift", Page[DriftOut])
def list_differences(
    request: Call, paging: Query[Paging], integration: AskedId | None = None, kind: DriftKind | None = None
) -> Found:
    """List the lines on which count, last write and BMS differ, as the newest plan found them.

    `in_bms` is null where nobody can tell. To put ours back, approve the line in the run that planned it.
    """
    rows = request.access.scoped(Difference)
    if integration is not None:
        rows = rows.filter(integration=integration)
    if kind is not None:
        rows = rows.filter(kind=kind)
    found = page_of_rows(request, rows, paging, "pk")
    return Found([_shown(row) for row in found.items], found.next_cursor)


@drift.operation("POST", f"{PATH}/drift/accept", Accepted, right=Right.APPROVE, body="application/json")
def accept_difference(request: Call, body: AcceptIn) -> dict[str, Any]:
    """Keep the units that somebody set in BMS, until they or the count change."""
    integration = request.integration
    try:
        kept = accept_bms(
            integration,
            (body.contract_id, body.service_id),
            actor=request.access.actor,
            today=billing_today(integration),
            now=clock().now(),
        )
    except AcceptRefused as refused:
        raise Problem(409, refused.sentence) from refused
    return {"contract_id": body.contract_id, "service_id": body.service_id, "units": kept}


def _shown(row: Difference) -> dict[str, Any]:
    return {
        "integration": row.integration_id,
        "run": row.run_id,
        "contract_id": row.contract_id,
        "service_id": row.service_id,
        "companies": [{"company": ref, "product": product} for ref, product, _ in row.members],
        "kind": row.kind,
        "counted": row.counted,
        "written": row.written,
        "in_bms": row.in_bms,
        "contract_total_moved": None if row.moved is None else f"{row.moved:.2f}",
        "money_delta": row.money,
        "cause": row.sentence,
        "since": row.since,
    }
