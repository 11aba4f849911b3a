"""Company mappings as a file: taken out, edited, brought back with a preview of what changes."""

import hashlib
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.exporting import export_company_mappings
from seatbridge.mappings.importing import (
    Asking,
    MappingChange,
    MappingReport,
    import_company_mappings,
    preview_company_mappings,
)
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.usage.held_files import Held, hold_file, is_taken, opened_held, take_held, tell_anew
from seatbridge.usage.models import HeldFile
from seatbridge.usage.refusals import ImportRefused
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.uploads.received import Received, received

KIND = "company-mappings"
SHOWN = 200
SEAL = "seal"  # in a report: of all that would change
MOVED = "Something has changed since this preview. It shows now what the file would change today."
TAKEN = "That file was imported already, or it waited for more than an hour."


@require_safe
def take(request: HttpRequest, number: int) -> HttpResponseBase:
    _, integration = asked_integration(request, number, Right.VIEW)
    lines = export_company_mappings(integration)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="company-mappings.csv"'
    return answer


def bring(request: HttpRequest, number: int) -> HttpResponse:
    """POST with a file: what would change. POST with `held`: import it. GET: the form, or what is held."""
    access, integration = asked_integration(request, number, Right.MAP)
    held = _held(request, access, integration)
    if request.method == "POST" and "held" in request.POST:
        return _import(request, access, integration, held)
    context: dict[str, object] = {"section": "companies", "integration": integration, "held": held}
    if request.method == "POST":
        file = received(request)
        if isinstance(file, Received):
            return _preview(request, access, integration, file)
        context["what"] = file
    return render(request, "companies/file.html", context, status=422 if "what" in context else 200)


def _held(request: HttpRequest, access: Access, integration: Integration) -> HeldFile | None:
    wanted = request.POST.get("held") or request.GET.get("held") or ""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
        return None
    return access.scoped(HeldFile).filter(pk=int(wanted), kind=KIND, about=integration.pk).first()


def _asking(access: Access, integration: Integration) -> Asking:
    return Asking(access.actor, clock().now(), billing_today(integration), connected)


def _preview(request: HttpRequest, access: Access, integration: Integration, file: Received) -> HttpResponse:
    context: dict[str, object] = {"section": "companies", "integration": integration}
    try:
        with file.opened() as source:
            report, changes = preview_company_mappings(integration, source, _asking(access, integration))
    except ImportRefused as refused:
        context |= {"what": f"{file.name} cannot be imported as it is.", "refused": refused}
    except PsaError as error:
        context |= {"what": error.what, "why": error.why, "fix": error.fix}
    else:
        told = _told(report, changes)
        held = Held(KIND, file.name, access.actor, about=integration.pk)
        row = hold_file(access.partner, held, file.chunks(), told, clock().now())
        return redirect(f"{reverse('mapping-file', args=[integration.pk])}?held={row.pk}")
    return render(request, "companies/file.html", context, status=422)


def _told(report: MappingReport, changes: list[MappingChange]) -> dict[str, object]:
    seal = hashlib.sha256(repr(changes).encode("utf-8", "surrogatepass")).hexdigest()
    return asdict(report) | {"changes": [asdict(each) for each in changes[:SHOWN]], SEAL: seal}


def _import(
    request: HttpRequest, access: Access, integration: Integration, held: HeldFile | None
) -> HttpResponse:
    back = redirect(f"{reverse('companies')}?integration={integration.pk}")
    if held is None or is_taken(held):
        messages.info(request, TAKEN)
        return back
    asking, taken = _asking(access, integration), False
    try:
        if _has_moved(held, integration, asking):
            messages.warning(request, MOVED)
            return redirect(f"{reverse('mapping-file', args=[integration.pk])}?held={held.pk}")
        with opened_held(held) as source:
            taken = take_held(held)
            report = import_company_mappings(integration, source, asking) if taken else None
    except ImportRefused as refused:  # a company, an account or a contract is gone since the preview
        held.refresh_from_db()
        if taken or not is_taken(held):
            return _refused_now(request, integration, held, refused)
        report = None
    except PsaError as error:
        messages.error(request, f"{error.what} {error.fix}".strip())
        return back
    _tell(request, report)
    return back


def _has_moved(held: HeldFile, integration: Integration, asking: Asking) -> bool:
    """Then the preview shows what is so now."""
    with opened_held(held) as source:
        now = _told(*preview_company_mappings(integration, source, asking))
    return held.report.get(SEAL) != now[SEAL] and tell_anew(held, now)


def _refused_now(
    request: HttpRequest, integration: Integration, held: HeldFile, refused: ImportRefused
) -> HttpResponse:
    what = f"{held.name} cannot be imported any more: something has changed since its preview."
    context = {"section": "companies", "integration": integration, "refused": refused, "what": what}
    return render(request, "companies/file.html", context, status=422)


def _tell(request: HttpRequest, report: MappingReport | None) -> None:
    """None: somebody else was quicker."""
    if report is None:
        messages.info(request, TAKEN)
        return
    messages.success(request, f"{report.rows:,} mappings read, {report.changed:,} changed.")
    for note in report.notes[:10]:
        messages.warning(request, note)
