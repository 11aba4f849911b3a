"""A process that has set Seatbridge up once, and forks a child of its own for each command.

The child starts anew with its own environment: settings, keys, logs, database, stdin and what it prints. Only
modules and models, which depend on none of it, are there already: most of the second that a start costs. Two
commands are carried out before, so that what is loaded by the first that needs it is there too.
"""

import gc
import json
import os
import sys
import traceback
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from socketserver import ForkingMixIn, StreamRequestHandler, UnixStreamServer

from django.conf import settings
from django.db import connections
from django.utils.functional import empty

import seatbridge
from seatbridge.cli.main import main
from seatbridge.config import start
from tests.support.careless import wait_for_no_disk

PARTS = ("cli", "sync", "integrations", "mappings", "usage", "psa")  # what commands are made of
FIRST = (("migrate",), ("ledger", "verify", "--json"))


class Server(ForkingMixIn, UnixStreamServer):
    max_children = 40
    request_queue_size = 40


class Command(StreamRequestHandler):
    """Runs in the forked process."""

    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
            os.dup2(os.open(os.path.join(asked["folder"], name), flags, 0o600), number)  # noqa: PTH118 - fds
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["seatbridge", *asked["words"]]
        _forget_settings()
        self.wfile.write(json.dumps({"code": _run()}).encode() + b"\n")


def _forget_settings() -> None:
    """As if nothing had been read yet: `start` reads the environment of this process."""
    start._started.clear()
    sys.modules.pop("seatbridge.config.django_settings", None)
    settings._wrapped = empty
    for connection in connections.all(initialized_only=True):
        del connections[connection.alias]
    connections._settings = None
    connections.__dict__.pop("settings", None)


def _run() -> int:
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:  # noqa: BLE001 - as the interpreter itself does at the end of a program
        traceback.print_exc()
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _load() -> None:
    for part in PARTS:
        folder = [str(Path(seatbridge.__path__[0], part))]
        for module in walk_packages(folder, f"seatbridge.{part}."):
            import_module(module.name)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        for words in FIRST:
            sys.argv = ["seatbridge", *words]
            _run()
    connections.close_all()


if __name__ == "__main__":
    address = sys.argv[1]
    start.start()
    wait_for_no_disk()
    _load()
    gc.disable()  # a collection in a child would copy every page that it shares with this process
    gc.freeze()
    with Server(address, Command) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()
