"""A process that sets Seatbridge up once, and forks a child of its own for everybody who connects to it.

A child is a real process, with its own connections, that a real SIGKILL ends; it costs some milliseconds
instead of a start. One JSON line asks, and the child answers in JSON lines: {"at": step} for every step of a
run, {"ended": …} or {"error": …} at its end, and nothing more once it was killed. One that is alive can be
asked for more ("again"): its pages are its own by then, a fourth of what a sync costs a new child.

Until it is asked to "fork" it does everything itself: what Python and Django load and put together when a
thing is done for the first time took each child twice as long as the thing itself.
"""

import gc
import json
import signal
import sys
import traceback
from socketserver import ForkingMixIn, StreamRequestHandler, UnixStreamServer
from typing import Any

from seatbridge.config.start import start

start()

from django.db import connection  # noqa: E402 - Django is set up by now

from tests.support.careless import wait_for_no_disk  # noqa: E402
from tests.support.forked_jobs import JOBS  # noqa: E402


class Starter(ForkingMixIn, UnixStreamServer):
    max_children = 200  # those that wait to be asked again among them
    request_queue_size = 40
    forks = False

    def process_request(self, request: Any, client_address: Any) -> None:
        (ForkingMixIn if self.forks else UnixStreamServer).process_request(self, request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as the base has it
        request.sendall(_line({"error": traceback.format_exc()}))


class Child(StreamRequestHandler):
    """Runs in the forked process; no connection to a database is open before."""

    server: Starter

    def handle(self) -> None:
        while line := self.rfile.readline():
            asked = json.loads(line)
            if asked["do"] == "fork":
                gc.collect()
                gc.freeze()
                self.server.forks = True
                return self.say(ended=None)
            connection.settings_dict["NAME"] = asked["database"]
            ended = JOBS[asked["do"]](asked, self)
            connection.close()
            again = self.server.forks and "lease" not in asked  # the heart of such a run beats on
            self.say(ended=ended, again=again)
            if not again:
                return None
        return None

    def say(self, **what: Any) -> None:
        self.wfile.write(_line(what))

    def wait(self) -> None:
        """Until the test says that it may go on, in one line."""
        self.rfile.readline()


def _line(what: dict[str, Any]) -> bytes:
    return json.dumps(what, default=str).encode() + b"\n"


if __name__ == "__main__":
    # A collection in a child would copy every page that it shares with this process.
    gc.disable()
    wait_for_no_disk()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # once its children have ended too
    with Starter(sys.argv[1], Child) as starter:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        starter.serve_forever()
