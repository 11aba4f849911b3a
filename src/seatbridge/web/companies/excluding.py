"""A company that is not billed, and why; a mapping taken away."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.integrations.models import Integration
from seatbridge.mappings.confirming import (
    MappingRefused,
    Moments,
    check_review,
    checked_reason,
    confirm_mapping,
)
from seatbridge.mappings.editing import (
    ChangedMeanwhile,
    exclude_company,
    forget_company_mapping,
    seal_of_mapping,
)
from seatbridge.mappings.models import CompanyMapping
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.usage.models import Company
from seatbridge.web.companies.listing import row_answer, row_url
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.typed import typed

REASONS = ("in bundle", "internal", "NFR", "trial", "billed elsewhere", "free until a date")


class Exclusion(forms.Form):
    reason = forms.CharField(label="Reason", max_length=200, widget=forms.TextInput({"list": "reasons"}))
    review_on = forms.DateField(
        label="Review on", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def clean_reason(self) -> str:
        try:
            return checked_reason(self.cleaned_data["reason"])
        except MappingRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


def exclude(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.MAP)
    company = access.one(Company, pk=company_id)
    mapping = _mapping_of(access, integration, company)
    form = Exclusion(typed(request)) if request.method == "POST" else Exclusion(initial=_stands(mapping))
    if not (form.is_bound and form.is_valid()):
        return _form(request, access, integration, company, form)
    review: date | None = form.cleaned_data["review_on"]
    try:
        check_review(integration, company, review, billing_today(integration))
        exclude_company(
            integration,
            company,
            reason=form.cleaned_data["reason"],
            review_on=review,
            actor=access.actor,
            was=request.POST.get("was"),
        )
    except MappingRefused as refused:
        form.add_error("review_on", str(refused))
        return _form(request, access, integration, company, form)
    except ChangedMeanwhile as meanwhile:
        form.add_error(None, str(meanwhile))
        return _form(request, access, integration, company, form)
    messages.success(request, f"{company.name} is excluded: {form.cleaned_data['reason']}.")
    return _back(request, access, integration, company)


def _form(
    request: HttpRequest, access: Access, integration: Integration, company: Company, form: Exclusion
) -> HttpResponse:
    mapping = _mapping_of(access, integration, company)
    context = {
        "section": "companies",
        "integration": integration,
        "company": company,
        "form": form,
        "was": seal_of_mapping(mapping),
        "reasons": REASONS,
    }
    return render(request, "companies/exclude.html", context, status=422 if form.errors else 200)


def _mapping_of(access: Access, integration: Integration, company: Company) -> CompanyMapping | None:
    return access.scoped(CompanyMapping).filter(integration=integration, company=company).first()


def _stands(mapping: CompanyMapping | None) -> dict[str, object]:
    return {} if mapping is None else {"reason": mapping.excluded_reason, "review_on": mapping.review_on}


@require_POST
def bill_again(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    """On the contract that it was billed on before; where it was on none, it is excluded no more."""
    access, integration = asked_integration(request, number, Right.MAP)
    company = access.one(Company, pk=company_id)
    mapping = _mapping_of(access, integration, company)
    if mapping is None or not mapping.excluded_reason:
        messages.info(request, f"{company.name} is not excluded: nothing was done.")
        return _back(request, access, integration, company)
    was, actor = request.POST.get("was"), access.actor
    try:
        if mapping.contract_id is None:
            forget_company_mapping(integration, company, actor=actor, was=was)
            said = f"{company.name} is excluded no more. Choose the contract to bill it on."
        else:
            at = Moments(clock().now(), billing_now(integration))
            place = mapping.account_id, mapping.contract_id
            confirm_mapping(integration, company, *place, seen="", actor=actor, at=at, was=was)
            said = f"{company.name} is billed again. Its first write waits under Changes."
    except (MappingRefused, ChangedMeanwhile) as refused:
        messages.error(request, f"{company.name} stays excluded. {refused}")
    else:
        messages.success(request, said)
    return _back(request, access, integration, company)


@require_POST
def forget(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.MAP)
    company = access.one(Company, pk=company_id)
    try:
        gone = forget_company_mapping(integration, company, actor=access.actor, was=request.POST.get("was"))
    except ChangedMeanwhile as meanwhile:
        messages.error(request, str(meanwhile))
        return _back(request, access, integration, company)
    if gone:
        messages.success(request, f"{company.name} is no longer mapped. What BMS bills stays as it is there.")
    else:
        messages.info(request, f"{company.name} had no mapping.")
    return _back(request, access, integration, company)


def _back(request: HttpRequest, access: Access, integration: Integration, company: Company) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return row_answer(access, integration, company)
    return redirect(row_url(integration, company))
