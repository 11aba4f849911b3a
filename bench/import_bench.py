"""How fast 1,000,000 users come in, and how much memory it takes: `python bench/import_bench.py [ROWS]`.

The import runs in a child process, so that its peak memory is its own. The bare pass beside it reads the same
file with csv.reader and inserts the cells into one table, unchecked: what nobody can do without.
"""

import csv
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.core.management import call_command

from seatbridge.config.start import start
from seatbridge.usage.products import PRODUCTS

USERS_PER_COMPANY = 100


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), float(sys.argv[3]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="seatbridge-bench-") as folder:
        home = Path(folder)
        write_files(home, rows)
        bare = bare_pass(home)
        say("bare csv.reader and insert", bare, rows, bare)
        environment = os.environ | {"SEATBRIDGE_HOME": str(home / "home")}
        command = [sys.executable, __file__, "--child", str(home), str(bare)]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - this very file


def child(home: Path, bare: float) -> None:
    start()
    call_command("migrate", verbosity=0)
    from seatbridge.partners.adding import add_partner  # noqa: PLC0415 - models need Django set up
    from seatbridge.usage.counts import read_counts  # noqa: PLC0415 - the same
    from seatbridge.usage.imports import import_file  # noqa: PLC0415 - the same

    partner = add_partner("Bench", "America/New_York")
    now = datetime.now(UTC)
    import_file(partner, "companies", home / "companies.csv", complete=True, dry_run=False, now=now)
    for title in ("import of users", "the same file again"):
        began = time.monotonic()
        report = import_file(partner, "users", home / "users.csv", complete=True, dry_run=False, now=now)
        say(title, time.monotonic() - began, report.rows, bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak resident memory {peak:,.0f} MB (bar 300 MB); bar for speed 20,000 rows/s")
    began = time.monotonic()
    read = read_counts(partner, PRODUCTS, now)
    print(f"{len(read.counts):,} counts read in {time.monotonic() - began:.2f} s")


def say(title: str, seconds: float, rows: int, bare: float) -> None:
    ratio = seconds / bare
    print(f"{title:<28} {seconds:6.1f} s {rows / seconds:10,.0f} rows/s {ratio:5.1f} x bare", flush=True)


def write_files(home: Path, rows: int) -> None:
    with (home / "companies.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["ref", "name", "type", "level", "licenses_assigned", "domains"])
        for number in range(-(-rows // USERS_PER_COMPANY)):
            out.writerow([f"c{number}", f"Company {number}", "customer", "Standard", 200, f"c{number}.test"])
    with (home / "users.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["company", "user", "email", "name", "status", "product", "since", "nfr"])
        for number in range(rows):
            company = f"c{number // USERS_PER_COMPANY}"
            status = ("active", "active", "invited", "disabled")[number % 4]
            product = ("", "standard", "advanced")[number % 3]
            since = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
            user = f"user-{number}"
            out.writerow(
                [company, user, f"{user}@{company}.test", f"Name {number}", status, product, since, "no"]
            )


def bare_pass(home: Path) -> float:
    began = time.monotonic()
    database = sqlite3.connect(home / "bare.sqlite3")
    database.execute("CREATE TABLE users (company, user, email, name, status, product, since, nfr)")
    with (home / "users.csv").open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        while batch := list(islice(reader, 5_000)):
            database.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
    database.commit()
    database.close()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
