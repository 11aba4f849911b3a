"""Programs of Northgate and Contoso, and Northgate's integration with what BMS offers."""

from collections.abc import Iterator

import pytest

from bms_simulator.server import SimulatorServer
from seatbridge.partners.models import Partner
from tests.support.mapping_world import MappingWorld, mapping_world
from tests.support.portal_bms import reachable_bms
from tests.support.programs import Programs, programs


@pytest.fixture
def call(northgate: Partner, contoso: Partner) -> Programs:
    return programs(northgate, contoso)


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


@pytest.fixture
def here(world: MappingWorld) -> str:
    """The path of Northgate's integration."""
    return f"/integrations/{world.integration.pk}"


@pytest.fixture
def bms() -> Iterator[SimulatorServer]:
    with reachable_bms() as server:
        yield server
