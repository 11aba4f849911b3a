"""Copies of a prepared database: of a file with SQLite, of a database with PostgreSQL."""

import os
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tests import postgresql
from tests.acceptance.crashes.places import Copies

SECRETS = {
    "SEATBRIDGE_SECRET_KEY": "only-for-tests-" * 4,
    "SEATBRIDGE_SEAL_KEYS": "t1:" + "A" * 43 + "=",
}


def copies_of_files(folder: Path) -> Copies:
    def copy(source: str, name: str) -> str:
        target = folder / f"{name}.sqlite3"
        return str(shutil.copy(source, target) if source else target)

    return Copies(folder, copy)


def copies_on_postgresql(folder: Path) -> tuple[Copies, dict[str, str]]:
    """With what a process needs in its environment to find them."""
    url = os.environ.get(postgresql.ADDRESS) or postgresql.start()
    prefix = f"crashes_{os.getpid()}_"

    def copy(source: str, name: str) -> str:
        target = (prefix + name).lower()
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, (target, source or "template0"))))
        return target

    return Copies(folder, copy), {"SEATBRIDGE_DATABASE_URL": url, **SECRETS}
