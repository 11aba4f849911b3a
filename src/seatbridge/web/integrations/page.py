"""The one page of an integration: connection, switch, products, schedule, calendar, method, rules."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.catalog.finding import contract_names, refreshed_at
from seatbridge.integrations.calendar_words import calendar_sentences
from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.method_words import BEHAVIOR, CHOSEN, TITLES
from seatbridge.integrations.methods import verdict
from seatbridge.integrations.models import Integration
from seatbridge.integrations.schedules import cutoffs_missed_by, next_run_of, schedule_of, schedule_sentence
from seatbridge.integrations.states import state_of
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.facts import BmsReading
from seatbridge.reconcile.limits import Limits
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.standing import open_owed
from seatbridge.usage.models import Company
from seatbridge.web.at_home.late import late_cards
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import Calendar, Connection, OneContract, TestContract, Timetable
from seatbridge.web.integrations.once import new_mark
from seatbridge.web.integrations.products import product_rows
from seatbridge.web.integrations.rules import limit_rows, run_limits
from seatbridge.web.integrations.tiles import ICONS, LOOKS
from seatbridge.web.run_words import state_words

PASSWORD_AGE = timedelta(days=180)  # BMS's own policy, API users included


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.VIEW)
    return show_page(request, access, integration)


@require_safe
def show_state(request: HttpRequest, number: int) -> HttpResponse:
    """Last Sync, next run and the run under way: asked for every few seconds."""
    access, integration = asked_integration(request, number, Right.VIEW)
    return render(request, "integrations/sync_state.html", sync_state(access, integration))


def show_page(
    request: HttpRequest, access: Access, integration: Integration, **refused: forms.Form
) -> HttpResponse:
    """`refused`: a form that was sent and is shown again with what is wrong."""
    authenticated = request.session.get("authenticated")
    if authenticated and authenticated.get("integration") == integration.pk:
        del request.session["authenticated"]
    else:
        authenticated = None
    state, why = state_of(integration)
    context: dict[str, Any] = {
        "section": "integrations",
        "integration": integration,
        "state": state,
        "state_look": LOOKS[state],
        "state_icon": ICONS[state],
        "why": why,
        "authenticated": authenticated,
        "once": new_mark(),
        "connection": refused.get("connection") or _connection(integration),
        "connection_open": "connection" in refused,
        "password_until": integration.password_set_on and integration.password_set_on + PASSWORD_AGE,
        "may_set": access.may(Right.SETTINGS),
        "may_map": access.may(Right.MAP),
        "may_approve": access.may(Right.APPROVE),
    }
    if not integration.is_draft:
        context |= _sections(request, access, integration, refused)
    return render(request, "integrations/page.html", context, status=422 if refused else 200)


def _sections(
    request: HttpRequest, access: Access, integration: Integration, refused: dict[str, forms.Form]
) -> dict[str, Any]:
    now = billing_now(integration)
    known = billing_calendar(integration)
    seen = verdict(integration)
    contract = integration.test_contract_id
    return {
        **sync_state(access, integration),
        "late_cards": late_cards(
            cutoffs_missed_by(integration, now, known),
            integration,
            standing_of(integration),
            may_approve=access.may(Right.APPROVE),
        ),
        "products": product_rows(integration, request.GET.dict()),
        "refreshed_at": refreshed_at(integration),
        "reading": reading_of(integration),
        "companies": access.scoped(Company).filter(state="active").count(),
        "mapped": access.scoped(CompanyMapping).filter(integration=integration, excluded_reason="").count(),
        "schedule": refused.get("schedule") or _timetable(integration),
        "schedule_open": "schedule" in refused,
        "calendar": refused.get("calendar") or _calendar(known),
        "calendar_open": "calendar" in refused,
        "one_contract": refused.get("one_contract") or OneContract(),
        "one_contract_open": "one_contract" in refused,
        "sentences": list(calendar_sentences(known, now)),
        "today": now.date(),
        "methods": [(method.value, TITLES[method], CHOSEN[method]) for method in TITLES],
        "method": seen.chosen,
        "method_title": TITLES[seen.chosen],
        "behavior": BEHAVIOR[seen.reading],
        "undecided": seen.why,
        "asks_prorations": seen.reading is BmsReading.ADJUSTS,
        "test_contract": refused.get("test_contract") or TestContract({"contract_id": contract or ""}),
        "test_contract_open": "test_contract" in refused,
        "test_contract_name": contract_names(integration, [contract]).get(contract, "") if contract else "",
        "owed": list(open_owed(integration)),
        "run_limits": run_limits(Limits()),
    }


def sync_state(access: Access, integration: Integration) -> dict[str, Any]:
    """The newest run, the newest that is over and was no preview, and the limits it met."""
    runs = access.scoped(SyncRun).filter(integration=integration).defer("plan_document").order_by("-pk")
    newest = runs.first()
    last = runs.filter(dry_run=False, ended_at__isnull=False).first()
    active = newest if newest is not None and newest.state in SyncRun.ACTIVE else None
    return {
        "integration": integration,
        "active": active,
        "active_says": state_words(active) if active else None,
        "last_run": last,
        "last_says": state_words(last) if last else None,
        "next_run": next_run_of(integration, billing_now(integration)),
        "schedule_says": schedule_sentence(schedule_of(integration)),
        "limits": limit_rows(newest if active is None else last),
        "may_approve": access.may(Right.APPROVE),
    }


def _connection(integration: Integration) -> Connection:
    form = Connection(
        initial={
            "hostname": integration.hostname,
            "username": integration.username,
            "company_name": integration.company_name,
            "password_set_on": integration.password_set_on,
        }
    )
    return form.for_stored(integration)


def _timetable(integration: Integration) -> Timetable:
    row = schedule_of(integration)
    return Timetable(
        initial={"cadence": row.cadence, "weekday": row.weekday, "at": row.at, "timezone": row.timezone}
    )


def _calendar(known: BillingCalendar) -> Calendar:
    return Calendar(
        initial={
            "default": known.default.value,
            "end_posts_on": known.end_posts_on,
            "start_posts_on": known.start_posts_on,
            "fiscal": "yes" if known.fiscal else "no",
            "freeze_until": known.freeze_until,
        }
    )
