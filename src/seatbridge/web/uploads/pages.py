"""Upload counts: companies, users or counts from a CSV file, with a preview of what changes."""

from dataclasses import asdict
from typing import BinaryIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seatbridge.integrations.clocks import billing_now_of, clock
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.reconcile.words import product_name
from seatbridge.usage.counting import PRESET, Counting, counting_of
from seatbridge.usage.held_files import Held, hold_file, is_taken, opened_held, take_held, tell_anew
from seatbridge.usage.imports import KINDS, ImportReport, import_file
from seatbridge.usage.models import Feed, HeldFile
from seatbridge.usage.previewing import CountPreview
from seatbridge.usage.refusals import ImportRefused
from seatbridge.web.uploads.received import Received, received

COLUMNS = {
    "companies": "ref, name, type, level, licenses_assigned, domains",
    "users": "company, user, email, name, status, product, since, nfr",
    "counts": "company, product, count, as_of",
}
RECENT = 10
NEWEST = "newest list"  # in a report: the list that came in last before the preview
MOVED = "Another list came in since this preview. It shows now what the file would change today."
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
    try:
        with file.opened() as source:
            told = _dry_run(access, kind, source, complete=complete)
    except ImportRefused as refused:
        context |= {"what": f"{file.name} cannot be imported as it is.", "refused": refused}
        return render(request, "uploads/show.html", context, status=422)
    held = Held(kind, file.name, access.actor, complete)
    row = hold_file(access.partner, held, file.chunks(), told, clock().now())
    return redirect("upload", row.pk)


def _dry_run(access: Access, kind: str, source: BinaryIO, *, complete: bool) -> dict[str, object]:
    newest = _newest(access)
    now = billing_now_of(access.partner)
    preview = CountPreview(access.partner, now, _counting(access)) if kind == "counts" else None
    report = import_file(
        access.partner, kind, source, complete=complete, dry_run=True, now=now, preview=preview
    )
    told = asdict(report) | {NEWEST: newest}
    if preview is None:
        return told
    changes = [asdict(each) | {"product": product_name(each.product)} for each in preview.changes]
    return told | {"changes": changes, "more": preview.more}


def _counting(access: Access) -> Counting:
    """By the rules of the one integration; where there are several, each may count otherwise."""
    found = list(access.scoped(Integration)[:2])
    return counting_of(read_rules(found[0])) if len(found) == 1 else PRESET


def _newest(access: Access) -> int | None:
    return access.scoped(Feed).order_by("-pk").values_list("pk", flat=True).first()


def decide(request: HttpRequest, number: int) -> HttpResponse:
    """GET: what would change. POST: import it, or leave it."""
    access = require(request, Right.MAP)
    held = access.one(HeldFile, pk=number, kind__in=KINDS)
    if is_taken(held):
        messages.info(request, TAKEN)
        return redirect("uploads")
    if request.method != "POST":
        context = {"section": "uploads", "held": held, "report": held.report}
        return render(request, "uploads/decide.html", context)
    if request.POST.get("do") == "leave":
        left = take_held(held)
        messages.info(request, f"{held.name} was left. Nothing was changed." if left else TAKEN)
        return redirect("uploads")
    return _import(request, access, held)


def _import(request: HttpRequest, access: Access, held: HeldFile) -> HttpResponse:
    taken = False
    try:
        if _has_moved(access, held):
            messages.warning(request, MOVED)
            return redirect("upload", held.pk)
        with opened_held(held) as source:
            taken = take_held(held)
            report = _import_taken(access, held, source) if taken else None
    except ImportRefused as refused:
        held.refresh_from_db()
        if taken or not is_taken(held):
            return _refused_now(request, access, held, refused)
        report = None
    if report is None:  # somebody else was quicker
        messages.info(request, TAKEN)
    else:
        _tell(request, report)
    return redirect("uploads")


def _has_moved(access: Access, held: HeldFile) -> bool:
    """Then the preview shows what is so now."""
    if held.report.get(NEWEST) == _newest(access):
        return False
    with opened_held(held) as source:
        return tell_anew(held, _dry_run(access, held.kind, source, complete=held.complete))


def _import_taken(access: Access, held: HeldFile, source: BinaryIO) -> ImportReport:
    now = billing_now_of(access.partner)
    return import_file(access.partner, held.kind, source, complete=held.complete, dry_run=False, now=now)


def _refused_now(
    request: HttpRequest, access: Access, held: HeldFile, refused: ImportRefused
) -> HttpResponse:
    context = _context(access) | {"kind": held.kind, "complete": held.complete, "refused": refused}
    context["what"] = f"{held.name} cannot be imported any more: something has changed since its preview."
    return render(request, "uploads/show.html", context, status=422)


def _tell(request: HttpRequest, report: ImportReport) -> None:
    messages.success(
        request,
        f"{report.rows:,} row{'' if report.rows == 1 else 's'} imported: "
        f"{report.created:,} added, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged.",
    )
    if report.left:
        who = "users" if report.kind == "users" else "companies"
        messages.warning(request, f"{report.left:,} {who} have left: the file lacks them.")
    for warning in report.warnings[:10]:
        messages.warning(request, warning)
