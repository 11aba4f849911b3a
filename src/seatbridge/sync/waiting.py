"""Being asked before each wait for BMS, whoever was asked before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from seatbridge.sync.running import Running


@contextmanager
def asked_before_waiting(running: Running, look: Callable[[datetime, str], None]) -> Iterator[None]:
    """`look` gets until when and why a call would wait; what it raises stops the call before it is sent."""
    former = running.bms.on_wait

    def ask(until: datetime, why: str) -> None:
        look(until, why)
        if former is not None:
            former(until, why)

    running.bms.on_wait = ask
    try:
        yield
    finally:
        running.bms.on_wait = former
