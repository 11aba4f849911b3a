"""The way to a BMS from the command line: a session that says on stderr what it waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from seatbridge.cli.clocks import clock
from seatbridge.cli.printing import ERR
from seatbridge.config.start import current
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.psa.kaseya_bms.client import Bms

# The contracts and the lines of two services: most of a sync is waiting for BMS. It allows 4 calls in flight.
LISTS_AT_ONCE = 3


@contextmanager
def connected(integration: Integration) -> Iterator[Bms]:
    """As a program would: after a refused sign-in nothing is tried again until a person has authenticated."""
    zone = ZoneInfo(integration.partner.timezone)

    def say_wait(until: datetime, why: str) -> None:
        at = f"{until.astimezone(zone):%H:%M}"
        limit = why.startswith("Kaseya's")
        ERR.print(f"Waiting for {why} until {at}." if limit else f"{why}: waiting until {at}.")

    with open_bms_for(integration, current(), clock(), at_once=LISTS_AT_ONCE) as bms:
        bms.on_wait = say_wait
        yield bms
