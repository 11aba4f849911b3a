"""Reading BMS's lists while the page goes on: one reading of an integration at a time in this process."""

from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from django.db import connection

from seatbridge.catalog.refreshing import Refreshed
from seatbridge.config.start import current
from seatbridge.integrations.authenticating import Authenticated, authenticate
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import OpenBms, refresh_now
from seatbridge.psa.errors import PsaError

PATIENCE = 2.0  # seconds: a small BMS is read before the page answers


@dataclass(slots=True)
class CatalogReading:
    """`found` or `failure` once it is done; neither where it broke off."""

    found: Refreshed | None = None
    failure: PsaError | None = None
    done: Event = field(default_factory=Event)

    @property
    def is_done(self) -> bool:
        return self.done.is_set()


_readings: dict[int, CatalogReading] = {}
_lock = Lock()


def authenticate_and_read(integration: Integration, *, actor: str) -> Authenticated:
    """A person or a program asked. One sign-in; where it was good, BMS's lists are read behind it."""
    answer = authenticate(integration, current(), clock(), actor=actor)
    if answer.ok:
        begin_refresh(integration, connected)
    return answer


def begin_refresh(integration: Integration, open_bms: OpenBms, patience: float = PATIENCE) -> CatalogReading:
    """Waits for it no longer than `patience` seconds. A second click finds the first one's reading."""
    with _lock:
        reading = _readings.get(integration.pk)
        if reading is None or reading.is_done:
            reading = _readings[integration.pk] = CatalogReading()
            Thread(target=_read, args=(integration, open_bms, reading), daemon=True).start()
    reading.done.wait(patience)
    return reading


def reading_of(integration: Integration) -> CatalogReading | None:
    """The last one of this process, under way or done."""
    return _readings.get(integration.pk)


def _read(integration: Integration, open_bms: OpenBms, reading: CatalogReading) -> None:
    try:
        reading.found = refresh_now(integration, open_bms, clock().now())
    except PsaError as error:
        reading.failure = error
    finally:
        connection.close()  # this thread's own
        reading.done.set()
