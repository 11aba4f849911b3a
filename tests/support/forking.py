"""The test's side of `forked_starter`: ask for a child, follow its steps, see it end or die."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

import pytest

from tests.support.bms_process import SOURCES


@dataclass(frozen=True, slots=True)
class Step:
    """`changes`: rows changed and writes sent to BMS before it."""

    name: str
    changes: int


@dataclass(frozen=True, slots=True)
class Fate:
    """`ended` None: the process was killed."""

    steps: list[Step]
    ended: Any = None
    killed: bool = False

    def numbers_of(self, name: str) -> list[int]:
        return [number for number, step in enumerate(self.steps) if step.name == name]

    @property
    def moments(self) -> list[int]:
        """Numbers of the steps, without those before which nothing was left behind since the step before.

        A process that dies at one of two such steps leaves the same world.
        """
        before = [None, *(step.changes for step in self.steps)]
        return [number for number, step in enumerate(self.steps) if step.changes != before[number]]


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """The way to a process that does one thing after the other, as long as nobody kills it."""

    channel: socket.socket
    lines: TextIO

    def close(self) -> None:
        self.lines.close()
        self.channel.close()


@dataclass(slots=True)
class Running:
    """A child at work; it is `given_back` where it can be asked for more."""

    _child: Child
    _given_back: Callable[[Child], None]
    steps: list[Step] = field(default_factory=list)
    pid: int = 0

    def next_step(self) -> str:
        """Its name, as soon as it is told."""
        told = json.loads(self._child.lines.readline() or "{}")
        if "at" not in told:
            self._child.close()
            pytest.fail(f"no further step: {told}")
        self._note(told)
        return self.steps[-1].name

    def until_step(self, number: int) -> str:
        """Read on until the step of that number, counted from 0, was told; its name."""
        while len(self.steps) <= number:
            self.next_step()
        return self.steps[number].name

    def kill(self) -> Fate:
        """From outside, at whatever it does right now; only after it has told a step."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end()

    def freeze(self) -> None:
        """All of its threads, before this returns; only after it has told a step."""
        os.kill(self.pid, signal.SIGSTOP)
        tasks = Path(f"/proc/{self.pid}/task")
        while any(stat.read_text().rpartition(")")[2].split()[0] != "T" for stat in tasks.glob("*/stat")):
            continue

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def go_on(self) -> None:
        self._child.channel.sendall(b"go on\n")

    def end(self) -> Fate:
        with suppress(ConnectionResetError):
            for line in self._child.lines:
                told = json.loads(line)
                if "at" in told:
                    self._note(told)
                    continue
                if told.get("again"):
                    self._given_back(self._child)
                else:
                    self._child.close()
                assert "error" not in told, told["error"]
                return Fate(self.steps, told["ended"])
        self._child.close()
        return Fate(self.steps, killed=True)

    def _note(self, told: dict[str, Any]) -> None:
        self.steps.append(Step(told["at"], told["changes"]))
        self.pid = told["pid"]


@dataclass(frozen=True, slots=True)
class Starter:
    """`begin` asks a child that is free, else a new one."""

    address: str
    _free: list[Child] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, do: str, met: list[Child] | None = None, **asked: Any) -> Running:
        """`met`: children that are not to be asked; the one that is becomes one of them."""
        child = self._taken([] if met is None else met) or self._new()
        if met is not None:
            met.append(child)
        child.channel.sendall(json.dumps({"do": do, **asked}).encode() + b"\n")
        return Running(child, self._given_back)

    def do(self, do: str, met: list[Child] | None = None, **asked: Any) -> Fate:
        return self.begin(do, met, **asked).end()

    def close(self) -> None:
        for child in self._free:
            child.close()

    def _taken(self, met: list[Child]) -> Child | None:
        with self._lock:
            chosen = next((child for child in reversed(self._free) if child not in met), None)
            if chosen is not None:
                self._free.remove(chosen)
            return chosen

    def _given_back(self, child: Child) -> None:
        with self._lock:
            self._free.append(child)

    def _new(self) -> Child:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(100)
        channel.connect(self.address)
        return Child(channel, channel.makefile(encoding="utf-8"))


@contextmanager
def running_starter(home: Path, **environment: str) -> Iterator[Starter]:
    address = str(home / "starter")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEATBRIDGE_")}
    ours = {"SEATBRIDGE_HOME": str(home), "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES.parent}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forked_starter", address],
        stdout=subprocess.PIPE,
        text=True,
        env=inherited | ours | environment,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        starter = Starter(address)
        try:
            yield starter
        finally:
            starter.close()
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:  # a child of a test that failed is frozen, or waits
            process.kill()
            process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
