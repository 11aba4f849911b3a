"""Who carries a run: one process per integration, and none once it is gone.

SQLite: an advisory file lock in the data folder. PostgreSQL: a session advisory lock. Both are let go by the
operating system or the server at the instant that the process dies, so the next sync takes over at once.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ADVISORY_SPACE = 0x5EA7  # the first half of the two-part lock key: ours, not another program's


class RunHeld(Exception):
    """Another process carries this integration's run right now."""


@contextmanager
def holding(integration_id: int, folder: Path) -> Iterator[None]:
    """Hold the integration for the length of the block; raise RunHeld at once where somebody else does."""
    if connection.vendor == "postgresql":
        with _session_lock(integration_id):
            yield
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"integration-{integration_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise RunHeld(f"another process is syncing integration {integration_id}") from held
        yield


@contextmanager
def _session_lock(integration_id: int) -> Iterator[None]:
    key = [ADVISORY_SPACE, integration_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        (held,) = cursor.fetchone()
    if not held:
        raise RunHeld(f"another process is syncing integration {integration_id}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
