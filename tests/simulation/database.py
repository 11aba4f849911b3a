"""The real tables in memory: migrated once a process, back to empty for each seed within microseconds."""

import atexit
import os
import shutil
import tempfile

from django.core.management import call_command
from django.db import connection, connections

from seatbridge.config.settings import Settings
from seatbridge.config.start import start
from tests.simulation.quick_queries import ask_quickly

_template: list[bytes] = []


def start_in_memory() -> Settings:
    """Before any model is imported."""
    for name in [name for name in os.environ if name.startswith("SEATBRIDGE_")]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="seatbridge-simulation-")
    atexit.register(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["SEATBRIDGE_HOME"] = home
    os.environ["SEATBRIDGE_PSA_HOSTS"] = "bms.example=http://bms.example"
    # A seal made of random bytes would make no two histories alike.
    os.environ["SEATBRIDGE_SEAL_KEYS"] = "s1:" + "A" * 43 + "="
    settings = start()
    ask_quickly()
    return settings


def empty_tables() -> None:
    if not _template:
        connections.databases["default"]["NAME"] = ":memory:"
        call_command("migrate", verbosity=0)
        _template.append(connection.connection.serialize())
    connection.connection.deserialize(_template[0])
