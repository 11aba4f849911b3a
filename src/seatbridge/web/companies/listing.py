"""The table of Company Mapping: search, filters, sort and pages live in the URL."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from seatbridge.integrations.clocks import billing_today
from seatbridge.integrations.models import Integration
from seatbridge.integrations.operator_stop import asking_for_stops
from seatbridge.mappings.cursors import CursorRefused
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.mappings.searching import (
    Asked,
    Page,
    Sort,
    State,
    count_states,
    search_companies,
)
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import Standing, standing_of
from seatbridge.sync.shown.groups import FAILING
from seatbridge.sync.shown.progress import progress_of
from seatbridge.usage.models import Company
from seatbridge.web.asked_text import asked_text
from seatbridge.web.chosen import note_stops
from seatbridge.web.companies.row_html import Look, row_html
from seatbridge.web.companies.shown_rows import is_kept, shown
from seatbridge.web.integrations.asked import asked_integration, catalog_of

ROWS = 25
TITLES = {
    State.ALL: "All",
    State.MAPPED: "Mapped",
    State.UNMAPPED: "Not mapped",
    State.FAILING: "Failing",
    State.ENDING: "Contract ending",
    State.EXCLUDED: "Excluded",
}
NONE_FOUND = {
    State.ALL: "No company is named like this.",
    State.MAPPED: "No company is mapped yet.",
    State.UNMAPPED: "Every company is mapped or excluded.",
    State.FAILING: "No mapped company is failing.",
    State.ENDING: "No contract ends within 60 days.",
    State.EXCLUDED: "No company is excluded.",
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    only_table = request.headers.get("HX-Target") == "companies-table"
    rows = access.scoped(Integration).filter(is_draft=False).order_by("pk")
    if not only_table:
        rows = asking_for_stops(rows).select_related("catalog_refresh")
    integrations = list(rows)
    if not only_table:
        note_stops(request, integrations)
    if not integrations:
        return render(request, "companies/no_integration.html", {"section": "companies"})
    wanted = request.GET.get("integration", "")
    integration = next((each for each in integrations if str(each.pk) == wanted), integrations[0])
    integration.partner = access.partner
    asked, page = asked_page(request, integration)
    standing = _standing_of_kept(integration, page)
    context: dict[str, Any] = {
        "section": "companies",
        "integration": integration,
        "asked": asked,
        "page": page,
        "rows": _rows(access, integration, page, asked.today, standing),
        "sort": f"-{asked.sort}" if asked.descending else str(asked.sort),
        "nothing": NONE_FOUND[asked.state],
        "may_map": access.may(Right.MAP),
    }
    if only_table:
        return render(request, "companies/table.html", context)
    catalog = catalog_of(integration)
    counts = count_states(integration, asked.today, FAILING)
    context |= {
        "integrations": integrations,
        "tabs": [(state, TITLES[state], counts[state]) for state in TITLES],
        "ending": counts[State.ENDING],
        "unmapped": counts[State.UNMAPPED],
        "has_companies": counts[State.ALL] > 0,
        "refreshed_at": catalog and catalog.at,
        "reading": reading_of(integration),
        **_running(access, integration, standing),
    }
    return render(request, "companies/list.html", context)


def _running(access: Access, integration: Integration, standing: Standing | None) -> dict[str, Any]:
    """The run under way: once it has ended, the table shows what became of each company."""
    if standing is None:
        runs = access.scoped(SyncRun).filter(integration=integration, state__in=SyncRun.ACTIVE)
        run = runs.defer("plan_document").first()
    else:
        run = standing.active
    if run is None:
        return {}
    may_approve = access.may(Right.APPROVE)
    return {"run": run, "is_active": True, "progress": progress_of(run), "may_approve": may_approve}


@require_safe
def show_row(request: HttpRequest, number: int, company_id: int) -> HttpResponse:
    """One row as it stands: what Cancel puts back."""
    access, integration = asked_integration(request, number, Right.VIEW)
    company = access.one(Company, pk=company_id)
    return row_answer(access, integration, company)


def row_answer(access: Access, integration: Integration, company: Company) -> HttpResponse:
    today = billing_today(integration)
    page = search_companies(integration, Asked(today, FAILING, company_id=company.pk))
    standing = _standing_of_kept(integration, page)
    return HttpResponse("".join(_rows(access, integration, page, today, standing)))


def row_url(integration: Integration, company: Company) -> str:
    """The list with the company's row in it."""
    return f"{reverse('companies')}?{urlencode({'integration': integration.pk, 'search': company.ref})}"


def _standing_of_kept(integration: Integration, page: Page) -> Standing | None:
    """The plan is read only where a row has to say until when its line is kept."""
    return standing_of(integration) if any(is_kept(row) for row in page.rows) else None


def _rows(
    access: Access, integration: Integration, page: Page, today: date, standing: Standing | None
) -> list[SafeString]:
    before = reverse("company-mapping", args=[integration.pk, 0]).removesuffix("0/")
    look = Look(access.partner.timezone, before if access.may(Right.MAP) else "")
    lines = () if standing is None else standing.plan.lines
    kept = {line.company: line.cause for line in lines if line.is_kept}
    return [row_html(shown(row, today, kept), look) for row in page.rows]


def asked_page(request: HttpRequest, integration: Integration) -> tuple[Asked, Page]:
    """What the URL asks for; what it gets wrong is left out."""
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "")
    plain = sort.removeprefix("-")
    asked = Asked(
        today=billing_today(integration),
        failing=FAILING,
        state=State(state) if state in list(State) else State.ALL,
        search=asked_text(request.GET, "search"),
        sort=Sort(plain) if plain in list(Sort) else Sort.COMPANY,
        descending=sort.startswith("-"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        limit=ROWS,
    )
    try:
        return asked, search_companies(integration, asked)
    except CursorRefused:  # a link of another sort order, or typed
        first = replace(asked, after="", before="")
        return first, search_companies(integration, first)
