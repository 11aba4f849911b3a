"""Workers die and freeze, the database restarts, and every contract ends with its count, each written once.

`python -m tests.support.chaos --seconds 120` (make chaos); a small one is a test.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import postgresql
from tests.support.commands import Process
from tests.support.fleet import Fleet, Size, running_fleet

WORKERS = 3
LONGEST_FREEZE = 30.0  # longer than a lease


@dataclass(slots=True)
class Chaos:
    """`every`: seconds between two blows; half of them kill a worker, half freeze it for a while."""

    fleet: Fleet
    restart: Callable[[], None]
    every: float
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    _frozen: dict[int, float] = field(default_factory=dict)  # pid -> when it wakes
    _alive: list[Process] = field(default_factory=list)

    def rage(self, seconds: float) -> None:
        draw = random.Random(self.seed)  # noqa: S311 - to be drawn again, not to be kept secret
        self._alive = [self.fleet.worker() for _ in range(WORKERS)]
        self.fleet.make_due()
        began = time.monotonic()
        restart_at = began + seconds * 0.4
        while (now := time.monotonic()) - began < seconds:
            if now >= restart_at:
                self.happened["the database restarted"] += 1
                self.restart()
                restart_at = float("inf")
            self._blow(draw)
            time.sleep(self.every)
            self._wake(time.monotonic())
        self._wake(float("inf"))

    def _blow(self, draw: random.Random) -> None:
        worker = draw.choice(self._alive)
        if worker.poll() is None and draw.random() < 0.5:
            self.happened["a worker was frozen"] += worker.pid not in self._frozen
            worker.send_signal(signal.SIGSTOP)
            self._frozen[worker.pid] = time.monotonic() + draw.uniform(1, LONGEST_FREEZE)
            return
        self.happened["a worker was killed"] += 1
        self._frozen.pop(worker.pid, None)
        worker.kill()
        worker.wait()
        self._alive[self._alive.index(worker)] = self.fleet.worker(awaited=False)

    def _wake(self, now: float) -> None:
        for worker in self._alive:
            if worker.pid in self._frozen and self._frozen[worker.pid] <= now:
                del self._frozen[worker.pid]
                worker.send_signal(signal.SIGCONT)

    def end(self, seconds: float) -> list[str]:
        """What is wrong once all that is still under way has ended."""
        took = self.fleet.until(self.fleet.all_ended, seconds)
        self.happened["seconds until all had ended, after the last blow"] = round(took)
        self.happened["takeovers"] = self.fleet.ask("SELECT sum(taken_over)::int FROM sync_syncrun")[0][0]
        doubled = "SELECT contract_id, integration_id, count(*) FROM sync_write WHERE state = 'confirmed'"
        rows = self.fleet.ask(f"{doubled} GROUP BY 1, 2 HAVING count(*) > 1")
        wrong = [f"contract {row[0]} of integration {row[1]} is confirmed {row[2]} times" for row in rows]
        stray = set(self.fleet.states()) - {"succeeded"}
        wrong += [f"runs ended as {self.fleet.states()}"] * bool(stray)
        return wrong + self.fleet.complaints()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--integrations", type=int, default=200)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    asked = parser.parse_args(words)
    sys.stdout.write(f"chaos, seed {asked.seed}\n")
    server = postgresql.start_server()
    size = Size(asked.integrations, asked.changes, asked.integrations)
    with tempfile.TemporaryDirectory(prefix="seatbridge-chaos-") as home:
        database = postgresql.new_database(server.url, "chaos")
        with running_fleet(size, Path(home), database) as fleet:
            chaos = Chaos(fleet, server.restart, asked.every, asked.seed)
            chaos.rage(asked.seconds)
            wrong = chaos.end(1200)
    for what, count in chaos.happened.items():
        sys.stdout.write(f"{count:5} {what}\n")
    held = "Every run ended, every contract holds its count, and none was written twice."
    sys.stdout.write("\n".join(wrong or [held]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
