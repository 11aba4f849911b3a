"""Five hundred histories, and the proof that a seed is one exact history."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What a set of seeds must have reached to prove anything.
MUST_REACH = (
    "canary zeroing",
    "canary adding",
    "replace zeroing",
    "replace adding",
    "price",
    "adjust",
    "ahead adjust",
    "adjusts (adjusts)",
    "appends (appends)",
    "rejects (rejects)",
    "synced",
    "scheduled",
    "outcome-unknown",
    "error:verification",
    "write-after",
    "before-answer",
    "after-intent",
)


def run_simulation(*arguments: str, hash_seed: str = "random") -> subprocess.CompletedProcess[str]:
    """In a process of its own: its database lives in memory, and its clock is not ours."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEATBRIDGE_")}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation.run", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)
def test_every_invariant_holds_in_five_hundred_histories() -> None:
    run = run_simulation("--seeds", "500")
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    reached = {line.strip().partition("  ")[2] for line in run.stdout.splitlines() if line.startswith("  ")}
    assert not [name for name in MUST_REACH if name not in reached]


def test_a_seed_replays_to_the_byte_in_another_process() -> None:
    first = run_simulation("--seeds", "12", "--start", "40", "--digests", hash_seed="1")
    second = run_simulation("--seeds", "12", "--start", "40", "--digests", "--processes", "1", hash_seed="2")
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) == 12, first.stderr
