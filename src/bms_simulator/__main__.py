"""`python -m bms_simulator`: print one JSON line with the addresses, then serve until told to stop."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime

from bms_simulator.knobs import CHOICES, Knobs
from bms_simulator.sample import sample_world
from bms_simulator.server import SimulatorServer
from bms_simulator.simulator import Simulator


def now() -> datetime:
    return datetime.now(UTC)


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bms_simulator", description="A pretend Kaseya BMS on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--companies", type=int, default=10)
    parser.add_argument("--behaviour", choices=CHOICES["behaviour"], default="adjusts")
    parser.add_argument("--ahead", choices=CHOICES["ahead"], default="kept")
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--date", type=date.fromisoformat, default=None, help="billing date, YYYY-MM-DD")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    asked = read_arguments(words)
    knobs = Knobs(behaviour=asked.behaviour, ahead=asked.ahead)
    world = sample_world(asked.companies, knobs, asked.date or now().date())
    server = SimulatorServer(Simulator(world, now), asked.port, asked.latency_ms / 1000)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server.start()
    sys.stdout.write(json.dumps({"url": server.url, "control_url": f"{server.url}/control"}) + "\n")
    sys.stdout.flush()
    stop.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
