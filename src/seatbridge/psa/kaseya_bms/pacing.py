"""Keep within Kaseya's limit of 1,500 calls per hour and endpoint, and wait where it asks for a pause."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from seatbridge.kit.clock import Clock

HOUR = timedelta(hours=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
PATIENCE = timedelta(minutes=46)  # 30 s doubling to 15 min, seven times
MOST_PAUSES = 12  # a server that says "1 second" forever must not be asked forever

OnWait = Callable[[datetime, str], None]


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Seconds, or an HTTP date. None where it is missing or makes no sense."""
    if text is None:
        return None
    if text.strip().isdecimal() and len(text.strip()) < 8:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now


@dataclass(slots=True)
class Patience:
    """How long one call has been put off by 429 or 503, and how much longer it may be."""

    waited: timedelta = timedelta(0)
    pauses: int = 0

    def next_pause(self, asked: timedelta | None) -> timedelta:
        """`asked` is what Retry-After said; at least a second, so that a zero is no hot loop."""
        own = min(FIRST_PAUSE * 2**self.pauses, LONGEST_PAUSE)
        return own if asked is None else max(asked, timedelta(seconds=1))

    def allows(self, pause: timedelta) -> bool:
        return self.pauses < MOST_PAUSES and self.waited + pause <= PATIENCE

    def spend(self, pause: timedelta) -> None:
        self.waited += pause
        self.pauses += 1


class Pacing:
    """A rolling hour per endpoint, shared by all threads of one client."""

    def __init__(self, clock: Clock, hourly_budget: int, on_wait: OnWait) -> None:
        self._clock = clock
        self._budget = hourly_budget
        self._on_wait = on_wait
        self._sent: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._paused_until: datetime | None = None
        self._lock = threading.Lock()

    def wait_turn(self, endpoint: str) -> None:
        """Return when one more call of `endpoint` may be sent; that call is counted as sent."""
        while True:
            now = self._clock.now()
            with self._lock:
                until, why = self._free_at(endpoint, now)
                if until <= now:
                    self._sent[endpoint].append(now)
                    return
            self._on_wait(until, why)
            self._clock.sleep((until - now).total_seconds())

    def pause(self, duration: timedelta) -> None:
        """Whose limit a 429 speaks of is not published, so every endpoint of this client waits."""
        until = self._clock.now() + duration
        with self._lock:
            self._paused_until = max(until, self._paused_until or until)

    def calls_left(self, endpoint: str) -> int:
        with self._lock:
            return max(0, self._budget - len(self._within_hour(endpoint, self._clock.now())))

    def _free_at(self, endpoint: str, now: datetime) -> tuple[datetime, str]:
        if self._paused_until is not None and self._paused_until > now:
            return self._paused_until, "Kaseya BMS asked for a pause"
        sent = self._within_hour(endpoint, now)
        if len(sent) >= self._budget:
            return sent[-self._budget] + HOUR, "Kaseya's hourly limit"
        return now, ""

    def _within_hour(self, endpoint: str, now: datetime) -> deque[datetime]:
        sent = self._sent[endpoint]
        while sent and sent[0] <= now - HOUR:
            sent.popleft()
        return sent
