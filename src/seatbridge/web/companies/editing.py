"""Behind the pencil: the account, then one of its contracts. Works as a page, and in place of the row."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from seatbridge.catalog.finding import accounts_to_choose
from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.integrations.models import Integration
from seatbridge.mappings.choosing import contracts_to_choose, first_write
from seatbridge.mappings.confirming import Confirmed, MappingRefused, Moments, confirm_mapping
from seatbridge.mappings.editing import seal_of_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.suggesting import match_one
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.usage.models import Company
from seatbridge.web.asked_text import asked_text
from seatbridge.web.companies.listing import row_answer, row_url
from seatbridge.web.integrations.asked import asked_integration, catalog_of

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
            was=request.POST.get("was"),
        )
    except MappingRefused as refused:
        return _form(request, access, integration, company, refused)
    said = _said(company, done)
    if request.headers.get("HX-Request") == "true":
        return row_answer(access, integration, company)
    for sentence in said:
        messages.success(request, sentence)
    return redirect(row_url(integration, company))


def _said(company: Company, done: Confirmed) -> list[str]:
    said = [f"{company.name} is mapped." if done.changed else f"{company.name} was mapped there already."]
    if done.changed and not done.approved:
        said.append("Its first write waits under Changes until a person has looked at it.")
    return [*said, *done.notes]


@require_safe
def show_first_write(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    """What the first sync would write for the company: asked for once the form is open."""
    access, integration = asked_integration(request, number, Right.MAP)
    company = access.one(Company, pk=company_id)
    mapping = access.scoped(CompanyMapping).filter(integration=integration, company=company).first()
    context = {
        "integration": integration,
        "first": first_write(integration, company, billing_now(integration)),
        "billed": _is_billed(mapping),
    }
    return render(request, "companies/first_write.html", context)


def _is_billed(mapping: CompanyMapping | None) -> bool:
    """Then nothing waits for the word that saving the same contract again would give."""
    return mapping is not None and not mapping.excluded_reason and mapping.first_write_approved_at is not None


def _form(
    request: HttpRequest,
    access: Access,
    integration: Integration,
    company: Company,
    refused: MappingRefused | None = None,
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    in_place = request.headers.get("HX-Request") == "true"
    context: dict[str, Any] = {
        "section": "companies",
        "integration": integration,
        "company": company,
        "search": asked_text(asked, "q"),
        "refused": refused,
        "in_place": in_place,
    }
    context |= _choices(access, integration, company, asked.dict())
    if not in_place:
        context["first"] = first_write(integration, company, billing_now(integration))
        context["billed"] = _is_billed(context["mapping"])
    of_choices = request.headers.get("HX-Target", "").startswith("choices-")
    name = "choices" if of_choices else "edit_row" if in_place else "edit"
    # HTMX shows what comes with 200 only; a page says that nothing was saved.
    status = 422 if refused and not in_place else 200
    return render(request, f"companies/{name}.html", context, status=status)


def _choices(
    access: Access, integration: Integration, company: Company, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """The accounts that the search finds, the chosen one first, and its contracts."""
    mapping = access.scoped(CompanyMapping).filter(integration=integration, company=company).first()
    catalog = catalog_of(integration)
    match = match_one(integration, company, catalog.at) if catalog and not mapping else None
    preset = mapping.account_id if mapping else match.account.id if match else None
    wanted = _number(asked.get("account_id", "")) or preset
    search = asked_text(asked, "q")
    accounts = accounts_to_choose(integration, search or company.name.split(" ")[0], wanted, MOST)
    account = next((each for each in accounts if each.account_id == wanted), None)
    contracts, others = (
        contracts_to_choose(
            integration,
            account,
            company,
            billing_today(integration),
            catalog.line_services if catalog else None,
        )
        if account
        else ([], 0)
    )
    chosen = _number(asked.get("contract_id", "")) or (mapping.contract_id if mapping else None)
    if chosen is None and len(contracts) == 1:
        chosen = contracts[0].id
    return {
        "mapping": mapping,
        "was": seal_of_mapping(mapping),
        "match": match,
        "refreshed_at": catalog and catalog.at,
        "accounts": accounts,
        "account": account,
        "contracts": contracts,
        "other_contracts": others,
        "chosen": chosen,
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
