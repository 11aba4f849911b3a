"""Ctrl-C while BMS asked for a pause: threads that sleep it out wake at once, not at its end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType


@contextmanager
def interruptible_sleep() -> Iterator[Callable[[float], None]]:
    """A sleep for all threads of a command. Only the main thread hears the signal: it tells the others."""
    interrupted = Event()

    def sleep(seconds: float) -> None:
        if interrupted.wait(seconds):
            raise KeyboardInterrupt

    def hear(_number: int, _frame: FrameType | None) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield sleep
    finally:
        signal.signal(signal.SIGINT, before)
