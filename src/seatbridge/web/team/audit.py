"""The audit trail: who changed which setting, when, from what to what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.settings_trail import only_settings
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.web.asked_text import asked_text
from seatbridge.web.team.audit_words import told

PER_PAGE = 50


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    search = asked_text(request.GET, "search")
    entries = only_settings(access.scoped(LedgerEntry), search).order_by("-seq")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [told(entry) for entry in page],
        "search": search,
        "tab": "audit",
        "section": "team",
    }
    return render(request, "team/audit.html", shown)
