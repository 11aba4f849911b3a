"""Reading BMS's lists while the page goes on."""

from seatbridge.catalog.refreshing import Refreshed
from seatbridge.config.start import current
from seatbridge.integrations.authenticating import Authenticated, authenticate
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.behind import PATIENCE, Behind, Reading
from seatbridge.mappings.catalog_age import OpenBms, refresh_now

CatalogReading = Reading[Refreshed]
_readings: Behind[Refreshed] = Behind()


def authenticate_and_read(integration: Integration, *, actor: str) -> Authenticated:
    """A person or a program asked. One sign-in; where it was good, BMS's lists are read behind it."""
    answer = authenticate(integration, current(), clock(), actor=actor)
    if answer.ok:
        begin_refresh(integration, connected)
    return answer


def begin_refresh(integration: Integration, open_bms: OpenBms, patience: float = PATIENCE) -> CatalogReading:
    return _readings.begin(
        integration.pk, lambda: refresh_now(integration, open_bms, clock().now()), patience
    )


def reading_of(integration: Integration) -> CatalogReading | None:
    return _readings.of(integration.pk)
