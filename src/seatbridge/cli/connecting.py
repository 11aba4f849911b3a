"""The way to a BMS from the command line: a session that says on stderr what it waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from seatbridge.cli.printing import ERR
from seatbridge.integrations import connecting
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms


@contextmanager
def connected(integration: Integration, by: Clock | None = None) -> Iterator[Bms]:
    zone = ZoneInfo(integration.partner.timezone)

    def say_wait(until: datetime, why: str) -> None:
        ERR.print(f"Waiting for {why} until {until.astimezone(zone):%H:%M}.")

    with connecting.connected(integration, by) as bms:
        bms.on_wait = say_wait
        yield bms
