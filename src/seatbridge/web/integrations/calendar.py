"""The billing calendar: when invoices are posted, and that posting is done."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.calendars import note_posted, set_calendar, set_terms
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.catalog_age import known_contract
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import Calendar, OneContract
from seatbridge.web.integrations.page import show_page
from seatbridge.web.integrations.stale import Stale, calendar_values, guarded
from seatbridge.web.integrations.typed import typed


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    form = Calendar(typed(request))
    if not form.is_valid():
        return show_page(request, access, integration, calendar=form)
    try:
        with guarded(request, access, integration, calendar_values, form.cleaned_data):
            set_calendar(integration, actor=access.actor, **form.cleaned_data)
    except Stale as stale:
        form.add_error(None, str(stale))
        return show_page(request, access, integration, calendar=form)
    messages.success(request, "The billing calendar is saved.")
    return redirect(f"/integrations/{integration.pk}/#calendar")


@require_POST
def save_contract(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    form = OneContract(typed(request))
    if not form.is_valid():
        return show_page(request, access, integration, one_contract=form)
    read = form.cleaned_data
    try:
        found = known_contract(integration, read["contract_id"], connected, clock().now())
    except PsaError as error:
        form.add_error("contract_id", f"{error.what} {error.fix}".strip())
        return show_page(request, access, integration, one_contract=form)
    if found is None:
        form.add_error(
            "contract_id",
            f"BMS has no contract {read['contract_id']}. Copy it from the contract's address there.",
        )
        return show_page(request, access, integration, one_contract=form)
    set_terms(integration, {read["contract_id"]: form.terms}, actor=access.actor)
    messages.success(request, f"Saved for {found.name}.")
    return redirect(f"/integrations/{integration.pk}/#calendar")


@require_POST
def note_done(request: HttpRequest, number: int) -> HttpResponse:
    """Posting is done on that day; today unless said. Twice is as good as once."""
    access, integration = asked_integration(request, number, Right.APPROVE)
    today = billing_today(integration)
    try:
        on = date.fromisoformat(request.POST.get("on") or today.isoformat())
        note_posted(integration, on, today=today, actor=access.actor)
    except SettingRefused as refused:
        messages.error(request, str(refused))
    except ValueError:
        messages.error(request, "That is not a day: write it as 2026-11-25.")
    else:
        messages.success(request, f"Posting on {on:%a} {on.day} {on:%b} is noted as done.")
    return redirect(f"/integrations/{integration.pk}/#calendar")
