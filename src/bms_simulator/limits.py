"""The hourly limit: so many calls of one endpoint in any rolling hour."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil

HOUR = timedelta(hours=1)


class HourlyLimit:
    def __init__(self) -> None:
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def wait_seconds(self, endpoint: str, limit: int, now: datetime) -> int:
        """Count the call and return 0, or return for how long the endpoint is still full."""
        calls = self._calls[endpoint]
        while calls and now - calls[0] >= HOUR:
            calls.popleft()
        if len(calls) >= limit:
            return ceil((calls[0] + HOUR - now).total_seconds())
        calls.append(now)
        return 0
