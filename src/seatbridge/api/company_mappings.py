"""Which account and contract each company is billed on, or why it is not billed."""

from typing import Any, Literal

from ninja import Query, Status

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.paging import Found, Paging, page_of_list, read_cursor, write_cursor
from seatbridge.api.product_mappings import mappings
from seatbridge.api.schemas.mappings import CompanyMappingIn, CompanyMappingOut, SuggestionOut
from seatbridge.api.schemas.pages import Page
from seatbridge.api.values import Search
from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.mappings.confirming import Moments, check_review, checked_reason, confirm_mapping
from seatbridge.mappings.editing import exclude_company, forget_company_mapping
from seatbridge.mappings.searching import Asked, Row, State, search_companies
from seatbridge.mappings.suggesting import Suggestion, suggest
from seatbridge.partners.roles import Right
from seatbridge.sync.shown.groups import FAILING

ONE = f"{PATH}/company-mappings/{{path:company_ref}}"


@mappings.operation("GET", f"{PATH}/company-mappings", Page[CompanyMappingOut])
def list_company_mappings(
    request: Call,
    paging: Query[Paging],
    state: Literal["all", "mapped", "unmapped", "excluded", "failing", "ending"] = "all",
    search: Search = "",
) -> Found:
    """List every company with its mapping, by name.

    `search` looks at the names of company and account, the ref, and the domains.
    """
    asked = Asked(
        today=billing_today(request.integration),
        failing=FAILING,
        state=State(state),
        search=search,
        after=read_cursor(request, paging) or "",
        limit=paging.limit,
    )
    page = search_companies(request.integration, asked)
    after = write_cursor(request, page.next) if page.next else None
    return Found([_mapping(row) for row in page.rows], after)


@mappings.operation("GET", ONE, CompanyMappingOut)
def get_company_mapping(request: Call) -> dict[str, Any]:
    """Read a company's mapping; its ids are null where it has none."""
    return _stands(request)


@mappings.operation("PUT", ONE, CompanyMappingOut, right=Right.MAP, body="application/json")
def set_company_mapping(request: Call, body: CompanyMappingIn) -> dict[str, Any]:
    """Bill a company on a contract, or exclude it with a reason.

    Judged by BMS's lists as last read. The first write waits until a person has approved it.
    """
    integration, company, actor = request.integration, request.company, request.access.actor
    with told_as_problems():
        if body.exclude is not None:
            reason = checked_reason(body.exclude.reason)
            review_on = body.exclude.review_on
            check_review(integration, company, review_on, billing_today(integration))
            exclude_company(integration, company, reason=reason, review_on=review_on, actor=actor)
            return _stands(request)
        done = confirm_mapping(
            integration,
            company,
            body.account_id,
            body.contract_id,
            seen="",
            actor=actor,
            at=Moments(clock().now(), billing_now(integration)),
        )
    return _stands(request) | {"notes": done.notes}


@mappings.operation("DELETE", ONE, {204: None}, right=Right.MAP)
def remove_company_mapping(request: Call) -> Status[None]:
    """Take a company's mapping away: it is shown as not being billed. What BMS bills stays as it is there."""
    forget_company_mapping(request.integration, request.company, actor=request.access.actor)
    return Status(204, None)


@mappings.operation("GET", f"{PATH}/suggestions", Page[SuggestionOut])
def list_suggestions(request: Call, paging: Query[Paging]) -> Found:
    """List, best first, the account that each company without a mapping seems to be. Save one by PUT."""
    found = suggest(request.integration, billing_today(request.integration))
    page = page_of_list(request, found, paging, _place)
    return Found([_suggestion(each) for each in page.items], page.next_cursor)


def _place(found: Suggestion) -> list[Any]:
    return [-found.score, found.company_name.casefold(), found.company_ref]


def _suggestion(found: Suggestion) -> dict[str, Any]:
    names = [name for name in SuggestionOut.model_fields if name != "company"]
    return {"company": found.company_ref, **{name: getattr(found, name) for name in names}}


def _stands(request: Call) -> dict[str, Any]:
    asked = Asked(billing_today(request.integration), FAILING, company_id=request.company.pk)
    (row,) = search_companies(request.integration, asked).rows
    return _mapping(row)


def _mapping(row: Row) -> dict[str, Any]:
    return {
        "company": row.ref,
        "company_name": row.name,
        "account_id": row.account_id,
        "account_name": row.account.name if row.account else row.account_name,
        "contract_id": row.contract_id,
        "contract_name": row.contract.name if row.contract else row.contract_name,
        "contract_end": row.contract.end if row.contract else None,
        "exclude": {"reason": row.excluded_reason, "review_on": row.review_on}
        if row.excluded_reason
        else None,
        "last_sync_at": row.last_sync_at,
        "last_status": row.last_status or "",
    }
