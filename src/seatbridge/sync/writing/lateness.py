"""A posting day that comes while a run still writes: what was planned before is not sent after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from seatbridge.psa.errors import RateLimited
from seatbridge.reconcile.posting import posting_at
from seatbridge.sync.running import Running
from seatbridge.sync.waiting import asked_before_waiting

TOO_LATE = (
    "late-for-cutoff",
    "the run lasted into the posting day, so what it planned before was not written any more",
    "nothing to do: the next sync plans it anew, for the period that is then open",
)


def came_a_posting(running: Running, contract_id: int, at: datetime | None = None) -> bool:
    """Whether posting stands otherwise `at` that billing time (preset: now) than when the plan was made."""
    if running.planned_at is None:
        return False
    kind = running.calendar.kind(contract_id)
    now = running.billing_now() if at is None else at
    return posting_at(running.calendar, kind, now) != posting_at(running.calendar, kind, running.planned_at)


@contextmanager
def no_wait_beyond_posting(running: Running, contract_id: int) -> Iterator[None]:
    """A write whose turn would come only after a posting is not sent: it raises RateLimited instead."""

    def look(until: datetime, why: str) -> None:
        wait = until - running.now()
        if came_a_posting(running, contract_id, running.billing_now() + wait):
            raise RateLimited(
                "A write was not sent: its turn would come only after the posting day has begun.",
                retry_at=until,
                why=f"Waiting for {why} until {until:%H:%M} UTC.",
                fix="The next sync plans it anew. Begin earlier on the day before posting.",
            )

    with asked_before_waiting(running, look):
        yield
