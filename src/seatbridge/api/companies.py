"""Password Boss's companies and their users, as they were brought."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ninja import Query, Status

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.schemas.companies import CompanyIn, CompanyOut, UserIn, UserOut
from seatbridge.api.schemas.given import Given
from seatbridge.api.schemas.pages import Page
from seatbridge.api.values import Search
from seatbridge.integrations.clocks import billing_now_of
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.usage.counts import read_counts
from seatbridge.usage.models import Company, CompanyUser
from seatbridge.usage.products import PRODUCTS
from seatbridge.usage.pushing import put_company as keep_company
from seatbridge.usage.pushing import put_user as keep_user

companies = resource("Companies and counts")


@companies.operation("GET", "/companies", Page[CompanyOut])
def list_companies(request: Call, paging: Query[Paging], search: Search = "") -> Found:
    """List the companies with their newest counts, by ref."""
    rows = request.access.scoped(Company)
    if search:
        rows = rows.filter(name__icontains=search)
    found = page_of_rows(request, rows, paging, "ref")
    return Found(_shown(request.access, found.items), found.next_cursor)


# Before the company's own: a ref may hold a slash.
@companies.operation(
    "PUT",
    "/companies/{path:company_ref}/users/{path:user_ref}",
    {200: UserOut, 201: UserOut},
    right=Right.MAP,
    body="application/json",
)
def put_user(request: Call, user_ref: str, body: UserIn) -> Status[dict[str, Any]]:
    """Add a user of a company, or change one.

    It keeps a list of users current that was imported before; one user alone is no list.
    """
    with told_as_problems(one=True):
        user, is_new = keep_user(
            request.company, user_ref, _texts(body), now=billing_now_of(request.access.partner)
        )
    return Status(201 if is_new else 200, _user(user, request.company))


@companies.operation(
    "PUT",
    "/companies/{path:ref}",
    {200: CompanyOut, 201: CompanyOut},
    right=Right.MAP,
    body="application/json",
)
def put_company(request: Call, ref: str, body: CompanyIn) -> Status[dict[str, Any]]:
    """Add a company, or change one."""
    partner = request.access.partner
    with told_as_problems(one=True):
        kept, is_new = keep_company(partner, ref, _texts(body), now=billing_now_of(partner))
    return Status(201 if is_new else 200, _shown(request.access, [kept])[0])


def _texts(body: Given) -> dict[str, str]:
    """As the cells of a file would say it; only what was sent."""
    sent = body.model_dump(exclude_unset=True)
    return {name: _text(value) for name, value in sent.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(access: Access, rows: Iterable[Company]) -> list[dict[str, Any]]:
    """Three or four queries more, however many there are."""
    found = list(rows)
    now = billing_now_of(access.partner)
    read = read_counts(access.partner, PRODUCTS, now, refs=[row.ref for row in found]).counts
    return [
        {
            "ref": row.ref,
            "name": row.name,
            "type": row.type,
            "level": row.level,
            "licenses_assigned": row.licenses_assigned,
            "domains": row.domains.split(),
            "state": row.state,
            "left_at": row.left_at,
            "first_seen_on": row.first_seen_on,
            "counts": [
                {
                    "product": product,
                    "count": count.value,
                    "as_of": count.as_of,
                    "stale": count.stale,
                    "explanation": count.detail,
                }
                for product in PRODUCTS
                for count in [read[row.ref, product]]
            ],
        }
        for row in found
    ]


def _user(user: CompanyUser, company: Company) -> dict[str, Any]:
    return {
        "company": company.ref,
        "user": user.ref,
        "email": user.email,
        "name": user.name,
        "status": user.status,
        "product": user.product,
        "since": user.since,
        "nfr": user.nfr,
        "counted": company.roster_feed_id is not None,
    }
