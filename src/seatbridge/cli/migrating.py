"""The database's shape: made by itself where there is none, changed only when a person says so."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from seatbridge.cli.failing import CommandRefused
from seatbridge.config.start import current

LOCK = 0x5EA7_0001


def prepare_database() -> None:
    """Raises CommandRefused where the database is older than this program."""
    if not missing_migrations():
        return
    with _one_at_a_time():
        # Another first command may have been at work meanwhile.
        missing = missing_migrations()
        if missing and not _is_new():
            raise CommandRefused(
                "The database is older than this program.",
                why=f"{len(missing)} migrations are not applied.",
                fix="Make a backup, then run: seatbridge migrate",
                code=1,
            )
        if missing:
            _apply()


def missing_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _is_new() -> bool:
    return not connection.introspection.table_names()


def _apply() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def migrate() -> list[str]:
    """Returns what was applied."""
    with _one_at_a_time():
        missing = missing_migrations()
        if missing:
            _apply()
    return missing


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    descriptor = os.open(current().home / "migrate.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
