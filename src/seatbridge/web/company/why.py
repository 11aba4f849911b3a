"""Why 14? From the number on the contract back to the users, and down to the ledger's entries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.integrations.clocks import billing_now_of
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.shown.changes import instead_of
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.remembered import remembered_line
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.usage.models import Company, CompanyUser
from seatbridge.usage.products import PRODUCTS
from seatbridge.web.changes.rows import rows_of
from seatbridge.web.history.entry_words import row_of
from seatbridge.web.numbers import known_or_404

MOST_USERS = 500
MOST_ENTRIES = 30


@require_GET
def show(request: HttpRequest, integration: int, product: str, ref: str) -> HttpResponse:
    access = require(request, Right.VIEW)
    company = access.one(Company.objects.select_related("roster_feed", "counts_feed"), ref=ref)
    of = access.one(Integration, pk=integration)
    known_or_404(product, PRODUCTS)
    standing = standing_of(of)
    line = next((each for each in standing.plan.of(ref) if each.product == product), None)
    facts: dict[str, Any] = {
        "company": company,
        "integration": of,
        "product": product,
        "line": line,
        "section": "companies",
    }
    if line is not None:
        run_id = standing.plan.run_of[line.key]
        facts |= {"row": rows_of([line], run_of={}, base=-1)[0], "run_id": run_id}
        facts |= _users(access, company, line) | _in_bms(access, of, line, {company.ref: company.name})
    return render(request, "company/why.html", facts)


def _users(access: Access, company: Company, line: ShownLine) -> dict[str, Any]:
    """A user without a product counts for the company's level."""
    products = [line.product, ""] if company.level == line.product else [line.product]
    rows = access.scoped(CompanyUser).filter(company=company, product__in=products).exclude(status="deleted")
    users = list(rows.order_by("status", "email", "ref")[: MOST_USERS + 1])
    return {"users": users[:MOST_USERS], "more_users": len(users) > MOST_USERS}


def _in_bms(
    access: Access, integration: Integration, line: ShownLine, names: dict[str, str]
) -> dict[str, Any]:
    if line.contract_id is None or line.service_id is None:
        return {}
    today = billing_now_of(access.partner).date()
    key = {"contract_id": line.contract_id, "service_id": line.service_id}
    rows = access.scoped(LedgerEntry).filter(integration_id=integration.pk, **key).order_by("-seq")
    entries = list(rows[:MOST_ENTRIES])
    instead = instead_of(entries)
    return {
        "known": remembered_line(integration, line.contract_id, line.service_id),
        "entries": [row_of(entry, names, today, instead) for entry in entries],
    }
