"""Home, at 08:00, without scrolling: one sentence, what needs you, four figures, the month, what changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.models import Integration
from seatbridge.integrations.schedules import cutoffs_missed_by, next_run_of
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.invoice_checks import latest_checks
from seatbridge.sync.shown.changes import last_changes
from seatbridge.sync.shown.current import Standing, money_of_plan, standing_of
from seatbridge.usage.models import Company
from seatbridge.web.at_home.late import late_cards
from seatbridge.web.at_home.needs import MOST, cards_of, companies_needing, needing, plan_cards, renewals_card
from seatbridge.web.at_home.sentence import home_sentence
from seatbridge.web.at_home.steps import steps_of, with_setup
from seatbridge.web.at_home.strip import deadlines_of, strip_of
from seatbridge.web.chosen import chosen_integration, schedule_read_with
from seatbridge.web.history.invoices import banner_of, is_amiss

LATELY = 5


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access, with_setup(access.scoped(Integration)))
    integration = chosen.integration
    if integration is None:
        has_companies = access.scoped(Company).exists()
        return render(request, "home.html", {"steps": steps_of(None, None, has_companies=has_companies)})
    standing = standing_of(integration)
    facts: dict[str, Any] = {
        "integration": integration,
        "integrations": chosen.others,
        "standing": standing,
        "may_approve": access.may(Right.APPROVE),
    }
    if integration.first_run_approved_at is None:
        has_companies = bool(getattr(integration, "has_companies", False))
        facts["steps"] = steps_of(integration, standing, has_companies=has_companies)
    if standing.base is not None:
        facts |= _shown(access, integration, standing)
    return render(request, "home.html", facts)


def _shown(access: Access, integration: Integration, standing: Standing) -> dict[str, Any]:
    now = billing_now(integration)
    calendar = billing_calendar(integration)
    deadlines = deadlines_of(calendar, now)
    needs = needing(standing)
    schedule = schedule_read_with(integration)
    next_run = next_run_of(integration, now, calendar, schedule)
    late = cutoffs_missed_by(integration, now, calendar, schedule)
    strip = strip_of(deadlines.days, now.date())
    may_approve = access.may(Right.APPROVE)
    cards = cards_of(
        needs[:MOST], standing, integration, calendar, deadlines=deadlines, may_approve=may_approve
    )
    names = {line.company: line.name for line in standing.plan.lines}
    changes = last_changes(integration, LATELY)
    checks = latest_checks(integration.pk)
    return {
        "sentence": home_sentence(
            standing,
            integration,
            companies_needing(standing),
            deadlines=deadlines,
            next_run=next_run,
            now=now,
        ),
        "late_cards": late_cards(late, integration, standing, may_approve=may_approve),
        "plan_cards": plan_cards(standing, deadlines, may_write=may_approve and integration.enabled),
        "cards": cards,
        "renewals_card": renewals_card(integration, now.date()),
        "more_needs": max(len(needs) - MOST, 0),
        "invoice_banner": banner_of(checks, integration.currency),
        "invoices_amiss": any(is_amiss(check) for check in checks),
        "figures": money_of_plan(integration, standing.plan),
        "strip": strip,
        "dates": [day for day in strip if day.marks and not day.is_past][:6],
        "changes": [(change, [names.get(ref, ref) for ref, _ in change.members]) for change in changes],
    }
