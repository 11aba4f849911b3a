"""A seed is one exact history, and its checks can fail. The seeds themselves are `make simulate`'s."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


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


def test_a_seed_replays_to_the_byte_in_another_process() -> None:
    first = run_simulation("--seeds", "6", "--first", "40", "--digests", "--processes", "1", hash_seed="1")
    second = run_simulation("--seeds", "3", "--first", "43", "--digests", "--processes", "1", hash_seed="2")
    assert first.stdout.splitlines()[3:] == second.stdout.splitlines()
    assert len(second.stdout.splitlines()) == 3, second.stderr


def test_each_bug_put_in_on_purpose_is_caught_by_its_seed() -> None:
    run = run_simulation("--sabotages")
    assert run.returncode == 0, run.stdout + run.stderr
    assert " is caught: " in run.stdout
    assert " is not caught" not in run.stdout


def test_the_histories_that_once_broke_hold() -> None:
    run = run_simulation("--pinned")
    assert run.returncode == 0, run.stdout + run.stderr
    assert " pinned seeds: 0 broken" in run.stdout
