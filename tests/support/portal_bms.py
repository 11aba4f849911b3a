"""A pretend BMS on a loopback port that this process may call: what pages reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bms_simulator.server import SimulatorServer
from bms_simulator.simulator import Simulator
from bms_simulator.world import World
from seatbridge.config import start
from seatbridge.kit.hosts import HostList
from tests.support.worlds import HOST, world
from tests.with_django import SETTINGS


@contextmanager
def reachable_bms() -> Iterator[SimulatorServer]:
    """While it lasts, the operator's list has its host, as SEATBRIDGE_PSA_HOSTS would."""
    server = SimulatorServer(Simulator(World.from_json(world()), lambda: datetime.now(UTC)))
    server.start()
    kept = start._started[:]
    start._started[:] = [replace(SETTINGS, psa_hosts=HostList({HOST: server.url}))]
    try:
        yield server
    finally:
        start._started[:] = kept
        server.stop()
