"""Importing this sets Seatbridge up for a tier with a database: a temporary data folder."""

import atexit
import os
import shutil
import tempfile

from seatbridge.config.start import start
from tests import postgresql
from tests.support.careless import wait_for_no_disk


def _prepare() -> None:
    for name in [name for name in os.environ if name.startswith("SEATBRIDGE_")]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="seatbridge-tests-")
    atexit.register(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["SEATBRIDGE_HOME"] = home
    if postgresql.ADDRESS in os.environ:
        os.environ["SEATBRIDGE_DATABASE_URL"] = os.environ[postgresql.ADDRESS]
        os.environ["SEATBRIDGE_SECRET_KEY"] = "only-for-tests-" * 4
        os.environ["SEATBRIDGE_SEAL_KEYS"] = "t1:" + "A" * 43 + "="


_prepare()
SETTINGS = start()
wait_for_no_disk()
# A worker of xdist that inherited it would set Django up before its own `start`, without any keys.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
