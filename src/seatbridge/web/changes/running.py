"""Sync Now, preview, cancel, and how far a run is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.cancelling import NotCancellable, cancel_run
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_run
from seatbridge.sync.shown.progress import progress_of
from seatbridge.sync.starting import Asked
from seatbridge.web.changes.answers import back, tell
from seatbridge.web.numbers import number_of


@require_POST
def sync_now(request: HttpRequest) -> HttpResponse:
    preview = request.POST.get("dry_run") == "1"
    access = require(request, Right.VIEW if preview else Right.APPROVE)
    integration = access.one(Integration, pk=number_of(request.POST.get("integration", "")))
    answer = request_run(integration, Asked(actor=access.actor, dry_run=preview), clock().now())
    said = "The preview has started: nothing is written." if preview else "The sync has started."
    tell(request, answer, said)
    return back(request, integration.pk)


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.APPROVE)
    run = access.one(SyncRun.objects.defer("plan_document"), pk=number)
    try:
        run = cancel_run(run, clock().now())
    except NotCancellable:
        messages.info(request, f"Run {run.pk} has ended already: there was nothing left to cancel.")
    else:
        ended = run.state == SyncRun.State.CANCELLED
        said = "is cancelled: nothing was written by it." if ended else "stops before its next write."
        messages.success(request, f"Run {run.pk} {said}")
    return back(request, run.integration_id)


@require_GET
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The partial that asks for itself again until the run has ended."""
    access = require(request, Right.VIEW)
    run = access.one(SyncRun.objects.defer("plan_document"), pk=number)
    is_active = run.state in SyncRun.ACTIVE
    shown = {"run": run, "is_active": is_active, "progress": progress_of(run)}
    shown["may_approve"] = access.may(Right.APPROVE)
    answer = render(request, "changes/progress.html", shown)
    if not is_active:
        answer.headers["HX-Trigger"] = "run-ended"
    return answer
