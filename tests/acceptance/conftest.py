"""The acceptance tier: the simulator on a real port, the client, the commands."""

import tests.with_django  # noqa: F401, I001 - first: models need Django set up
from collections.abc import Iterator

import pytest

from tests.ledger_guard import django_db_setup
from tests.support.commands import CommandServer, running_command_server

__all__ = ["django_db_setup"]


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandServer]:
    with running_command_server(tmp_path_factory.mktemp("commands")) as server:
        yield server
