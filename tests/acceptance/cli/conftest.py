"""The commands as people type them: real processes, a pretend BMS on a port, a data folder of their own."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.commands import CommandServer, Seatbridge, days_until
from tests.support.sample_partner import set_up


@pytest.fixture(scope="session")
def bms_server() -> Iterator[BmsProcess]:
    with running_bms() as bms:
        yield bms


@pytest.fixture
def bms(bms_server: BmsProcess) -> BmsProcess:
    """The small world, as if nothing had happened yet."""
    bms_server.load(worlds.world())
    return bms_server


@pytest.fixture(scope="session")
def environment(bms_server: BmsProcess) -> dict[str, str]:
    return {
        "SEATBRIDGE_PSA_HOSTS": f"{worlds.HOST}={bms_server.url}",
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(days_until(worlds.TODAY)),
        "SEATBRIDGE_SETTLE_SECONDS": "1",
    }


@pytest.fixture
def fresh(bms: BmsProcess, environment: dict[str, str], tmp_path: Path) -> Seatbridge:
    """A machine on which nothing was ever typed; each command is started by the interpreter."""
    return Seatbridge(tmp_path / "home", environment)


@pytest.fixture
def empty(fresh: Seatbridge, commands: CommandServer) -> Seatbridge:
    """Such a machine, with forks for commands."""
    return replace(fresh, server=commands)


@pytest.fixture(scope="session")
def mapped_home(
    bms_server: BmsProcess,
    commands: CommandServer,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Set up once, up to the mappings; copied for each test."""
    folder = tmp_path_factory.mktemp("mapped")
    bms_server.load(worlds.world())
    seatbridge = Seatbridge(folder / "home", environment, commands)
    set_up(seatbridge, folder)
    return folder / "home"


@pytest.fixture
def mapped(
    bms: BmsProcess, mapped_home: Path, environment: dict[str, str], commands: CommandServer, tmp_path: Path
) -> Seatbridge:
    """Everything set up and switched on; nothing synced yet."""
    shutil.copytree(mapped_home, tmp_path / "home")
    return Seatbridge(tmp_path / "home", dict(environment), commands)
