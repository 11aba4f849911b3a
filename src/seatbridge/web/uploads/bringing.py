"""A CSV file about one integration: brought, shown as what it would change, imported by a second click."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.file_rows import Source
from seatbridge.mappings.importing import Asking, MappingReport, RowChange
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.usage.held_files import Held, hold_file, is_taken, opened_held, take_held, tell_anew
from seatbridge.usage.models import HeldFile
from seatbridge.usage.refusals import ImportRefused
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.uploads.received import Received, received

SHOWN = 200
SEAL = "seal"  # in a report: of all that would change
MOVED = "Something has changed since this preview. It shows now what the file would change today."
TAKEN = "That file was imported already, or it waited for more than an hour."


@dataclass(frozen=True, slots=True)
class FileKind:
    """`page`: the URL name of its page. `noun`: what one row is; `head`: of the table of changes."""

    kind: str
    page: str
    section: str
    title: str
    lead: str
    columns: str
    noun: str
    head: str
    back_title: str
    back: Callable[[Integration], str]
    right: Right
    preview: Callable[[Integration, Source, Asking], tuple[MappingReport, list[RowChange]]]
    take: Callable[[Integration, Source, Asking], MappingReport]

    def url(self, integration: Integration) -> str:
        return reverse(self.page, args=[integration.pk])


@dataclass(frozen=True, slots=True)
class Brought:
    request: HttpRequest
    access: Access
    integration: Integration
    of: FileKind

    @property
    def asking(self) -> Asking:
        return Asking(self.access.actor, clock().now(), billing_today(self.integration), connected)

    def page(self, **more: object) -> HttpResponse:
        context = {"section": self.of.section, "integration": self.integration, "of": self.of, **more}
        context["back"] = self.of.back(self.integration)
        status = 422 if "what" in more else 200
        return render(self.request, "uploads/bring.html", context, status=status)


def bring(request: HttpRequest, number: int, of: FileKind) -> HttpResponse:
    """POST with a file: what would change. POST with `held`: import it. GET: the form, or what is held."""
    access, integration = asked_integration(request, number, of.right)
    brought = Brought(request, access, integration, of)
    held = _held(brought)
    if request.method == "POST" and "held" in request.POST:
        return _import(brought, held)
    if request.method == "POST":
        file = received(request)
        return _preview(brought, file) if isinstance(file, Received) else brought.page(what=file)
    return brought.page(held=held)


def _held(brought: Brought) -> HeldFile | None:
    request = brought.request
    wanted = request.POST.get("held") or request.GET.get("held") or ""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
        return None
    rows = brought.access.scoped(HeldFile)
    return rows.filter(pk=int(wanted), kind=brought.of.kind, about=brought.integration.pk).first()


def _preview(brought: Brought, file: Received) -> HttpResponse:
    try:
        with file.opened() as source:
            told = _told(*brought.of.preview(brought.integration, source, brought.asking))
    except ImportRefused as refused:
        return brought.page(what=f"{file.name} cannot be imported as it is.", refused=refused)
    except PsaError as error:
        return brought.page(what=error.what, why=error.why, fix=error.fix)
    held = Held(brought.of.kind, file.name, brought.access.actor, about=brought.integration.pk)
    row = hold_file(brought.access.partner, held, file.chunks(), told, clock().now())
    return redirect(f"{brought.of.url(brought.integration)}?held={row.pk}")


def _told(report: MappingReport, changes: list[RowChange]) -> dict[str, object]:
    seal = hashlib.sha256(repr(changes).encode("utf-8", "surrogatepass")).hexdigest()
    return asdict(report) | {"changes": [asdict(each) for each in changes[:SHOWN]], SEAL: seal}


def _import(brought: Brought, held: HeldFile | None) -> HttpResponse:
    request, integration = brought.request, brought.integration
    back = redirect(brought.of.back(integration))
    if held is None or is_taken(held):
        messages.info(request, TAKEN)
        return back
    asking, taken = brought.asking, False
    try:
        if _has_moved(brought, held, asking):
            messages.warning(request, MOVED)
            return redirect(f"{brought.of.url(integration)}?held={held.pk}")
        with opened_held(held) as source:
            taken = take_held(held)
            report = brought.of.take(integration, source, asking) if taken else None
    except ImportRefused as refused:  # something that the file names is gone since the preview
        held.refresh_from_db()
        if taken or not is_taken(held):
            what = f"{held.name} cannot be imported any more: something has changed since its preview."
            return brought.page(what=what, refused=refused)
        report = None
    except PsaError as error:
        messages.error(request, f"{error.what} {error.fix}".strip())
        return back
    _tell(brought, report)
    return back


def _has_moved(brought: Brought, held: HeldFile, asking: Asking) -> bool:
    """Then the preview shows what is so now."""
    with opened_held(held) as source:
        now = _told(*brought.of.preview(brought.integration, source, asking))
    return held.report.get(SEAL) != now[SEAL] and tell_anew(held, now)


def _tell(brought: Brought, report: MappingReport | None) -> None:
    """None: somebody else was quicker."""
    if report is None:
        messages.info(brought.request, TAKEN)
        return
    messages.success(brought.request, f"{report.rows:,} {brought.of.noun}s read, {report.changed:,} changed.")
    for note in report.notes[:10]:
        messages.warning(brought.request, note)
