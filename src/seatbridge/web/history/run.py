"""One run: who asked, what it planned, what became of each line, and what of it can be put back."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.reconcile.dates import ONCE_A_PERIOD
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import lines_of_run, standing_of
from seatbridge.sync.shown.progress import progress_of
from seatbridge.web.changes.filters import filtered, read_filter, tabs
from seatbridge.web.changes.plans import WaitingPlan, waiting_plans
from seatbridge.web.changes.rows import rows_of, said_together
from seatbridge.web.history.put_back import offer_of, offer_of_preview
from seatbridge.web.run_words import kind_words, state_words

PAGE = 50


@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.VIEW)
    run = access.one(SyncRun.objects.defer("plan_document").select_related("integration"), pk=number)
    is_active = run.state in SyncRun.ACTIVE
    facts = {
        "run": run,
        "kind": kind_words(run),
        "state": state_words(run),
        "is_active": is_active,
        "may_approve": access.may(Right.APPROVE),
        "section": "history",
    }
    if is_active:
        return render(request, "history/run.html", facts | {"progress": progress_of(run)})
    plan, wanted = lines_of_run(run), read_filter(request.GET)
    offer = offer_of_preview(run, plan.lines) or offer_of(run) if access.may(Right.APPROVE) else None
    page = Paginator(filtered(plan, wanted), PAGE).get_page(request.GET.get("page"))
    shown = rows_of(page.object_list, run_of=plan.run_of, base=-1, waits=run.holds)
    rows = said_together(shown, plan.lines)
    if offer is not None:
        rows = [replace(row, put_back=offer.words.get(row.line.key, "")) for row in rows]
    listed = {
        "tabs": tabs(plan, wanted, each_line=True),
        "wanted": wanted,
        "total": len(plan.lines),
        "page": page,
        "rows": rows,
        "offer": offer,
        "waiting": _waiting(run),
        "once_a_period": any(ONCE_A_PERIOD in line.cause for line in plan.lines),
    }
    return render(request, "history/run.html", facts | listed)


def _waiting(run: SyncRun) -> WaitingPlan | None:
    """What of it an approval as a whole writes by now: some of its lines may have been decided on since."""
    if run.state != SyncRun.State.AWAITING_APPROVAL or not run.integration.enabled:
        return None
    found = waiting_plans(standing_of(run.integration))
    return next((each for each in found if each.run.pk == run.pk), None)
