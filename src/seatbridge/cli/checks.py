"""What `doctor` looks at on this machine: settings, data folder, database, keys, clock."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection

from seatbridge.cli.migrating import missing_migrations
from seatbridge.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """`fix` empty: nothing to do."""

    subject: str
    what: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        return not self.fix


def check_machine(settings: Settings) -> Iterator[Check]:
    yield Check("Settings", "read, none unknown")
    yield _folder(settings.home)
    yield from _key_files(settings.home)
    days = settings.date_offset_days
    yield Check(
        "Clock",
        f"billing dates are shifted by {days} days: for demos and tests only" if days else "real time",
    )
    offered = sorted(settings.psa_hosts.operators)
    yield Check("PSA hosts", "Kaseya's own" + (f", and {', '.join(offered)}" if offered else ""))


def check_database() -> Check:
    """Says nothing of tables: an empty database is made by the first command that needs it."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                return Check("Database", "PostgreSQL answers")
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0]).lower()
    except DatabaseError as error:
        return Check(
            "Database", f"cannot be used: {error}".strip(), "Start it, or correct SEATBRIDGE_DATABASE_URL."
        )
    if mode != "wal":
        return Check(
            "Database",
            f"SQLite in {mode} mode, not WAL",
            "Move the data folder to a local disk: WAL needs one.",
        )
    return Check("Database", "SQLite in WAL mode")


def check_migrations() -> Check:
    missing = missing_migrations()
    if not missing:
        return Check("Migrations", "all applied")
    if not connection.introspection.table_names():
        return Check("Migrations", "the database is empty: the first command that needs it makes its tables")
    return Check("Migrations", f"{len(missing)} not applied", "Make a backup, then run: seatbridge migrate")


def _folder(home: Path) -> Check:
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o077:
        return Check("Data folder", f"{home} can be read by others ({mode:o})", f"chmod 700 {home}")
    return Check("Data folder", f"{home}, for its owner only")


def _key_files(home: Path) -> Iterator[Check]:
    for name in ("secret-key", "seal-keys"):
        file = home / name
        if not file.exists():
            yield Check("Keys", f"{name} comes from the environment")
        elif stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Check("Keys", f"{name} can be read by others", f"chmod 600 {file}")
        else:
            yield Check("Keys", f"{name} is for its owner only")
