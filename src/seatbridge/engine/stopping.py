"""How a run of this process ends early: between two steps, and where it can with no line left at 0."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
# So long a line at 0 may keep this process up; then another process, or the next start, brings it to its end.
PATIENCE = 5.0


class Stopping(Exception):
    """This process ends. The run stays active, and the next start, or another worker, takes it over."""


@dataclass(slots=True)
class StopSign:
    patience: float = PATIENCE
    _event: Event = field(default_factory=Event)
    _since: float = float("inf")

    def set(self) -> None:
        if not self._event.is_set():
            self._since = time.monotonic()
            self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    @property
    def patience_left(self) -> float:
        return max(self._since + self.patience - time.monotonic(), 0)


def stop_between_steps(stop: StopSign, is_owing: Callable[[], bool]) -> Callable[[str], None]:
    """`is_owing`: a line stands at price 0, say, and would be invoiced so: the run goes on while it may."""

    def at(step: str) -> None:
        if stop.is_set() and step in BETWEEN_STEPS and not (stop.patience_left and is_owing()):
            raise Stopping(step)

    return at


def sleep_until_stop(stop: StopSign, is_owing: Callable[[], bool]) -> Callable[[float], None]:
    """A wait for BMS may be long. Ended by a stop it is a run like any other whose process is gone."""

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        if not stop.wait(seconds):
            return
        if not is_owing():
            raise Stopping("asleep")
        rest = max(until - time.monotonic(), 0)
        time.sleep(min(rest, stop.patience_left))
        if rest > stop.patience_left:
            raise Stopping("asleep")

    return sleep
