"""How long a host is left alone after it said 429. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class HostPause:
    """`times`: how many pauses came one soon after the other."""

    until: datetime | None = None
    times: int = 0

    def in_force(self, now: datetime) -> bool:
        return self.until is not None and self.until > now


def paused(before: HostPause, now: datetime, asked: timedelta | None) -> HostPause:
    """`asked`: what Retry-After said; without one, 30 seconds doubling to 15 minutes.

    Calls that were under way when the pause began are answered the same: they do not double it.
    """
    if before.in_force(now):
        until = before.until if asked is None else max(before.until or now, now + asked)
        return HostPause(until, before.times)
    again = before.until is not None and now - before.until < LONGEST_PAUSE
    times = before.times + 1 if again else 1
    own = min(FIRST_PAUSE * 2 ** min(times - 1, 10), LONGEST_PAUSE)
    # At least a second, so that a zero is no hot loop.
    pause = own if asked is None else max(asked, timedelta(seconds=1))
    return HostPause(now + pause, times)
