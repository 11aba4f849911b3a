"""How a run of this process ends early: between two steps, never inside one, and never with a line at 0."""

import time
from collections.abc import Callable
from threading import Event

# Nothing of the step that they begin has been noted or sent: whoever takes the run over begins there.
BETWEEN_STEPS = frozenset(
    {
        "before-reading",
        "before-plan",
        "before-canary",
        "before-ahead-canary",
        "before-owed-step",
        "before-intent",
        "waiting",
    }
)


class Stopping(Exception):
    """This process ends. The run stays active, and the next start takes it over."""


def stop_between_steps(stop: Event, is_owing: Callable[[], bool]) -> Callable[[str], None]:
    """`is_owing`: a line stands at price 0, say, and would be invoiced so: the run goes on while it may."""

    def at(step: str) -> None:
        if stop.is_set() and step in BETWEEN_STEPS and not is_owing():
            raise Stopping(step)

    return at


def sleep_until_stop(stop: Event, is_owing: Callable[[], bool]) -> Callable[[float], None]:
    """A wait for BMS may be long. Ended by a stop it is a run like any other whose process is gone."""

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        if not stop.wait(seconds):
            return
        if not is_owing():
            raise Stopping("asleep")
        time.sleep(max(until - time.monotonic(), 0))

    return sleep
