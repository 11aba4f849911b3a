"""Suggestions with score and reason: accept one, accept all above a score."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from seatbridge.catalog.finding import refreshed_at
from seatbridge.integrations.clocks import billing_today
from seatbridge.integrations.models import Integration
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.mappings.suggesting import CERTAIN, accept, suggest
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right

LEAST = (100, 95, 90, 80)
PAGE = 50


def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.MAP if request.method == "POST" else Right.VIEW)
    integration = _integration(request, access)
    today = billing_today(integration)
    if request.method == "POST":
        return _accept(request, access, integration)
    found = suggest(integration, today)
    counts: dict[int, int] = {}  # how many -> the highest score that takes in as many
    for least in LEAST:
        counts.setdefault(sum(each.acceptable and each.score >= least for each in found), least)
    context = {
        "section": "companies",
        "integration": integration,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "counts": [(least, number) for number, least in counts.items() if number],
        "certain": CERTAIN,
        "refreshed_at": refreshed_at(integration),
        "reading": reading_of(integration),
        "may_map": access.may(Right.MAP),
    }
    return render(request, "companies/suggestions.html", context)


def _accept(request: HttpRequest, access: Access, integration: Integration) -> HttpResponse:
    ref = request.POST.get("company", "")[:100]
    least = request.POST.get("least", "")
    today = billing_today(integration)
    if ref:
        done = accept(integration, today, actor=access.actor, refs=[ref])
    elif least in map(str, LEAST):
        done = accept(integration, today, actor=access.actor, least=int(least))
    else:
        done = []
    if len(done) == 1:
        messages.success(request, f"{done[0].company_name} is mapped to {done[0].account_name}.")
    elif done:
        messages.success(request, f"{len(done)} companies are mapped.")
    else:
        messages.info(request, "Nothing was left to accept: it was accepted before, or it needs your choice.")
    if done:
        messages.info(request, "The first write of each waits under Changes until a person has looked at it.")
    return redirect(f"{reverse('suggestions')}?integration={integration.pk}")


def _integration(request: HttpRequest, access: Access) -> Integration:
    rows = access.scoped(Integration).filter(is_draft=False).order_by("pk")
    wanted = request.GET.get("integration") or request.POST.get("integration") or ""
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 18:
        found = access.one(rows, pk=int(wanted))
    else:
        found = access.one(rows)
    found.partner = access.partner
    return found
