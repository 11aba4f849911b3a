"""The way to a BMS with the settings and the clock of this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from seatbridge.config.start import current
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms

# The contracts and the lines of two services: most of a sync is waiting for BMS. It allows 4 calls in flight.
LISTS_AT_ONCE = 3


@contextmanager
def connected(integration: Integration, by: Clock | None = None) -> Iterator[Bms]:
    """As a program would: after a refused sign-in nothing is tried again until a person has authenticated.

    `by`: a clock whose sleep can be broken off, say.
    """
    with open_bms_for(integration, current(), by or clock(), at_once=LISTS_AT_ONCE) as bms:
        yield bms
