"""What was decided until the next invoice run, and taking it back."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.reconcile.words import either_unknown
from seatbridge.sync.deciding import decisions_in_force, take_back
from seatbridge.sync.models import Decision
from seatbridge.usage.models import Company
from seatbridge.web.changes.rows import PRODUCTS
from seatbridge.web.chosen import chosen_integration
from seatbridge.web.wording import day_words

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    names: str
    units: str
    what: str
    by: str
    until: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    if chosen.integration is None:
        return render(request, "changes/empty.html", {"step": "connect"})
    rows = decisions_in_force(chosen.integration, billing_today(chosen.integration)).order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    facts = {
        "integration": chosen.integration,
        "integrations": chosen.others,
        "page": page,
        "rows": _shown(access, list(page.object_list)),
        "may_approve": access.may(Right.APPROVE),
        "section": "changes",
    }
    return render(request, "changes/decisions.html", facts)


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.APPROVE)
    decision = access.one(Decision.objects.select_related("integration__partner"), pk=number)
    take_back(decision, actor=access.actor, now=clock().now())
    messages.success(request, "Taken back. The next plan asks about it again; what was written stays.")
    return HttpResponseRedirect(f"{reverse('decisions')}?integration={decision.integration_id}")


def _shown(access: Access, rows: list[Decision]) -> list[Shown]:
    refs = {company for row in rows for company, _ in row.members}
    names = dict(access.scoped(Company).filter(ref__in=refs).values_list("ref", "name"))
    return [_one(row, names) for row in rows]


def _one(row: Decision, names: dict[str, str]) -> Shown:
    lines = [f"{names.get(ref, ref)}, {PRODUCTS.get(product, product)}" for ref, product in row.members]
    is_left = row.choice == Decision.Choice.LEAVE
    return Shown(
        number=row.pk,
        names="; ".join(lines),
        units=f"{either_unknown(row.units_before)} → {either_unknown(row.units)}",
        what="Left as it is" if is_left else "Approved",
        by=f"{row.by}, {day_words(row.decided_on)}",
        until=day_words(row.until),
    )
