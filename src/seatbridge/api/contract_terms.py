"""The billing calendar contract by contract, and what past invoices say of it."""

from typing import Any

from django.http import Http404
from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.problems import Problem
from seatbridge.api.schemas.pages import Page
from seatbridge.api.schemas.timing import (
    AcceptIn,
    CalendarOut,
    ContractTermsFound,
    ProposalOut,
    TermsIn,
    TermsReportOut,
)
from seatbridge.api.timing import show_calendar, timing
from seatbridge.api.values import Search
from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar, plain_terms, set_terms
from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.catalog_age import known_contract
from seatbridge.mappings.contract_list import Only, open_period, recurring_contracts
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.models import CalendarProposal
from seatbridge.mappings.proposed_calendar import accept_proposal, read_proposal
from seatbridge.mappings.terms_files import import_contract_terms, preview_contract_terms
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn

CONTRACTS = f"{PATH}/calendar/contracts"
PROPOSAL = f"{PATH}/calendar/proposal"


@timing.operation("GET", CONTRACTS, Page[ContractTermsFound])
def list_contract_terms(
    request: Call, paging: Query[Paging], only: Only = Only.ALL, search: Search = ""
) -> Found:
    """List how each contract of recurring services is invoiced, by its id."""
    integration = request.integration
    rows = recurring_contracts(integration, only, search.strip())
    found = page_of_rows(request, rows, paging, "contract_id")
    calendar = billing_calendar(integration)
    items = [_contract(row, calendar, request) for row in found.items]
    return Found(items, found.next_cursor)


# Before the one with an id in its place, which would take this address for its own.
@timing.operation(
    "POST",
    f"{CONTRACTS}/import",
    TermsReportOut,
    right=Right.SETTINGS,
    body="text/csv",
    problems=(424,),
)
def import_contracts(request: Call, *, dry_run: bool = False) -> dict[str, Any]:
    """Set what contracts do otherwise from a CSV file, all of it or nothing.

    Columns: `contract_id,issue_on,posts_on,periods`. `dry_run=true` says what it would change.
    """
    integration = request.integration
    asking = Asking(request.access.actor, clock().now(), billing_today(integration), connected)
    with told_as_problems():
        if not dry_run:
            report = import_contract_terms(integration, request.csv, asking)
            return {"rows": report.rows, "changed": report.changed, "dry_run": False, "changes": []}
        report, changes = preview_contract_terms(integration, request.csv, asking)
    return {
        "rows": report.rows,
        "changed": report.changed,
        "dry_run": True,
        "changes": [
            {"what": each.what, "before": each.before, "after": each.after} for each in changes[:500]
        ],
    }


@timing.operation(
    "PUT",
    f"{CONTRACTS}/{{contract_id}}",
    ContractTermsFound,
    right=Right.SETTINGS,
    body="application/json",
    problems=(424,),
)
def put_contract_terms(request: Call, contract_id: int, body: TermsIn) -> dict[str, Any]:
    """Set what one contract does otherwise than the calendar; what is null or left out is as it says."""
    if not 0 < contract_id < 10**18:
        raise Http404
    integration = request.integration
    with told_as_problems():
        row = known_contract(integration, contract_id, connected, clock().now())
        if row is None:
            raise Http404
        terms = ContractTerms(IssueOn(body.issue_on) if body.issue_on else None, body.fiscal, body.posts_on)
        set_terms(integration, {contract_id: terms}, actor=request.access.actor)
    return _contract(row, billing_calendar(integration), request)


@timing.operation("GET", PROPOSAL, ProposalOut)
def get_calendar_proposal(request: Call) -> dict[str, Any]:
    """Read what past invoices said of the calendar, when they were read last."""
    rows = request.access.scoped(CalendarProposal).filter(integration=request.integration)
    return _proposal(rows.first())


@timing.operation("POST", PROPOSAL, ProposalOut, right=Right.SETTINGS, problems=(424,))
def read_calendar_proposal(request: Call) -> dict[str, Any]:
    """Read the past year's invoices from BMS, and say what calendar they speak for. Sets nothing."""
    integration = request.integration
    with told_as_problems():
        row = read_proposal(integration, connected, today=billing_today(integration), now=clock().now())
    return _proposal(row)


@timing.operation("POST", f"{PROPOSAL}/accept", CalendarOut, right=Right.SETTINGS, body="application/json")
def accept_calendar_proposal(request: Call, body: AcceptIn) -> dict[str, Any]:
    """Set the proposed calendar, with all contracts of the proposal or those named."""
    try:
        accept_proposal(
            request.integration,
            read_at=body.read_at,
            contracts=body.contracts,
            actor=request.access.actor,
            now=clock().now(),
        )
    except ValueError as refused:
        raise Problem(409, str(refused)) from refused
    request.integration.refresh_from_db()
    return show_calendar(request.integration)


def _contract(row: SeenContract, calendar: BillingCalendar, request: Call) -> dict[str, Any]:
    number = row.contract_id
    kind, found = calendar.kind(number), open_period(row, calendar, billing_now(request.integration))
    return {
        "contract_id": number,
        "name": row.name,
        "account_name": row.account_name,
        "billing_cycle": row.billing_cycle,
        **plain_terms(calendar.contracts.get(number, AS_ALL_OTHERS)),
        "in_force": {
            "issue_on": kind.issue_on,
            "posts_on": kind.day,
            "fiscal": calendar.is_fiscal(number),
        },
        "open_from": None if found is None else found.period.start,
        "open_until": None if found is None else found.period.end,
        "posted_on": None if found is None else found.posted_on,
    }


def _proposal(row: CalendarProposal | None) -> dict[str, Any]:
    if row is None:
        return {"read_at": None, "contracts": []}
    told = row.document
    return {
        "read_at": row.read_at,
        "accepted_at": row.accepted_at,
        "since": row.since,
        "invoices": row.invoices,
        "calendar": told["calendar"],
        "evidence": told["evidence"],
        "unclear": told["unclear"],
        "contracts": told["contracts"],
    }
