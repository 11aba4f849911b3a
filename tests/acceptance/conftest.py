"""The acceptance tier: the simulator on a real port, the client, the commands."""

import tests.with_django  # noqa: F401, I001 - first: models need Django set up
from collections.abc import Iterator

import pytest

from tests.ledger_guard import django_db_setup
from tests.support.commands import CommandServer, running_command_server

__all__ = ["django_db_setup"]
# What starts processes for many tests; with --dist=loadgroup one worker does for all of them.
DEAR = ("places_on_postgresql", "places", "commands")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        dear = [name for name in DEAR if name in getattr(item, "fixturenames", ())]
        if dear or "/acceptance/story/" not in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group(dear[0] if dear else item.path.stem))


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandServer]:
    with running_command_server(tmp_path_factory.mktemp("commands")) as server:
        yield server
