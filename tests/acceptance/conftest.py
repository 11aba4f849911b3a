"""The acceptance tier: the simulator on a real port, the client, the commands."""

import tests.with_django  # noqa: F401, I001 - first: models need Django set up
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import postgresql
from tests.ledger_guard import django_db_setup
from tests.support.commands import CommandServer, running_command_server
from tests.support.fleet import SECRETS

__all__ = ["django_db_setup"]


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandServer]:
    with running_command_server(tmp_path_factory.mktemp("commands")) as server:
        yield server


# They wait, or compute, longest: begun last they would leave all other workers idle at the end.
LONGEST = (
    "engine/test_workers.py",
    "api/test_fuzzing.py",
    "engine/test_one_process.py",
    "engine/test_budget.py",
    "cli/test_processes.py",
    "story/test_normal_year.py",
    "api/test_whole_path.py",
    "cli/test_owed.py",
    "cli/test_whole_path.py",
    "story/test_verification_at_scale.py",
)
_PLACES = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _PLACES.get(item.path, len(LONGEST)))


@dataclass(frozen=True, slots=True)
class OnPostgresql:
    """A server, an empty database with all tables for copies, and what forks commands on such databases."""

    server: postgresql.Server
    empty: str
    commands: CommandServer

    def copy(self, name: str, of: str = "") -> str:
        """Its URL."""
        return postgresql.new_database(self.server.url, f"{name}_{os.getpid()}", of or self.empty)


@pytest.fixture(scope="session")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnPostgresql]:
    server, empty = postgresql.start_server(), f"empty_{os.getpid()}"
    url = postgresql.new_database(server.url, empty)
    folder = tmp_path_factory.mktemp("commands-on-postgresql")
    with running_command_server(folder, SEATBRIDGE_DATABASE_URL=url, **SECRETS) as commands:
        yield OnPostgresql(server, empty, commands)
