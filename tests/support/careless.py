"""A database that does not wait for the disk: only a machine without power could tell, and none is in a test.

What a killed process had committed is there all the same: the operating system has it.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


def wait_for_no_disk() -> None:
    connection_created.connect(_careless)


def _careless(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.execute("PRAGMA synchronous=OFF")
