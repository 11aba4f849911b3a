"""A process that carries runs, and the proof that it is gone: a file that it keeps locked while it lives.

The operating system lets go of the lock at the instant that the process dies. A file that is not there proves
nothing: the process may run on another machine, or in another data folder.
"""

import atexit
import fcntl
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

_FOLDER = "carriers"
_ours: dict[tuple[int, Path], "Carrier"] = {}
_making = Lock()


@dataclass(frozen=True, slots=True)
class Carrier:
    """`name` is of this process alone, for ever. `folder` is where signs of life lie."""

    name: str
    folder: Path
    at_work: set[int] = field(default_factory=set, compare=False)  # runs

    def knows_gone(self, name: str) -> bool:
        """Is it certain that the process of that name is gone?"""
        if name == self.name:
            return False
        try:
            descriptor = os.open(self.folder / name, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(descriptor)

    def signs(self) -> set[str]:
        """Of all processes that have lived here, this one too, until they are forgotten."""
        return {path.name for path in self.folder.iterdir()}

    def forget(self, name: str) -> None:
        """Only once no run says any more that this process, which is gone, carries it."""
        (self.folder / name).unlink(missing_ok=True)


def this_process(data_folder: Path) -> Carrier:
    """Made at its first use, and once for each data folder; a forked child is another process."""
    key = (os.getpid(), data_folder)
    with _making:
        if key not in _ours:
            _ours[key] = _make(data_folder / _FOLDER)
        return _ours[key]


def _make(folder: Path) -> Carrier:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # open until the very end
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    carrier = Carrier(name, folder)
    atexit.register(_leave, carrier, os.getpid())
    return carrier


def _leave(carrier: Carrier, pid: int) -> None:
    """A run that is still at work dies now: its sign stays, as the proof that others may go on."""
    if os.getpid() == pid and not carrier.at_work:
        with suppress(OSError):
            carrier.forget(carrier.name)
