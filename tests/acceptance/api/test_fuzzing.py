"""The served document is true: schemathesis calls every operation with good and bad input.

`FUZZ_SECONDS` says for how long; `make fuzz` takes five minutes.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.bms_process import BmsProcess
from tests.support.commands import CommandServer
from tests.support.fuzzing import ROOT, fenced, fuzz, northgate

SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))


@pytest.mark.timeout(SECONDS + 270)  # tiers run side by side
def test_no_answer_is_a_defect_or_undeclared(
    bms: BmsProcess, commands: CommandServer, tmp_path: Path
) -> None:
    fuzzed = fuzz(northgate(tmp_path, bms, commands), tmp_path, SECONDS)
    print(f"{fuzzed.calls} calls in {SECONDS} s, by status: {fuzzed.statuses}")  # noqa: T201 - the figures
    assert fuzzed.code == 0, fuzzed.said
    assert fuzzed.defects == [], fuzzed.server_said[-8000:]
    assert {"200", "202", "404", "422"} <= set(fuzzed.statuses), fuzzed.statuses


def test_the_fence_lets_nothing_out() -> None:
    """What keeps a made-up host from being called."""
    for reach in (
        "socket.create_connection(('192.0.2.1', 443))",
        "socket.getaddrinfo('bms.kaseya.com', 443)",
    ):
        fence = "import sys, socket; from tests.support import fenced; sys.addaudithook(fenced.refuse_others)"
        words = [fenced()[0], "-c", f"{fence}; {reach}"]
        ended = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
        assert "OutsideTheFence" in ended.stderr
