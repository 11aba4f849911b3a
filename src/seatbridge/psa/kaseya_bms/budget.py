"""Who counts the calls: this process alone, or whoever is handed in (a table that all processes share)."""

import threading
from datetime import datetime, timedelta
from typing import Protocol

from seatbridge.psa.kaseya_bms import call_window
from seatbridge.psa.kaseya_bms.call_window import NO_TOKENS, Rate, Tokens
from seatbridge.psa.kaseya_bms.host_pause import HostPause, paused


class CallBudget(Protocol):
    """Calls of one BMS company, by endpoint template, and pauses of its host. Threads may share it."""

    rate: Rate

    def exchange(
        self, endpoint: str, now: datetime, *, want: int, back: Tokens = NO_TOKENS, urgent: bool = False
    ) -> Tokens:
        """Give back what was not sent, and take up to `want` calls."""

    def free_at(self, endpoint: str, now: datetime, *, need: int = 1, urgent: bool = False) -> datetime: ...

    def calls_left(self, endpoint: str, now: datetime, *, urgent: bool = False) -> int: ...

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when the host is left alone; None: it is not."""

    def pause(self, now: datetime, asked: timedelta | None) -> datetime:
        """It said 429: until when everybody leaves it alone."""


class OwnBudget:
    """Counts for one client only."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._slots: dict[str, dict[int, int]] = {}
        self._pause = HostPause()
        self._lock = threading.Lock()

    def exchange(
        self, endpoint: str, now: datetime, *, want: int, back: Tokens = NO_TOKENS, urgent: bool = False
    ) -> Tokens:
        with self._lock:
            slots = self._slots.get(endpoint, {})
            self._slots[endpoint], granted = call_window.exchange(
                slots, self.rate, now, want=want, back=back, urgent=urgent
            )
            return granted

    def free_at(self, endpoint: str, now: datetime, *, need: int = 1, urgent: bool = False) -> datetime:
        return call_window.free_at(self._slots.get(endpoint, {}), self.rate, now, need=need, urgent=urgent)

    def calls_left(self, endpoint: str, now: datetime, *, urgent: bool = False) -> int:
        return call_window.calls_left(self._slots.get(endpoint, {}), self.rate, now, urgent=urgent)

    def paused_until(self, now: datetime) -> datetime | None:
        return self._pause.until if self._pause.in_force(now) else None

    def pause(self, now: datetime, asked: timedelta | None) -> datetime:
        with self._lock:
            self._pause = paused(self._pause, now, asked)
            return self._pause.until or now
