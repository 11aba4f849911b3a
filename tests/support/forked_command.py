"""A command that the command server has forked, handled as `subprocess.Popen` is."""

import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import TextIO


@dataclass(slots=True, eq=False)
class ForkedCommand:
    """A real process, though no child of this one: its server tells how it ended."""

    pid: int
    _channel: socket.socket
    stdin: TextIO | None = None
    stdout: TextIO | None = None
    stderr: TextIO | None = None
    returncode: int | None = None
    _told: bytes = b""
    _readers: list[Thread] = field(default_factory=list)
    _said: dict[str, str] = field(default_factory=dict)

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._channel], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until the process is gone, which is a moment after it has told its code."""
        if self.returncode is None:
            self._channel.settimeout(timeout)
            try:
                with suppress(ConnectionResetError):
                    while part := self._channel.recv(4096):
                        self._told += part
            except TimeoutError:
                raise subprocess.TimeoutExpired("seatbridge", timeout or 0) from None
            self._channel.close()
            self.returncode = json.loads(self._told)["code"] if self._told else -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What is left to read of both, once it has ended."""
        if self.stdin is not None:
            self.stdin.close()
        if not self._readers:
            ends = {"stdout": self.stdout, "stderr": self.stderr}
            self._readers = [
                Thread(target=self._read, args=(name, end), daemon=True)
                for name, end in ends.items()
                if end is not None
            ]
            for reader in self._readers:
                reader.start()
        self.wait(timeout)
        for reader in self._readers:
            reader.join()
        return self._said.get("stdout", ""), self._said.get("stderr", "")

    def _read(self, name: str, end: TextIO) -> None:
        with end:
            self._said[name] = end.read()


def forked(
    address: str, words: Sequence[str], environment: Mapping[str, str], ends: Sequence[int], patience: float
) -> ForkedCommand:
    """`ends`: what becomes its stdin, stdout and stderr."""
    channel = socket.socket(socket.AF_UNIX)
    channel.settimeout(patience)
    channel.connect(address)
    socket.send_fds(channel, [b"\n"], list(ends))
    channel.sendall(json.dumps({"words": [*words], "environment": {**environment}}).encode() + b"\n")
    told = b""
    while not told.endswith(b"\n"):
        part = channel.recv(1)
        if not part:
            raise RuntimeError("the command server forked nothing")
        told += part
    return ForkedCommand(json.loads(told)["pid"], channel)


def forked_with_pipes(
    address: str,
    words: Sequence[str],
    environment: Mapping[str, str],
    patience: float,
    stderr: TextIO | None = None,
) -> ForkedCommand:
    """`stderr`: a file in place of the third pipe."""
    (its_in, our_in), (our_out, its_out), (our_err, its_err) = (os.pipe() for _ in range(3))
    try:
        ends = (its_in, its_out, its_err if stderr is None else stderr.fileno())
        made = forked(address, words, environment, ends, patience)
    finally:
        for end in (its_in, its_out, its_err):
            os.close(end)
    made.stdin, made.stdout = os.fdopen(our_in, "w"), os.fdopen(our_out)
    if stderr is None:
        made.stderr = os.fdopen(our_err)
    else:
        os.close(our_err)
    return made
