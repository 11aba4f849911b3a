"""`seatbridge serve` as a real process on a free loopback port, forked where there is a command server."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.commands import Seatbridge


@contextmanager
def portal(seatbridge: Seatbridge, *words: str, **more: str) -> Iterator[str]:
    """Its address."""
    process = seatbridge.fork("serve", "--bind", "127.0.0.1:0", *words, **more)
    try:
        line = "" if process.stdout is None else process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"the portal did not start: {line}{process.communicate(timeout=20)[1]}")
        yield line.split(" is at ")[1].split()[0]
    finally:
        process.terminate()
        process.communicate(timeout=20)
