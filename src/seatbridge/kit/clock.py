"""Time as an argument: programs use the real clock, tests and simulations their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is the real time (tokens, limits, waiting); `billing_now` is shifted (what is due when)."""

    real_now: Callable[[], datetime] = field(default=_real_now)
    sleep: Callable[[float], None] = field(default=time.sleep)
    billing_offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.real_now()

    def billing_now(self) -> datetime:
        return self.real_now() + self.billing_offset
