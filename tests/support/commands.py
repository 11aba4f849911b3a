"""`seatbridge …` as a real process with a data folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.support.bms_process import SOURCES


@dataclass(frozen=True, slots=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--json` printed: exactly one document, or this raises."""
        return json.loads(self.out)


def days_until(billing_day: date) -> int:
    """SEATBRIDGE_DATE_OFFSET_DAYS that makes today `billing_day` in UTC."""
    return (billing_day - datetime.now(UTC).date()).days


@dataclass(frozen=True, slots=True)
class Seatbridge:
    """`environment`: SEATBRIDGE_* variables beside HOME; nothing else of ours comes from outside."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | int, typed: str = "", **more: str) -> Finished:
        ended = subprocess.run(
            self.words(*words),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
            env=self.surroundings(**more),
        )
        return Finished(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *words: str | int, **more: str) -> subprocess.Popen[str]:
        """The same without waiting for its end; the caller ends it."""
        return subprocess.Popen(
            self.words(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.surroundings(**more),
        )

    def ok(self, *words: str | int, typed: str = "", **more: str) -> Any:
        """The document of a command with --json that must end with 0."""
        ended = self(*words, "--json", typed=typed, **more)
        assert ended.code == 0, f"{words} ended with {ended.code}:\n{ended.out}\n{ended.err}"
        return ended.document

    def words(self, *words: str | int) -> list[str]:
        return [sys.executable, "-m", "seatbridge.cli.main", *map(str, words)]

    def surroundings(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEATBRIDGE_")}
        ours = {"SEATBRIDGE_HOME": str(self.home), "PYTHONPATH": str(SOURCES), "COLUMNS": "140"}
        return inherited | ours | self.environment | more
