"""Contracts that end, what follows each, and its acceptance."""

from typing import Any

from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.paging import Found, Paging, page_of_list
from seatbridge.api.problems import Problem
from seatbridge.api.product_mappings import mappings
from seatbridge.api.schemas.pages import Page
from seatbridge.api.schemas.renewals import AcceptedRenewalsOut, AcceptRenewalsIn, RenewalOut
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.renewing.accepting import RenewalRefused
from seatbridge.mappings.renewing.listing import Ending
from seatbridge.partners.roles import Right
from seatbridge.psa.records import Contract
from seatbridge.sync.stated.renewing import RenewalRow, Wish, accept_renewals, renewals, with_lines

RENEWALS = f"{PATH}/renewals"


@mappings.operation("GET", RENEWALS, Page[RenewalOut])
def list_renewals(request: Call, paging: Query[Paging]) -> Found:
    """List the contracts of companies that end within 60 days, or have ended, the next to end first."""
    integration = request.integration
    endings = sorted(renewals(integration, billing_today(integration)), key=_place)
    page = page_of_list(request, endings, paging, _place)
    return Found([_shown(row) for row in with_lines(integration, page.items)], page.next_cursor)


@mappings.operation(
    "POST", f"{RENEWALS}/accept", AcceptedRenewalsOut, right=Right.MAP, body="application/json"
)
def accept_successors(request: Call, body: AcceptRenewalsIn) -> dict[str, Any]:
    """Accept successors, all of them or none: billing moves to each on its first day.

    With `seal`, as it was shown, the first write on it is approved too; `units` says what it was cloned with.
    """
    integration = request.integration
    asking = Asking(request.access.actor, clock().now(), billing_today(integration), connected)
    wishes = [
        Wish(
            each.contract_id, each.successor_id, each.seal, {one.service_id: one.units for one in each.units}
        )
        for each in body.renewals
    ]
    try:
        rows = accept_renewals(integration, wishes, asking)
    except RenewalRefused as refused:
        raise Problem(409, str(refused)) from refused
    return {"accepted": rows}


def _place(each: Ending) -> list[Any]:
    return [str(each.contract.end), each.contract.id]


def _shown(row: RenewalRow) -> dict[str, Any]:
    each = row.ending
    return {
        "contract_id": each.contract.id,
        "contract_name": each.contract.name,
        "account_name": each.contract.account_name,
        "companies": [ref for ref, _ in each.companies],
        "end": each.contract.end,
        "followed": each.followed,
        "successor": None if each.successor is None else _successor(each.successor),
        "fitting": [_successor(one) for one in each.followers.fitting],
        "near": [
            {"contract_id": one.id, "name": one.name, "wrong": wrong} for one, wrong in each.followers.near
        ],
        "lines": [
            {
                "service_id": line.service_id,
                "product": line.product,
                "units": line.before,
                "count": line.count,
                "unit_price": line.price,
                "new_unit_price": line.new_price,
            }
            for line in row.lines
        ],
        "money": row.monthly,
        "currency": row.currency,
        "seal": row.seal,
    }


def _successor(one: Contract) -> dict[str, Any]:
    return {
        "contract_id": one.id,
        "name": one.name,
        "start": one.start,
        "end": one.end,
        "status": one.status,
    }
