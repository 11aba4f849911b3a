"""`python -m tests.support.many_bms 4`: as many pretend BMSs on ports of their own, in one process.

What each of them would load, and hold, is there once. A JSON line tells their addresses.
"""

import json
import signal
import sys
import threading

from bms_simulator.__main__ import now
from bms_simulator.knobs import Knobs
from bms_simulator.sample import sample_world
from bms_simulator.server import SimulatorServer
from bms_simulator.simulator import Simulator


def main(many: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worlds = (sample_world(1, Knobs(), now().date()) for _ in range(int(many)))
    servers = [SimulatorServer(Simulator(world, now)) for world in worlds]
    for server in servers:
        server.start()
    sys.stdout.write(json.dumps([server.url for server in servers]) + "\n")
    sys.stdout.flush()
    stop.wait()
    for server in servers:
        server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
