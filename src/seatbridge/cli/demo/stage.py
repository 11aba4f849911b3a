"""The demo's stage: a pretend BMS in its own process, a data folder of its own, and the real commands."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.text import Text

from seatbridge.cli.demo.cast import HOST, ZONE

COMMAND_SECONDS = 120
SETTLE_SECONDS = "2"  # the pretend BMS shows every effect at once; a real one is given a minute


class DemoFailed(Exception):
    """A command of the demo did not do what it should; says which, and what it printed."""


@dataclass(frozen=True, slots=True)
class Stage:
    folder: Path
    url: str
    control: httpx.Client
    console: Console

    def seatbridge(
        self, *words: str, on: date, typed: str = "", ends: tuple[int, ...] = (0,), aloud: bool = True
    ) -> Any:
        """Run one command as a person would on that billing day; its JSON document."""
        if aloud:
            self.console.print(Text(f"$ seatbridge {' '.join(_quoted(word) for word in words)}", style="dim"))
        done = subprocess.run(  # noqa: S603 - our own command, words of the demo
            [sys.executable, "-m", "seatbridge.cli.main", *words, "--json"],
            env=self.environment(on),
            input=typed,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode not in ends:
            raise DemoFailed(
                f"seatbridge {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return json.loads(done.stdout)

    def bms(self, method: str, path: str, body: Any = None) -> Any:
        """A hand in BMS that is not Seatbridge's: the control plane of the pretend BMS."""
        answer = self.control.request(method, f"{self.url}/control/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def environment(self, on: date) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SEATBRIDGE_")}
        today = datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()
        return kept | {
            "SEATBRIDGE_HOME": str(self.folder / "data"),
            "SEATBRIDGE_PSA_HOSTS": f"{HOST}={self.url}",
            "SEATBRIDGE_DATE_OFFSET_DAYS": str((on - today).days),
            "SEATBRIDGE_SETTLE_SECONDS": SETTLE_SECONDS,
        }


@contextmanager
def stage(behaviour: str, console: Console) -> Iterator[Stage]:
    """Everything that the demo starts ends with it, also when it is interrupted or told to end."""
    signal.signal(signal.SIGTERM, _interrupt)
    with TemporaryDirectory(prefix="seatbridge-demo-") as folder:
        words = [sys.executable, "-m", "bms_simulator", "--behaviour", behaviour, "--companies", "0"]
        with (
            subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603 - our own
            httpx.Client(trust_env=False, timeout=60) as control,
        ):
            try:
                yield Stage(Path(folder), _address(process), control, console)
            finally:
                process.send_signal(signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _address(process: "subprocess.Popen[str]") -> str:
    line = "" if process.stdout is None else process.stdout.readline()
    if not line:
        raise DemoFailed("the pretend BMS did not start")
    return str(json.loads(line)["url"])


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
