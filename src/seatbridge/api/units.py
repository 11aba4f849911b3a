"""Units that nobody has confirmed: what was invoiced last, taken as current by a person's program."""

from typing import Any

from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.paging import Found, Paging, page_of_list
from seatbridge.api.problems import Problem
from seatbridge.api.runs import runs
from seatbridge.api.schemas.pages import Page
from seatbridge.api.schemas.timing import TermsReportOut
from seatbridge.api.schemas.units import TakeIn, TakenOut, UnknownUnitsOut
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.importing import Asking
from seatbridge.partners.roles import Right
from seatbridge.sync.stated.confirming import preview_units, state_units
from seatbridge.sync.stated.unknown_units import (
    UnitsMoved,
    UnknownLine,
    take_as_current,
    unknown_units,
)

UNITS = f"{PATH}/units"


@runs.operation("GET", UNITS, Page[UnknownUnitsOut])
def list_unknown_units(request: Call, paging: Query[Paging]) -> Found:
    """List the lines whose units nobody has confirmed, with what was invoiced last."""
    lines = sorted(unknown_units(request.integration), key=lambda each: each.key)
    found = page_of_list(request, lines, paging, lambda each: list(each.key))
    return Found([_shown(each) for each in found.items], found.next_cursor)


@runs.operation("POST", f"{UNITS}/take", TakenOut, right=Right.APPROVE, body="application/json")
def take_units(request: Call, body: TakeIn) -> dict[str, Any]:
    """Take the invoiced units of these lines as what stands in BMS, all of them or none.

    `invoiced` is sent as it was shown: where something else is known by now, nothing is taken.
    """
    wanted = {(each.contract_id, each.service_id): each.invoiced for each in body.lines}
    if len(wanted) < len(body.lines):
        raise Problem(422, "A line is named twice.")
    try:
        report = take_as_current(request.integration, wanted, _asking(request))
    except UnitsMoved as moved:
        raise Problem(409, str(moved)) from moved
    return {"rows": report.rows, "changed": report.changed}


@runs.operation("POST", f"{UNITS}/import", TermsReportOut, right=Right.APPROVE, body="text/csv")
def import_units(request: Call, *, dry_run: bool = False) -> dict[str, Any]:
    """State the units that stand in BMS from a CSV file, all of it or nothing.

    Columns: `company,product,units`. `dry_run=true` says what it would change.
    """
    with told_as_problems():
        if not dry_run:
            report = state_units(request.integration, request.csv, _asking(request))
            return {"rows": report.rows, "changed": report.changed, "dry_run": False, "changes": []}
        report, changes = preview_units(request.integration, request.csv, _asking(request))
    told = [{"what": each.what, "before": each.before, "after": each.after} for each in changes[:500]]
    return {"rows": report.rows, "changed": report.changed, "dry_run": True, "changes": told}


def _asking(request: Call) -> Asking:
    integration = request.integration
    return Asking(request.access.actor, clock().now(), billing_today(integration), connected)


def _shown(line: UnknownLine) -> dict[str, Any]:
    return {
        "contract_id": line.key[0],
        "service_id": line.key[1],
        "companies": sorted({member.company for member in line.members}),
        "product": line.members[0].product,
        "invoiced": line.invoiced,
        "invoiced_on": line.invoiced_on,
        "count": line.count,
        "unit_price": line.price,
        "currency": line.members[0].currency,
        "evidence": line.says,
        "status": line.members[0].status,
    }
