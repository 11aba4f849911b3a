"""A tier that runs as two processes says what one would say."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
from pathlib import Path
from tests.support.halves import Halves

def pytest_configure(config):
    config.pluginmanager.register(Halves(Path(__file__).parent))
"""
TESTS = """
import os
import pytest

FIRST = os.getpid()

@pytest.mark.parametrize("number", range(200))
def test_each(number, tmp_path):
    assert os.getpid() != FIRST or number % 2 == 0
    {body}
"""


def run(folder: Path, body: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_many.py").write_text(TESTS.format(body=body))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider"]
    return subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False, timeout=120)


def test_each_test_runs_once_in_one_of_the_two(tmp_path: Path) -> None:
    ended = run(tmp_path)
    assert "200 passed" in ended.stdout
    assert ended.returncode == 0


@pytest.mark.parametrize("number", [10, 11])
def test_a_failure_in_either_half_is_told_and_counts(tmp_path: Path, number: int) -> None:
    ended = run(tmp_path, f"assert number != {number}, 'the reason'")
    assert f"test_each[{number}]" in ended.stdout
    assert "AssertionError: the reason" in ended.stdout
    assert "1 failed, 199 passed" in ended.stdout
    assert ended.returncode == 1


def test_a_half_that_dies_is_no_success(tmp_path: Path) -> None:
    ended = run(tmp_path, "assert number != 11 or os.kill(os.getpid(), 9)")
    assert "The process that ran the other half of the tests died." in ended.stdout + ended.stderr
    assert ended.returncode != 0
