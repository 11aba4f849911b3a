"""The ledger's triggers in tests: how a test takes them off or puts them on."""

import importlib

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

_MIGRATION = importlib.import_module("seatbridge.ledger.migrations.0002_refuse_changes")


def take_off() -> None:
    _execute(_MIGRATION.REMOVE)


def put_on() -> None:
    _execute(_MIGRATION.INSTALL)


def _execute(statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """SQLite empties tables row by row after a transactional test, which the triggers would refuse."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            take_off()


@pytest.fixture
def unguarded_ledger(db: None) -> None:
    """What somebody with the database's password can do."""
    take_off()
