"""A company that is not billed, and why; a mapping taken away."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import billing_today
from seatbridge.integrations.models import Integration
from seatbridge.mappings.confirming import MappingRefused, check_review, checked_reason
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
    form = Exclusion(typed(request)) if request.method == "POST" else Exclusion()
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
    mapping = access.scoped(CompanyMapping).filter(integration=integration, company=company).first()
    context = {
        "section": "companies",
        "integration": integration,
        "company": company,
        "form": form,
        "was": seal_of_mapping(mapping),
        "reasons": REASONS,
    }
    return render(request, "companies/exclude.html", context, status=422 if form.errors else 200)


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
