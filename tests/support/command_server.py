"""A process that has set Seatbridge up once, and forks a child of its own for each command.

The child starts anew with its own environment: settings, keys, logs, database, stdin and what it prints. Only
modules and models, which depend on none of it, are there already: most of the second that a start costs. Two
commands are carried out before, so that what is loaded by the first that needs it is there too.

The caller sends stdin, stdout and stderr along and hears {"pid": …} at once, {"code": …} when the command has
ended, and then nothing more: the process is gone. It is gone without a code where a signal ended it.
"""

import atexit
import gc
import json
import os
import socket
import sys
import threading
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
SERVED = ("api", "operations", "reminders", "team", "web")  # and the portal
FIRST = (("migrate",), ("ledger", "verify", "--json"))


class Server(ForkingMixIn, UnixStreamServer):
    max_children = 40
    request_queue_size = 40


class Command(StreamRequestHandler):
    """Runs in the forked process."""

    def handle(self) -> None:
        ends = socket.recv_fds(self.request, 1, 3)[1]
        asked = json.loads(self.rfile.readline())
        _take(ends)
        self.say(pid=os.getpid())
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["seatbridge", *asked["words"]]
        _forget_settings()
        gc.enable()
        code = _run()
        _end_like_an_interpreter()
        self.say(code=code)

    def say(self, **what: int) -> None:
        self.wfile.write(json.dumps(what).encode() + b"\n")


def _take(ends: list[int]) -> None:
    """As this process's own; a stream knows from its making whether it is a file or a pipe."""
    for number, end in enumerate(ends):
        os.dup2(end, number)
        os.close(end)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open to the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115


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


def _end_like_an_interpreter() -> None:
    """A fork of this server ends without any of it."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()


def _load() -> None:
    # Each engine loads what the other one never needs.
    engine = (
        "seatbridge.engine.scaled" if start.current().database.is_postgresql else "seatbridge.engine.runner"
    )
    for part in (*PARTS, *SERVED):
        folder = [str(Path(seatbridge.__path__[0], part))]
        for module in walk_packages(folder, f"seatbridge.{part}."):
            import_module(module.name)
    for name in (engine, "seatbridge.config.portal", "seatbridge.config.urls"):
        import_module(name)
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
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it shares with this process
    with Server(address, Command) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()
