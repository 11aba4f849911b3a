"""Many pretend BMSs in one process, each under a path of its own: `python -m tests.support.many_worlds 20 5`.

20 worlds of 5 clients each, at URL/0 to URL/19, and the control plane of each at URL/N/control.
URL/N/first-call tells when the first call since the last such question came.
"""

import json
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast

from bms_simulator.server import SimulatorServer
from bms_simulator.simulator import Simulator
from bms_simulator.wire import Answer, Request
from bms_simulator.world import World
from tests.support.story_world import clients, world_of

TODAY = date(2026, 11, 23)
UNITS = 20  # of every line: one more or less stays within every limit


class ManyWorlds:
    """What a server asks of a simulator, handed on to the one that the path begins with."""

    def __init__(self, worlds: int, size: int) -> None:
        made = world_of(clients(size, UNITS), TODAY, hourly_limit=1_000_000)
        self._worlds = [Simulator(World.from_json(made), lambda: datetime.now(UTC)) for _ in range(worlds)]
        self._first_calls: dict[int, float] = {}  # by world: since somebody asked for it

    def handle(self, request: Request) -> Answer:
        _, number, rest = request.path.split("/", 2)
        if rest == "first-call":
            return Answer(200, {}, json.dumps(self._first_calls.pop(int(number), None)).encode())
        if not rest.startswith("control/"):
            self._first_calls.setdefault(int(number), time.time())
        return self._worlds[int(number)].handle(replace(request, path=f"/{rest}"))


def main(worlds: str, size: str, latency_ms: str = "0") -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    many = cast("Simulator", ManyWorlds(int(worlds), int(size)))
    server = SimulatorServer(many, 0, int(latency_ms) / 1000)
    server.start()
    sys.stdout.write(json.dumps({"url": server.url}) + "\n")
    sys.stdout.flush()
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
