"""The integration that a page is about, through the gate."""

from django.http import HttpRequest

from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right


def asked_integration(request: HttpRequest, number: int, right: Right) -> tuple[Access, Integration]:
    access = require(request, right)
    integration = access.one(Integration, pk=number)
    integration.partner = access.partner  # the same row: not read twice
    return access, integration
