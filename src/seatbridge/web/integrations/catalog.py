"""Reading BMS's accounts, contracts and services again, on demand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seatbridge.catalog.finding import refreshed_at
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.refreshing_behind import CatalogReading, begin_refresh, reading_of
from seatbridge.partners.roles import Right
from seatbridge.web.back import way_back
from seatbridge.web.integrations.asked import asked_integration


def refresh(request: HttpRequest, number: int) -> HttpResponse:
    """GET: how it goes. POST: begin; a small BMS is read before the page answers."""
    post = request.method == "POST"
    _, integration = asked_integration(request, number, Right.MAP if post else Right.VIEW)
    reading = begin_refresh(integration, connected) if post else reading_of(integration)
    context = {"integration": integration, "reading": reading, "refreshed_at": refreshed_at(integration)}
    if post and not getattr(request, "htmx", False):
        _tell(request, reading)
        return redirect(way_back(request, f"/integrations/{integration.pk}/"))
    answer = render(request, "integrations/catalog_age.html", context)
    if reading is not None and reading.is_done and reading.failure is None:
        answer.headers["HX-Trigger"] = "catalog-read"  # what said that nothing was read yet looks again
    return answer


def _tell(request: HttpRequest, reading: CatalogReading | None) -> None:
    if reading is None or not reading.is_done:
        messages.info(request, "The lists of BMS are being read. Load this page again in a moment.")
    elif reading.failure is not None:
        messages.error(request, f"{reading.failure.what} {reading.failure.fix}".strip())
    elif reading.found is not None:
        found = reading.found
        messages.success(
            request,
            f"BMS has {found.accounts:,} accounts, {found.contracts:,} contracts, "
            f"{found.services:,} services.",
        )
