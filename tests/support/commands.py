"""`seatbridge …` as a real process with a data folder of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from tests.support.bms_process import SOURCES
from tests.support.forked_command import ForkedCommand, forked, forked_with_pipes

LONGEST = 200  # seconds
COLUMNS = "140"
Process = subprocess.Popen[str] | ForkedCommand


@dataclass(frozen=True, slots=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What `--json` printed: exactly one document, or this raises."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandServer:
    """The test's side of `command_server`. `migrated`: a data folder that no command uses, to be copied."""

    address: str
    migrated: Path

    def run(self, words: Sequence[str], environment: Mapping[str, str], typed: str) -> Finished:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
            Path(folder, "stdin").write_text(typed, encoding="utf-8")
            files = [
                opened.enter_context(Path(folder, name).open(mode))
                for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
            ]
            ends = [each.fileno() for each in files]
            code = forked(self.address, words, environment, ends, LONGEST).wait(LONGEST)
            return Finished(code, Path(folder, "stdout").read_text(), Path(folder, "stderr").read_text())


@contextmanager
def running_command_server(folder: Path, **environment: str) -> Iterator[CommandServer]:
    """`environment`: of a PostgreSQL, whose commands have other parts than those on SQLite."""
    address, migrated = str(folder / "commands"), folder / "of-no-command"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.command_server", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("SEATBRIDGE_")},
            "SEATBRIDGE_HOME": str(migrated),
            "COLUMNS": COLUMNS,  # read when the commands are loaded
            "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES.parent}",
            **environment,
        },
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield CommandServer(address, migrated)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def days_until(billing_day: date) -> int:
    """SEATBRIDGE_DATE_OFFSET_DAYS that makes today `billing_day` in UTC."""
    return (billing_day - datetime.now(UTC).date()).days


@dataclass(frozen=True, slots=True)
class Seatbridge:
    """`environment`: SEATBRIDGE_* variables beside HOME; nothing else of ours comes from outside.

    With a `server` a command is a fork of it, else a process started by the interpreter.
    """

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    server: CommandServer | None = None

    def __call__(self, *words: str | int, typed: str = "", **more: str) -> Finished:
        if self.server is not None:
            return self.server.run([*map(str, words)], self.surroundings(**more), typed)
        ended = subprocess.run(
            self.words(*words),
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
            env=self.surroundings(**more),
        )
        return Finished(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *words: str | int, **more: str) -> subprocess.Popen[str]:
        """A process started by the interpreter, without waiting for its end; the caller ends it."""
        return self._interpreted(words, subprocess.PIPE, more)

    def fork(self, *words: str | int, stderr: TextIO | None = None, **more: str) -> Process:
        """The same, forked where there is a server: for tests of what it does once it is there."""
        if self.server is None:
            return self._interpreted(words, stderr or subprocess.PIPE, more)
        surroundings = self.surroundings(**more)
        return forked_with_pipes(self.server.address, [*map(str, words)], surroundings, LONGEST, stderr)

    def _interpreted(
        self, words: Sequence[str | int], stderr: TextIO | int, more: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.words(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
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
        ours = {"SEATBRIDGE_HOME": str(self.home), "PYTHONPATH": str(SOURCES), "COLUMNS": COLUMNS}
        return inherited | ours | self.environment | more
