"""Behind the pencil: the account, then one of its contracts. Works as a page, and in place of the row."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from seatbridge.catalog.finding import account as seen_account
from seatbridge.catalog.finding import accounts_named, refreshed_at
from seatbridge.catalog.models import SeenAccount
from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.integrations.models import Integration
from seatbridge.mappings.choosing import contracts_to_choose, first_write
from seatbridge.mappings.confirming import Confirmed, MappingRefused, Moments, confirm_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.suggesting import Suggestion, suggest_one
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.usage.models import Company
from seatbridge.web.companies.listing import row_answer
from seatbridge.web.integrations.asked import asked_integration

MOST = 12


def edit(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    """GET: the form; `account` and `q` in the URL choose and search. POST: save."""
    access, integration = asked_integration(request, number, Right.MAP)
    company = access.one(Company, pk=company_id)
    if request.method != "POST":
        return _form(request, access, integration, company)
    at = Moments(clock().now(), billing_now(integration))
    try:
        done = confirm_mapping(
            integration,
            company,
            _number(request.POST.get("account_id", "")),
            _number(request.POST.get("contract_id", "")),
            seen=request.POST.get("seen", "")[:64],
            actor=access.actor,
            at=at,
        )
    except MappingRefused as refused:
        return _form(request, access, integration, company, refused)
    said = _said(company, done)
    if request.headers.get("HX-Request") == "true":
        return row_answer(request, access, integration, company)
    for sentence in said:
        messages.success(request, sentence)
    return redirect(f"{reverse('companies')}?integration={integration.pk}&search={company.ref}")


def _said(company: Company, done: Confirmed) -> list[str]:
    said = [f"{company.name} is mapped." if done.changed else f"{company.name} was mapped there already."]
    if done.changed and not done.approved:
        said.append("Its first write waits under Changes until a person has looked at it.")
    return [*said, *done.notes]


def _form(
    request: HttpRequest,
    access: Access,
    integration: Integration,
    company: Company,
    refused: MappingRefused | None = None,
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    mapping = access.scoped(CompanyMapping).filter(integration=integration, company=company).first()
    now = billing_now(integration)
    search = asked.get("q", "").strip()[:200]
    suggestion = None if mapping else suggest_one(integration, company, now.date())
    account_id = _number(asked.get("account_id", ""))
    account = seen_account(integration, account_id or _preset(mapping, suggestion))
    accounts = _accounts(integration, company, search, account)
    contracts, others = contracts_to_choose(integration, account, company, now.date()) if account else ([], 0)
    chosen = _number(asked.get("contract_id", "")) or (mapping.contract_id if mapping else None)
    if chosen is None and len(contracts) == 1:
        chosen = contracts[0].id
    context: dict[str, Any] = {
        "section": "companies",
        "integration": integration,
        "company": company,
        "mapping": mapping,
        "search": search,
        "accounts": accounts,
        "account": account,
        "contracts": contracts,
        "other_contracts": others,
        "chosen": chosen,
        "first": first_write(integration, company, now),
        "suggestion": suggestion,
        "refused": refused,
        "refreshed_at": refreshed_at(integration),
        "next": request.GET.get("next", ""),
        "in_place": request.headers.get("HX-Request") == "true",
    }
    target = request.headers.get("HX-Target", "")
    name = "choices" if target.startswith("choices-") else "edit_row" if context["in_place"] else "edit"
    # HTMX shows what comes with 200 only; a page says that nothing was saved.
    status = 422 if refused and not context["in_place"] else 200
    return render(request, f"companies/{name}.html", context, status=status)


def _preset(mapping: CompanyMapping | None, suggestion: Suggestion | None) -> int:
    if mapping is not None:
        return mapping.account_id or 0
    return suggestion.account_id if suggestion is not None else 0


def _accounts(
    integration: Integration, company: Company, search: str, chosen: SeenAccount | None
) -> list[SeenAccount]:
    found = accounts_named(integration, search or company.name.split(" ")[0], MOST)
    if chosen is not None:
        found = [chosen, *(each for each in found if each.account_id != chosen.account_id)]
    return found[:MOST]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
