"""What a sync of 10,000 contracts costs: `python bench/sync_bench.py [ROUNDS] [COMPANIES]`.

Beside each sync stands a bare httpx loop that makes exactly the same calls and parses the JSON. The pretend
BMS, each sync and each bare loop run in processes of their own. Before each of them BMS and database stand as
they stood before the first one; the two take turns, so that a busy machine slows both. The bare loop calls
one after another; the sync reads its lists at the same time, as the command does, and writes one by one.

Of the two speeds the one from afar is nearer to a real BMS, where waiting outweighs the sync's own work. At
the pretend BMS's own speed, in the same machine, all that the bare loop does not do shows: counting, planning
20,000 lines, saving and sealing them, two commits for each write. On a busy machine look at the CPU ratio:
in wall time both wait for a core.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
DAY = date(2026, 11, 23)
HOST = "bms.bench.test"
CHANGED_ONE_IN = 20
LATENCY_MS = 20
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    home: Path  # the data folder as it stands before each sync
    writes: int


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    companies = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory(prefix="seatbridge-bench-") as name:
        folder = Path(name)
        print(f"setting up {companies:,} contracts with lines of 2 mapped services", flush=True)
        for case in prepare(folder, companies):
            recording = record(case, folder, companies)
            measure(case, recording, folder, companies, rounds, 0)
            measure(case, recording, folder, companies, rounds, LATENCY_MS)


def prepare(folder: Path, companies: int) -> list[Case]:
    same, changed, changes = folder / "same", folder / "changed", companies // CHANGED_ONE_IN
    with pretend_bms(companies) as url:
        child(same, url, "sync_world", str(companies), str(changes), str(DAY), str(folder))
    shutil.copytree(same, changed)
    child(changed, "http://127.0.0.1:9", "sync_world", "changed", str(folder))
    return [Case("no change", same, 0), Case(f"{changes:,} changes", changed, changes)]


def record(case: Case, folder: Path, companies: int) -> Path:
    """Also the check that the sync does what it is measured for."""
    recording = folder / "requests.json"
    report = ours(case, folder, companies, 0, recording)
    calls = ", ".join(f"{number} {endpoint}" for endpoint, number in sorted(report["calls"].items()))
    print(f"\nsync, {case.title}: {sum(report['calls'].values()):,} calls ({calls})", flush=True)
    return recording


def measure(case: Case, recording: Path, folder: Path, companies: int, rounds: int, latency_ms: int) -> None:
    pairs = []
    for _ in range(rounds):
        mine = ours(case, folder, companies, latency_ms)
        with pretend_bms(companies, latency_ms) as url:
            pairs.append((mine, told([sys.executable, str(HERE / "sync_bare.py"), url, str(recording)])))
    ratios = [mine["seconds"] / bare["seconds"] for mine, bare in pairs]
    work = median(mine["cpu_seconds"] / bare["cpu_seconds"] for mine, bare in pairs)
    speed = f"as from a host {latency_ms} ms away" if latency_ms else "at the pretend BMS's own speed"
    peak = max(mine["peak_mb"] for mine, _ in pairs)
    print(
        f"  {speed}: {median(ratios):.2f} x bare ({min(ratios):.2f} to {max(ratios):.2f}; bar 1.3), "
        f"peak memory {peak:.0f} MB (bar 250)\n"
        f"    sync {_shown(mine for mine, _ in pairs)}; bare {_shown(bare for _, bare in pairs)}; "
        f"CPU {work:.2f} x bare",
        flush=True,
    )


def _shown(reports: Iterable[Report]) -> str:
    rows = list(reports)
    seconds = sorted(row["seconds"] for row in rows)
    worked = median(row["cpu_seconds"] for row in rows)
    return f"{median(seconds):.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f}), {worked:.2f} s of it CPU"


def ours(case: Case, folder: Path, companies: int, latency_ms: int, recording: Path | None = None) -> Report:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(case.home, home)
    with pretend_bms(companies, latency_ms) as url:
        report = child(home, url, "sync_once", *([] if recording is None else [str(recording)]))
    if (report["state"], report["writes"]) != ("succeeded", case.writes):
        raise SystemExit(f"The sync did not do what the bench asked for: {report}")
    return report


def child(home: Path, url: str, *words: str) -> Report:
    ours = {
        "SEATBRIDGE_HOME": str(home),
        "SEATBRIDGE_PSA_HOSTS": f"{HOST}={url}",
        "SEATBRIDGE_DATE_OFFSET_DAYS": str((DAY - datetime.now(UTC).date()).days),
    }
    return told([sys.executable, str(HERE / "sync_child.py"), *words], **ours)


def told(command: list[str], **more: str) -> Report:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("SEATBRIDGE_")}
    ended = subprocess.run(command, env=inherited | more, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    report: Report = json.loads(ended.stdout or "{}")
    return report


@contextmanager
def pretend_bms(companies: int, latency_ms: int = 0) -> Iterator[str]:
    """A fresh one, every time the same."""
    options = ["--companies", str(companies), "--date", str(DAY), "--latency-ms", str(latency_ms)]
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bms_simulator", *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "{}")["url"]
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
