"""A process that dies: at a named step of the protocol, or between a call's effect and its answer."""

from dataclasses import dataclass, field

ANYWHERE = "any step"
# Where it matters most: around intents, calls, answers, jobs, outcomes and owed entries.
STEPS = (
    "before-intent",
    "after-intent",
    "before-call",
    "after-call",
    "before-answer",
    "after-answer",
    "before-job",
    "after-job",
    "before-owed-step",
    "after-owed-step",
    "before-outcome",
    "after-outcome",
    "before-canary",
    "after-canary",
    "before-ahead-canary",
    "before-reading",
    "after-reading",
    "before-plan",
    "after-plan",
    "waiting",
    "before-finish",
    "after-finish",
    "write-before",  # the call leaves and never arrives
    "write-after",  # it took effect, and nobody hears the answer
    "read-before",
    "read-after",
)


class Crash(BaseException):
    """Not an Exception: nothing in the product may catch it, as nothing catches a SIGKILL."""


@dataclass(slots=True)
class Crashes:
    """Armed for one step and its occurrence; every step passed is counted."""

    step: str = ""
    left: int = 0
    seen: list[str] = field(default_factory=list)
    hit: list[str] = field(default_factory=list)

    def arm(self, step: str, occurrence: int) -> None:
        self.step, self.left = step, occurrence

    def disarm(self) -> None:
        self.step, self.left = "", 0

    def at(self, step: str) -> None:
        if self.step not in (step, ANYWHERE):
            return
        self.left -= 1
        if self.left == 0:
            self.disarm()
            self.hit.append(step)
            raise Crash(step)
