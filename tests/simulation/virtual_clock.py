"""Time that only passes when somebody waits, and lets what is due happen on its way."""

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class VirtualClock:
    """Aware UTC. What is put `at` a moment happens exactly then, whoever is waiting at that time."""

    def __init__(self, start: datetime, zone: ZoneInfo) -> None:
        self._now = start.astimezone(UTC)
        self.zone = zone
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = 0

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(self.zone).date()

    def sleep(self, seconds: float) -> None:
        self.pass_until(self._now + timedelta(seconds=max(seconds, 0)))

    def pass_until(self, moment: datetime) -> None:
        while self._due and self._due[0][0] <= moment:
            due, _, happen = heapq.heappop(self._due)
            self._now = max(self._now, due)
            happen()
        self._now = max(self._now, moment)

    def pass_until_local(self, day: date, hour: int, minute: int = 0) -> None:
        self.pass_until(self.local(day, hour, minute))

    def at(self, moment: datetime, happen: Callable[[], None]) -> None:
        self._numbers += 1
        heapq.heappush(self._due, (moment.astimezone(UTC), self._numbers, happen))

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)
