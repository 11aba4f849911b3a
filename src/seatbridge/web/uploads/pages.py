"""Upload counts: companies, users or counts from a CSV file, with a preview of what changes."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seatbridge.integrations.clocks import billing_now_of, clock
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.usage.held_files import Held, hold_file, opened_held, take_held
from seatbridge.usage.imports import KINDS, ImportReport, import_file
from seatbridge.usage.models import Feed, HeldFile
from seatbridge.usage.refusals import ImportRefused
from seatbridge.web.uploads.received import Received, received

COLUMNS = {
    "companies": "ref, name, type, level, licenses_assigned, domains",
    "users": "company, user, email, name, status, product, since, nfr",
    "counts": "company, product, count, as_of",
}
RECENT = 10
DONE = "uploads-done"  # session key: a second click is told so, and everybody else finds nothing
TAKEN = "That file was imported already, or it waited for more than an hour."


def show(request: HttpRequest) -> HttpResponse:
    """GET: the form and the newest lists. POST: a dry run of the file."""
    access = require(request, Right.MAP if request.method == "POST" else Right.VIEW)
    context = _context(access)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        complete = bool(request.POST.get("complete"))
        context |= {"kind": kind if kind in KINDS else "", "complete": complete}
        file = received(request)
        if kind not in KINDS:
            context["what"] = "Say what the file holds: companies, users or counts."
        elif isinstance(file, str):
            context["what"] = file
        else:
            return _try(request, access, file, context)
    return render(request, "uploads/show.html", context, status=422 if "what" in context else 200)


def _context(access: Access) -> dict[str, object]:
    return {
        "section": "uploads",
        "kinds": COLUMNS,
        "feeds": access.scoped(Feed).order_by("-received_at", "-pk")[:RECENT],
        "may_map": access.may(Right.MAP),
    }


def _try(request: HttpRequest, access: Access, file: Received, context: dict[str, object]) -> HttpResponse:
    kind, complete = str(context["kind"]), bool(context["complete"])
    now = billing_now_of(access.partner)
    try:
        with file.opened() as source:
            report = import_file(access.partner, kind, source, complete=complete, dry_run=True, now=now)
    except ImportRefused as refused:
        context |= {"what": f"{file.name} cannot be imported as it is.", "refused": refused}
        return render(request, "uploads/show.html", context, status=422)
    held = Held(kind, file.name, access.actor, complete)
    row = hold_file(access.partner, held, file.chunks(), asdict(report), clock().now())
    return redirect("upload", row.pk)


def decide(request: HttpRequest, number: int) -> HttpResponse:
    """GET: what would change. POST: import it, or leave it."""
    access = require(request, Right.MAP)
    if number in request.session.get(DONE, ()):
        messages.info(request, TAKEN)
        return redirect("uploads")
    held = access.one(HeldFile, pk=number, kind__in=KINDS)
    if request.method != "POST":
        context = {"section": "uploads", "held": held, "report": held.report}
        return render(request, "uploads/decide.html", context)
    if request.POST.get("do") == "leave":
        take_held(held)
        _remember(request, number)
        messages.info(request, f"{held.name} was left. Nothing was changed.")
        return redirect("uploads")
    return _import(request, access, held)


def _import(request: HttpRequest, access: Access, held: HeldFile) -> HttpResponse:
    number = held.pk  # gone from the row once it is taken
    try:
        with opened_held(held) as source:
            if not take_held(held):
                messages.info(request, TAKEN)
                return redirect("uploads")
            report = import_file(
                access.partner,
                held.kind,
                source,
                complete=held.complete,
                dry_run=False,
                now=billing_now_of(access.partner),
            )
    except ImportRefused as refused:
        context = _context(access) | {"kind": held.kind, "complete": held.complete, "refused": refused}
        context["what"] = f"{held.name} cannot be imported any more: something has changed since its preview."
        return render(request, "uploads/show.html", context, status=422)
    _remember(request, number)
    _tell(request, report)
    return redirect("uploads")


def _remember(request: HttpRequest, number: int) -> None:
    request.session[DONE] = [*request.session.get(DONE, [])[-20:], number]


def _tell(request: HttpRequest, report: ImportReport) -> None:
    messages.success(
        request,
        f"{report.rows:,} rows imported: {report.created:,} added, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged.",
    )
    if report.left:
        who = "users" if report.kind == "users" else "companies"
        messages.warning(request, f"{report.left:,} {who} have left: the file lacks them.")
    for warning in report.warnings[:10]:
        messages.warning(request, warning)
