"""A real server, a pretend BMS on a port, and programs that call over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.commands import CommandServer, Seatbridge, days_until


@pytest.fixture
def bms() -> Iterator[BmsProcess]:
    with running_bms() as running:
        running.load(worlds.world())
        yield running


@pytest.fixture
def seatbridge(bms: BmsProcess, commands: CommandServer, tmp_path: Path) -> Seatbridge:
    environment = {
        "SEATBRIDGE_PSA_HOSTS": f"{worlds.HOST}={bms.url}",
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(days_until(worlds.TODAY)),
        "SEATBRIDGE_SETTLE_SECONDS": "1",
    }
    return Seatbridge(tmp_path / "home", environment, commands)
