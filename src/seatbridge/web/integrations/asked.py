"""The integration that a page is about, through the gate."""

from django.http import HttpRequest

from seatbridge.catalog.models import Refresh
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right


def catalog_of(integration: Integration) -> Refresh | None:
    """When its catalog was read, and which lines; no query for one that came through `asked_integration`."""
    try:
        return integration.catalog_refresh
    except Refresh.DoesNotExist:
        return None


def asked_integration(request: HttpRequest, number: int, right: Right) -> tuple[Access, Integration]:
    access = require(request, right)
    integration = access.one(Integration.objects.select_related("catalog_refresh", "schedule"), pk=number)
    integration.partner = access.partner  # the same row: not read twice
    return access, integration
