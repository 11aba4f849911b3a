"""What contracts do otherwise, as a file: taken out, edited, brought back with a preview of what changes."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from seatbridge.mappings.terms_files import (
    FIELDS,
    export_contract_terms,
    import_contract_terms,
    preview_contract_terms,
)
from seatbridge.partners.roles import Right
from seatbridge.web.csv_answers import csv_answer
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.uploads import bringing
from seatbridge.web.uploads.bringing import FileKind

TERMS = FileKind(
    kind="contract-terms",
    page="contracts-file",
    section="integrations",
    title="Import the calendar of contracts",
    lead="Take the CSV out, edit it, bring it back. Contracts that it does not name stay as they are.",
    columns=f"{', '.join(FIELDS)}. issue_on is start or end, posts_on a day of the month, periods fiscal or "
    "from-start; an empty cell means as the calendar says",
    noun="contract",
    head="Contract",
    back_title="Billing calendar by contract",
    back=lambda integration: reverse("contracts", args=[integration.pk]),
    right=Right.SETTINGS,
    preview=preview_contract_terms,
    take=import_contract_terms,
)


@require_safe
def take(request: HttpRequest, number: int) -> HttpResponseBase:
    _, integration = asked_integration(request, number, Right.VIEW)
    return csv_answer(export_contract_terms(integration), "contract-calendar.csv")


def bring(request: HttpRequest, number: int) -> HttpResponse:
    return bringing.bring(request, number, TERMS)
