"""The one page of an integration: connection, switch, products, schedule, calendar, method, rules."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.integrations.calendar_words import OF_CALENDAR, calendar_sentences
from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.method_words import BEHAVIOR, CHOSEN, TITLES
from seatbridge.integrations.methods import verdict
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.schedules import cutoffs_missed_by, next_run_of, schedule_sentence
from seatbridge.integrations.states import state_of
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.mappings.set_up import SetUp, set_up_of
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.facts import BmsReading
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import standing_of
from seatbridge.usage.models import Company
from seatbridge.web.at_home.late import late_cards
from seatbridge.web.cards import Card
from seatbridge.web.chosen import schedule_read_with
from seatbridge.web.integrations.asked import asked_integration, catalog_of
from seatbridge.web.integrations.forms import Calendar, Connection, OneContract, TestContract, Timetable
from seatbridge.web.integrations.once import new_mark
from seatbridge.web.integrations.owed import owed_rows
from seatbridge.web.integrations.products import product_rows
from seatbridge.web.integrations.rule_panel import RulesPanel, Subject, Typed, held_in, rules_panel
from seatbridge.web.integrations.stale import (
    calendar_values,
    connection_values,
    schedule_values,
    seal_of,
)
from seatbridge.web.integrations.tiles import ICONS, LOOKS
from seatbridge.web.run_words import state_words

LOOKED_THROUGH = 3  # runs: among the newest ones there mostly is one that was no preview
# Contracts that differ from the calendar, in sentences; the first ones speak of the calendar itself.
MOST_CONTRACTS = 10
MOST_SENTENCES = OF_CALENDAR + MOST_CONTRACTS
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
    request: HttpRequest,
    access: Access,
    integration: Integration,
    *,
    rules: Typed | None = None,
    **refused: forms.Form,
) -> HttpResponse:
    """`refused`: a form that was sent and is shown again with what is wrong. `rules`: typed, not saved."""
    authenticated = request.session.get("authenticated")
    if authenticated and authenticated.get("integration") == integration.pk:
        del request.session["authenticated"]
    else:
        authenticated = None
    set_up = None if integration.is_draft else set_up_of(integration)
    state, why = state_of(integration, is_refused=None if set_up is None else set_up.sign_in_is_refused)
    context: dict[str, Any] = {
        "section": "integrations",
        "integration": integration,
        "state": state,
        "state_look": LOOKS[state],
        "state_icon": ICONS[state],
        "why": why,
        "authenticated": authenticated,
        "once": new_mark(),
        "was_connection": seal_of(connection_values(integration)),
        "connection": refused.get("connection") or _connection(integration),
        "connection_open": "connection" in refused,
        "password_until": integration.password_set_on and integration.password_set_on + PASSWORD_AGE,
        "may_set": access.may(Right.SETTINGS),
        "may_map": access.may(Right.MAP),
        "may_approve": access.may(Right.APPROVE),
    }
    if set_up is not None:
        context |= _sections(request, access, integration, refused, set_up)
        context |= _rules(access, integration, context["plan_shown"], rules)
    wrong = refused or (rules is not None and rules.problems)
    return render(request, "integrations/page.html", context, status=422 if wrong else 200)


def _sections(
    request: HttpRequest,
    access: Access,
    integration: Integration,
    refused: dict[str, forms.Form],
    set_up: SetUp,
) -> dict[str, Any]:
    now = billing_now(integration)
    known = billing_calendar(integration)
    seen = verdict(integration)
    catalog = catalog_of(integration)
    return {
        **sync_state(access, integration, known),
        "late_cards": _late(access, integration, known, now),
        "products": product_rows(integration, request.GET.dict(), set_up.services),
        "refreshed_at": catalog and catalog.at,
        "reading": reading_of(integration),
        "companies": set_up.companies,
        "mapped": set_up.mapped,
        "off": set_up.off,
        "schedule": refused.get("schedule") or _timetable(integration),
        "schedule_open": "schedule" in refused,
        "calendar": refused.get("calendar") or _calendar(known),
        "was_calendar": seal_of(calendar_values(integration)),
        "was_schedule": seal_of(schedule_values(integration, schedule_read_with(integration))),
        "calendar_open": "calendar" in refused,
        "one_contract": refused.get("one_contract") or OneContract(),
        "one_contract_open": "one_contract" in refused,
        "sentences": list(islice(calendar_sentences(known, now), MOST_SENTENCES)),
        "more_contracts": max(len(known.contracts) - MOST_CONTRACTS, 0),
        "today": now.date(),
        "methods": [(method.value, TITLES[method], CHOSEN[method]) for method in TITLES],
        "method": seen.chosen,
        "method_title": TITLES[seen.chosen],
        "behavior": BEHAVIOR[seen.reading],
        "undecided": seen.why,
        "asks_prorations": seen.reading is BmsReading.ADJUSTS,
        "test_contract": refused.get("test_contract") or _test_contract(integration),
        "test_contract_open": "test_contract" in refused,
        "test_contract_name": set_up.test_contract_name,
        "owed": owed_rows(access, integration),
    }


def _late(access: Access, integration: Integration, known: BillingCalendar, now: datetime) -> list[Card]:
    missed = cutoffs_missed_by(integration, now, known, schedule_read_with(integration))
    if not missed:
        return []
    may_approve = access.may(Right.APPROVE)
    return late_cards(missed, integration, standing_of(integration), may_approve=may_approve)


def _rules(
    access: Access, integration: Integration, plan_shown: SyncRun | None, typed: Typed | None
) -> dict[str, Any]:
    read = read_rules(integration)
    panel: RulesPanel = rules_panel(Subject(integration, read), held_in(plan_shown), typed)
    companies = access.scoped(Company).filter(ref__in=list(read.companies)).order_by("name")
    return {
        "rules": panel,
        "differing": list(companies) if read.companies else [],
        "automatic": (held_in(plan_shown) or {}).get("blocked:automatic-line", 0),
    }


def sync_state(
    access: Access, integration: Integration, calendar: BillingCalendar | None = None
) -> dict[str, Any]:
    """The newest run, the newest that is over and was no preview, and the limits it met."""
    rows = access.scoped(SyncRun).filter(integration=integration).defer("plan_document").order_by("-pk")
    newest = list(rows[:LOOKED_THROUGH])
    last = next((run for run in newest if not run.dry_run and run.ended_at), None)
    if last is None and len(newest) == LOOKED_THROUGH:
        last = rows.filter(dry_run=False, ended_at__isnull=False).first()
    active = newest[0] if newest and newest[0].state in SyncRun.ACTIVE else None
    schedule = schedule_read_with(integration)
    return {
        "integration": integration,
        "active": active,
        "active_says": state_words(active) if active else None,
        "last_run": last,
        "last_says": state_words(last) if last else None,
        "next_run": next_run_of(integration, billing_now(integration), calendar, schedule),
        "schedule_says": schedule_sentence(schedule),
        "plan_shown": newest[0] if newest and active is None else last,
        "may_approve": access.may(Right.APPROVE),
    }


def _test_contract(integration: Integration) -> TestContract:
    return TestContract({"contract_id": integration.test_contract_id or ""})


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
    row = schedule_read_with(integration)
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
