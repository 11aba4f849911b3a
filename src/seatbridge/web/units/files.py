"""Units that stand in BMS, as a file: taken out, filled in, brought back with a preview of what changes."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from seatbridge.partners.roles import Right
from seatbridge.sync.stated.confirming import preview_units, state_units
from seatbridge.sync.stated.unknown_units import export_unknown_units
from seatbridge.web.csv_answers import csv_answer
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.uploads import bringing
from seatbridge.web.uploads.bringing import FileKind

UNITS = FileKind(
    kind="units",
    page="units-file",
    section="changes",
    title="Import units",
    lead="Say what stands in BMS now, line by line. Lines that the file does not name stay as they are.",
    columns="company, product, units",
    noun="line",
    head="Line",
    back_title="Units to confirm",
    back=lambda integration: reverse("units", args=[integration.pk]),
    right=Right.APPROVE,
    preview=preview_units,
    take=state_units,
)


@require_safe
def take(request: HttpRequest, number: int) -> HttpResponseBase:
    _, integration = asked_integration(request, number, Right.VIEW)
    return csv_answer(export_unknown_units(integration), "units.csv")


def bring(request: HttpRequest, number: int) -> HttpResponse:
    return bringing.bring(request, number, UNITS)
