"""So many calls of one endpoint in any rolling period, counted in slots, as processes share it. Pure.

A slot is a sixtieth of the period. A call counts until a whole period after the end of its slot, and one slot
more for calls that are long on their way: so no period, wherever it is laid, holds more than the limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLOTS = 60
KEPT = SLOTS + 2  # slots in which a call counts: its own, a period's, and one for its way

Slots = Mapping[int, int]  # slot -> calls


@dataclass(frozen=True, slots=True)
class Rate:
    """The last part of it is kept for what must not wait: a line that stands at price 0."""

    calls: int = 1200  # Kaseya allows 1,500; the rest is left to people and to other programs
    period: timedelta = timedelta(hours=1)

    @property
    def kept_back(self) -> int:
        return self.calls // 20

    @property
    def most_at_once(self) -> int:
        """One look into the database is good for so many calls."""
        return max(1, self.calls // 60)

    def allowed(self, *, urgent: bool) -> int:
        return self.calls if urgent else self.calls - self.kept_back

    def slot_of(self, now: datetime) -> int:
        return int(now.timestamp() / self._slot_seconds)

    def start_of(self, slot: int) -> datetime:
        return datetime.fromtimestamp(slot * self._slot_seconds, UTC)

    @property
    def _slot_seconds(self) -> float:
        return self.period.total_seconds() / SLOTS


@dataclass(frozen=True, slots=True)
class Tokens:
    """Calls that are counted already and may still be sent, in that slot."""

    slot: int = 0
    count: int = 0


NO_TOKENS = Tokens()


def counted(slots: Slots, rate: Rate, now: datetime) -> dict[int, int]:
    """Without what counts no longer."""
    oldest = rate.slot_of(now) - KEPT + 1
    return {slot: calls for slot, calls in slots.items() if slot >= oldest and calls > 0}


def exchange(
    slots: Slots, rate: Rate, now: datetime, *, want: int, back: Tokens = NO_TOKENS, urgent: bool = False
) -> tuple[dict[int, int], Tokens]:
    """Give back what was not sent, and count up to `want` calls: as many as are free, perhaps none."""
    left = counted(slots, rate, now)
    if back.slot in left:
        left[back.slot] = max(0, left[back.slot] - back.count)
    free = max(0, rate.allowed(urgent=urgent) - sum(left.values()))
    granted = Tokens(rate.slot_of(now), min(want, free))
    if granted.count:
        left[granted.slot] = left.get(granted.slot, 0) + granted.count
    return counted(left, rate, now), granted


def free_at(slots: Slots, rate: Rate, now: datetime, *, need: int, urgent: bool = False) -> datetime:
    """When so many calls are free, if nobody takes any until then. More than all of them: when all are."""
    left = counted(slots, rate, now)
    over = sum(left.values()) + need - rate.allowed(urgent=urgent)
    for slot in sorted(left):
        if over <= 0:
            break
        over -= left[slot]
        now = max(now, rate.start_of(slot + KEPT))
    return now


def calls_left(slots: Slots, rate: Rate, now: datetime, *, urgent: bool = False) -> int:
    return max(0, rate.allowed(urgent=urgent) - sum(counted(slots, rate, now).values()))
