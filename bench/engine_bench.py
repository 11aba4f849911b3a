"""What the engine costs: `python bench/engine_bench.py [FLEET] [EMBEDDED] [CLICKS]`; 10,000, 1,000 and 20.

1 Sync Now: from the click to the first call to BMS
2 a fleet that is due in the same minute, and what of that is dispatch: beside as many empty tasks
3 one process on SQLite: idle, and with many due
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from engine_browser import post, signed_in, visits

from tests import postgresql
from tests.support.fleet import UNITS, Fleet, Process, Size, running_fleet

CONCURRENCY = 4
IDLE_SECONDS = 30
NAMES = (f"bench_{number}" for number in count())


def main() -> None:
    fleet, embedded, clicks = (*map(int, sys.argv[1:]), *(10_000, 1_000, 20)[len(sys.argv) - 1 :])
    server = postgresql.start_server(careful=True)
    print("1 Sync Now: click to first call to BMS, ms")
    with new_fleet(Size(1, 5, 1, UNITS)) as made:
        tell_clicks("embedded", "1000", made, made.portal(), clicks)
    with new_fleet(Size(1, 5, 1, UNITS), postgresql.new_database(server.url, next(NAMES))) as made:
        made.worker()
        tell_clicks("scaled", "300", made, made.portal("--no-engine"), clicks)
    print(
        f"2 {fleet:,} integrations due in the same minute, no change each; PostgreSQL, 2 workers", flush=True
    )
    bench_fleet(server, fleet)
    print(f"3 one process on SQLite, {embedded:,} due at once", flush=True)
    with new_fleet(Size(embedded, 2, min(embedded, 50), UNITS)) as made:
        bench_embedded(made)


@contextmanager
def new_fleet(size: Size, database: str = "", **more: str) -> Iterator[Fleet]:
    with (
        tempfile.TemporaryDirectory(prefix="seatbridge-bench-") as home,
        running_fleet(size, Path(home), database, **more) as fleet,
    ):
        yield fleet


def tell_clicks(name: str, bar: str, fleet: Fleet, portal: Process, clicks: int) -> None:
    took = []
    with signed_in(fleet, portal) as browser:
        for _ in range(clicks):
            page = browser.get("/")
            fleet.first_call(0)
            began = time.time()
            post(browser, page.text, "/sync", integration="1")
            fleet.until(lambda: fleet.ask("SELECT 1 FROM sync_syncrun WHERE ended_at IS NULL") == [], 60)
            called = fleet.first_call(0)
            took.append((float("inf") if called is None else called - began) * 1000)
    p95 = quantiles(took, n=20)[-1]
    print(f"  {name:9} median {median(took):6.0f}  p95 {p95:6.0f}  bar {bar}", flush=True)


def bench_fleet(server: postgresql.Server, number: int) -> None:
    worlds = min(number, 100)
    with new_fleet(Size(number, 1, worlds, UNITS), postgresql.new_database(server.url, next(NAMES))) as fleet:
        whole = carried(fleet)
        print(f"  with BMS     {whole}", flush=True)
    # Without any host that may be called each run ends as soon as it is taken up: what is left is dispatch.
    database = postgresql.new_database(server.url, next(NAMES))
    with new_fleet(Size(number, 1, worlds, UNITS), database, SEATBRIDGE_PSA_HOSTS="") as fleet:
        dispatch = carried(fleet)
        print(f"  dispatch     {dispatch}", flush=True)
        empty = empty_tasks(database, number)
        print(f"  empty tasks  {empty}")
        print(f"  dispatch costs {dispatch.seconds / empty.seconds:.1f} x empty tasks (bar 3),"
              f" in workers' CPU {dispatch.cpu / empty.cpu:.1f} x")  # fmt: skip


class Carried:
    def __init__(self, number: int, seconds: float, cpu: float, lag: float = 0, memory: float = 0) -> None:
        self.number, self.seconds, self.cpu, self.lag, self.memory = number, seconds, cpu, lag, memory

    def __str__(self) -> str:
        text = (
            f"{self.seconds:7.1f} s  {self.number / self.seconds:6.1f}/s  {self.cpu:6.1f} s of workers' CPU"
        )
        if self.memory:
            text += f"  lag p95 {self.lag:.1f} s  {self.memory:.0f} MB a worker (bar 250)"
        return text


def carried(fleet: Fleet) -> Carried:
    workers = [psutil.Process(fleet.worker().pid) for _ in range(2)]
    before = sum(cpu_of(worker) for worker in workers)
    fleet.tell("CREATE TABLE bench_began AS SELECT clock_timestamp() AS at")
    fleet.make_due()
    seconds = fleet.until(fleet.all_ended, 7200)
    lag = "percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - bench_began.at))"
    ((late,),) = fleet.ask(f"SELECT {lag} FROM sync_syncrun, bench_began")  # noqa: S608 - no input in it
    memory = max(worker.memory_info().rss for worker in workers) / 1e6
    cpu = sum(cpu_of(worker) for worker in workers) - before
    return Carried(fleet.size.integrations, seconds, cpu, float(late), memory)


def cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def empty_tasks(url: str, number: int) -> Carried:
    script = str(Path(__file__).with_name("engine_empty.py"))
    began = time.monotonic()
    before = sum(psutil.Process().cpu_times()[2:4])
    subprocess.run([sys.executable, script, "defer", url, str(number)], check=True)  # noqa: S603 - ours
    command = [sys.executable, script, "work", url, str(CONCURRENCY)]
    for worker in [subprocess.Popen(command) for _ in range(2)]:  # noqa: S603 - ours
        if worker.wait():
            raise SystemExit("A worker with empty tasks failed.")
    cpu = sum(psutil.Process().cpu_times()[2:4]) - before  # of children that have ended
    return Carried(number, time.monotonic() - began, cpu)


def bench_embedded(fleet: Fleet) -> None:
    portal = fleet.portal()
    process = psutil.Process(portal.pid)
    with signed_in(fleet, portal) as browser:
        browser.get("/")
        time.sleep(3)
        before = cpu_of(process)
        time.sleep(IDLE_SECONDS)
        idle = (cpu_of(process) - before) / IDLE_SECONDS * 100
        print(f"  idle: {process.memory_info().rss / 1e6:.0f} MB (bar 120), {idle:.2f} % of a core (bar 1)")
        alone = visits(browser, Event(), 100)
        over, seen = Event(), []
        visitor = Thread(target=lambda: seen.extend(visits(browser, over, 1_000_000)))
        visitor.start()
        fleet.make_due()
        seconds = fleet.until(fleet.all_ended, 7200)
        over.set()
        visitor.join()
    locked = fleet.logs().count("database is locked")
    print(f"  {fleet.size.integrations / seconds:.1f} runs/s, ended as {dict(fleet.states())}")
    print(f"  portal p99 {p99(seen):.0f} ms of {len(seen)} pages (bar 250), {p99(alone):.0f} ms alone; "
          f'"database is locked": {locked} (bar 0); {process.memory_info().rss / 1e6:.0f} MB')  # fmt: skip


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[-1] if len(values) > 1 else float("nan")


if __name__ == "__main__":
    main()
