"""The hourly limit: so many calls of one endpoint in any rolling hour."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil


class HourlyLimit:
    def __init__(self, seconds: int = 3600) -> None:
        self.refused = 0
        self._hour = timedelta(seconds=seconds)
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def wait_seconds(self, endpoint: str, limit: int, now: datetime) -> int:
        """Count the call and return 0, or return for how long the endpoint is still full."""
        calls = self._calls[endpoint]
        while calls and now - calls[0] >= self._hour:
            calls.popleft()
        if len(calls) >= limit:
            self.refused += 1
            return ceil((calls[0] + self._hour - now).total_seconds())
        calls.append(now)
        return 0
