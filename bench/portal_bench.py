"""What a page or a partial of the portal costs: `python bench/portal_bench.py [ROUNDS] [COMPANIES] [FOLDER]`.

A partner with 10,000 companies, all of them mapped but some, two syncs, thousands of runs and entries. Beside
it stands a view that does nothing, which passes the same middleware, signed in. With a FOLDER that holds the
data of a former bench, it is taken as it is.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sync_bench import DAY, child, pretend_bms

MOST_QUERIES, MOST_BYTES = 12, 150_000
MOST_TIMES = {"partial": 5, "page": 20, "form": 20}
HEAD = ("", "queries", "KB", "ms p95", "x empty", "bar", "x median", "x CPU")
WIDTHS = (34, 8, 8, 8, 8, 5, 9, 8)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    companies = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    if len(sys.argv) > 3:
        bench(Path(sys.argv[3]), companies, rounds)
        return
    with tempfile.TemporaryDirectory(prefix="seatbridge-bench-") as name:
        bench(Path(name), companies, rounds)


def bench(folder: Path, companies: int, rounds: int) -> None:
    home = folder / "home"
    if not home.exists():
        print(f"setting up {companies:,} companies", flush=True)
        with pretend_bms(companies) as url:
            child(home, url, "portal_world", str(companies), str(DAY), str(folder))
    rows: Any = child(home, "http://127.0.0.1:9", "portal_once", str(rounds))
    print(f"{rounds} rounds; bars: {MOST_QUERIES} queries for a list or a partial, {MOST_BYTES // 1000} KB")
    print(line(HEAD))
    for row in rows:
        print(line(told(row, rows[0])))


def told(row: dict[str, Any], empty: dict[str, Any]) -> tuple[str, ...]:
    p95, bar = late(row["seconds"]), MOST_TIMES.get(row["kind"])
    times = p95 / late(empty["seconds"])
    missed = [
        row["queries"] > MOST_QUERIES and row["kind"] != "form",
        row["bytes"] > MOST_BYTES,
        bar is not None and times > bar,
    ]
    return (
        row["title"],
        f"{row['queries']}{'!' * missed[0]}",
        f"{row['bytes'] / 1000:.1f}{'!' * missed[1]}",
        f"{p95 * 1000:.1f}",
        f"{times:.1f}{'!' * missed[2]}",
        "" if bar is None else f"{bar}",
        f"{median(row['seconds']) / median(empty['seconds']):.1f}",
        f"{late(row['cpu']) / late(empty['cpu']):.1f}",
    )


def late(seconds: list[float]) -> float:
    """95 of 100 are quicker."""
    return quantiles(seconds, n=20)[-1]


def line(cells: tuple[str, ...]) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    return first[0].ljust(first[1]) + "".join(text.rjust(width) for text, width in others)


if __name__ == "__main__":
    main()
