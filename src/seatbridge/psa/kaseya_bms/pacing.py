"""Keep within Kaseya's limit of 1,500 calls per hour and endpoint, and wait where it asks for a pause."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.budget import CallBudget
from seatbridge.psa.kaseya_bms.call_window import NO_TOKENS, Tokens
from seatbridge.psa.kaseya_bms.host_pause import FIRST_PAUSE, LONGEST_PAUSE

PATIENCE = timedelta(minutes=46)  # 30 s doubling to 15 min, seven times
MOST_PAUSES = 12  # a server that says "1 second" forever must not be asked forever
HOURLY_LIMIT = "Kaseya's hourly limit"
ASKED_FOR_PAUSE = "the pause that Kaseya BMS asked for"

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


@dataclass(slots=True)
class _Pool:
    """Calls that are counted in the budget and not sent yet; `size`: how many were taken the last time.

    `expected`: so many more are sure to come, so these are taken at once and no others.
    """

    tokens: Tokens = NO_TOKENS
    size: int = 0
    expected: int = 0
    set_aside: int = 0


class Pacing:
    """Each call's turn, out of a budget. Shared by all threads of one client.

    Calls are taken from the budget several at once: those that are sure to come, else ever more of them. So
    hundreds cost few looks.
    """

    def __init__(self, clock: Clock, budget: CallBudget, on_wait: OnWait) -> None:
        self._clock = clock
        self._budget = budget
        self._on_wait = on_wait
        self._pools: dict[str, _Pool] = {}
        self._paused_until: datetime | None = None
        self._urgent = 0
        self._lock = threading.Lock()

    def wait_turn(self, endpoint: str) -> None:
        """Return when one more call of `endpoint` may be sent; that call is counted as sent."""
        while True:
            now = self._clock.now()
            with self._lock:
                until, why = self._take(endpoint, now)
            if until <= now:
                return
            self._on_wait(until, why)
            self._clock.sleep((until - now).total_seconds())

    def pause(self, duration: timedelta) -> None:
        """It may be over soon (503): this client waits, with every endpoint."""
        until = self._clock.now() + duration
        with self._lock:
            self._paused_until = max(until, self._paused_until or until)

    def pause_host(self, asked: timedelta | None) -> timedelta:
        """Whose limit a 429 speaks of is not published: everybody leaves the host alone, for so long."""
        with (
            self._lock
        ):  # a thread that looks for a pause right now would put what it saw in place of this one
            now = self._clock.now()
            return self._budget.pause(now, asked) - now

    def calls_left(self, endpoint: str) -> int:
        with self._lock:
            now = self._clock.now()
            own = self._pools.get(endpoint, _Pool()).tokens.count
            return own + self._budget.calls_left(endpoint, now, urgent=bool(self._urgent))

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Calls of the block may use what is kept back for a line that stands at 0."""
        self._urgent += 1
        try:
            yield
        finally:
            self._urgent -= 1

    def set_aside(self, needs: Mapping[str, int]) -> datetime | None:
        """Take these calls now, for later calls of this client, or none of them.

        None: they are. Else: when so many may be free.
        """
        with self._lock:
            now = self._clock.now()
            for endpoint, need in needs.items():
                self._fill(endpoint, now, need)
            lacking = [name for name, need in needs.items() if self._pools[name].tokens.count < need]
            for endpoint, need in needs.items():
                self._pools[endpoint].set_aside = 0 if lacking else need
            if not lacking:
                return None
            self._give_back()
            urgent = bool(self._urgent)
            return max(self._budget.free_at(name, now, need=needs[name], urgent=urgent) for name in lacking)

    def expect(self, calls: Mapping[str, int]) -> None:
        """These are sent next, one after the other: each look at the budget may take as many of them."""
        with self._lock:
            for endpoint, number in calls.items():
                self._pools.setdefault(endpoint, _Pool()).expected = number

    def give_back(self) -> None:
        """What was counted and is not sent belongs to others."""
        with self._lock:
            self._give_back()

    def _give_back(self) -> None:
        for endpoint, pool in self._pools.items():
            if pool.tokens.count:
                self._budget.exchange(endpoint, self._clock.now(), want=0, back=pool.tokens)
            pool.tokens, pool.set_aside = NO_TOKENS, 0

    def _take(self, endpoint: str, now: datetime) -> tuple[datetime, str]:
        """Until when to wait: `now` where a call was taken."""
        pauses = [each for each in (self._paused_until, self._budget.paused_until(now)) if each is not None]
        if pauses and max(pauses) > now:
            return max(pauses), ASKED_FOR_PAUSE
        pool = self._pools.setdefault(endpoint, _Pool())
        if not pool.tokens.count or pool.tokens.slot != self._budget.rate.slot_of(now):
            size = min(pool.expected or max(1, pool.size * 2), self._budget.rate.most_at_once)
            self._fill(endpoint, now, max(size, pool.set_aside))
            pool.size = size
        if not pool.tokens.count:
            need = self._budget.rate.most_at_once
            return self._budget.free_at(endpoint, now, need=need, urgent=bool(self._urgent)), HOURLY_LIMIT
        pool.tokens = Tokens(pool.tokens.slot, pool.tokens.count - 1)
        pool.set_aside, pool.expected = max(0, pool.set_aside - 1), max(0, pool.expected - 1)
        return now, ""

    def _fill(self, endpoint: str, now: datetime, want: int) -> None:
        """Tokens of an earlier slot are counted anew in this one, so that none is sent outside its slot."""
        pool = self._pools.setdefault(endpoint, _Pool())
        back = pool.tokens
        pool.tokens = self._budget.exchange(
            endpoint, now, want=max(want, pool.set_aside), back=back, urgent=bool(self._urgent)
        )
