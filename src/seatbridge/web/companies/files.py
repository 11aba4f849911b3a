"""Company mappings as a file: taken out, edited, brought back with a preview of what changes."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from seatbridge.mappings.company_rows import FIELDS
from seatbridge.mappings.exporting import export_company_mappings
from seatbridge.mappings.importing import import_company_mappings, preview_company_mappings
from seatbridge.partners.roles import Right
from seatbridge.web.csv_answers import csv_answer
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.uploads import bringing
from seatbridge.web.uploads.bringing import FileKind

MAPPINGS = FileKind(
    kind="company-mappings",
    page="mapping-file",
    section="companies",
    title="Import company mappings",
    lead="Take the CSV out, edit it, bring it back.",
    columns=", ".join(FIELDS),
    noun="mapping",
    head="Company",
    back_title="Company Mapping",
    back=lambda integration: f"{reverse('companies')}?integration={integration.pk}",
    right=Right.MAP,
    preview=preview_company_mappings,
    take=import_company_mappings,
)


@require_safe
def take(request: HttpRequest, number: int) -> HttpResponseBase:
    _, integration = asked_integration(request, number, Right.VIEW)
    return csv_answer(export_company_mappings(integration), "company-mappings.csv")


def bring(request: HttpRequest, number: int) -> HttpResponse:
    return bringing.bring(request, number, MAPPINGS)
