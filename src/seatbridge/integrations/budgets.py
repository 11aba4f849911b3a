"""The call budget that all processes share: rows in the database, changed by one statement each.

A row is read, the change is computed, and written only if nobody wrote in between: no lock is held, and the
same statements do on SQLite and PostgreSQL.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from seatbridge.config.start import current
from seatbridge.integrations.models import CallWindow, PausedHost
from seatbridge.psa.kaseya_bms import call_window
from seatbridge.psa.kaseya_bms.call_window import NO_TOKENS, Rate, Slots, Tokens
from seatbridge.psa.kaseya_bms.host_pause import HostPause, paused

# How old a look at the host's pause may be: so long others may still call it after its first 429.
LOOK_EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class SharedBudget:
    """Of one BMS company. Threads may share it: each uses its own connection, a foreign one only briefly."""

    host: str
    company_name: str  # casefolded
    rate: Rate
    _home: int = field(default_factory=threading.get_ident)
    _looked_at: datetime | None = None
    _seen: HostPause = field(default_factory=HostPause)
    _rows: dict[str, CallWindow] | None = None  # by endpoint, as we read or wrote them last

    def exchange(
        self, endpoint: str, now: datetime, *, want: int, back: Tokens = NO_TOKENS, urgent: bool = False
    ) -> Tokens:
        with self._connected():
            # Usually nobody else wrote since we looked, and the write itself notices where somebody has.
            rows, is_read = self._rows, False
            while True:
                if rows is None:
                    rows, is_read = self._read(), True
                row = rows.get(endpoint)
                before = _slots(row)
                after, granted = call_window.exchange(
                    before, self.rate, now, want=want, back=back, urgent=urgent
                )
                if after == before:
                    if is_read:
                        return granted
                elif _change(row, after, now) if row else self._add(endpoint, after, now):
                    return granted
                rows = None

    def free_at(self, endpoint: str, now: datetime, *, need: int = 1, urgent: bool = False) -> datetime:
        with self._connected():
            return call_window.free_at(self._newest(endpoint), self.rate, now, need=need, urgent=urgent)

    def calls_left(self, endpoint: str, now: datetime, *, urgent: bool = False) -> int:
        with self._connected():
            return call_window.calls_left(self._newest(endpoint), self.rate, now, urgent=urgent)

    def paused_until(self, now: datetime) -> datetime | None:
        if self._looked_at is None or not self._looked_at <= now < self._looked_at + LOOK_EVERY:
            with self._connected():
                self._seen = _read_pause(self.host)
            self._looked_at = now
        return self._seen.until if self._seen.in_force(now) else None

    def pause(self, now: datetime, asked: timedelta | None) -> datetime:
        with self._connected(), transaction.atomic():
            self._seen, self._looked_at = _pause(self.host, now, asked), now
        return self._seen.until or now

    def _newest(self, endpoint: str) -> dict[int, int]:
        return _slots(self._read().get(endpoint))

    def _read(self) -> dict[str, CallWindow]:
        """All endpoints at once: a session needs several of them."""
        rows = CallWindow.objects.filter(
            host=self.host, company_name=self.company_name, period_seconds=self._period_seconds
        )
        self._rows = {row.endpoint: row for row in rows}
        return self._rows

    def _add(self, endpoint: str, slots: Slots, now: datetime) -> bool:
        """False: somebody else did at this very instant."""
        row = CallWindow(
            host=self.host,
            company_name=self.company_name,
            endpoint=endpoint,
            period_seconds=self._period_seconds,
            slots=dict(slots),
            changed_at=now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return False
        if self._rows is not None:
            self._rows[endpoint] = row
        return True

    @property
    def _period_seconds(self) -> int:
        return int(self.rate.period.total_seconds())

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """A thread that only reads lists has no other use for its connection."""
        try:
            yield
        finally:
            if threading.get_ident() != self._home:
                connection.close()


def _change(row: CallWindow, slots: Slots, now: datetime) -> bool:
    """False: somebody else did since it was read."""
    newest = CallWindow.objects.filter(pk=row.pk, version=row.version)
    if not newest.update(slots=dict(slots), version=row.version + 1, changed_at=now):
        return False
    row.slots, row.version = dict(slots), row.version + 1
    return True


def _slots(row: CallWindow | None) -> dict[int, int]:
    return {} if row is None else {int(slot): calls for slot, calls in row.slots.items()}


def _read_pause(host: str) -> HostPause:
    row = PausedHost.objects.filter(host=host).first()
    return HostPause() if row is None else HostPause(row.until, row.times)


def _pause(host: str, now: datetime, asked: timedelta | None) -> HostPause:
    """Must be called in a transaction."""
    row = PausedHost.objects.select_for_update().filter(host=host).first()
    before = HostPause() if row is None else HostPause(row.until, row.times)
    after = paused(before, now, asked)
    if row is None and after.until is not None:
        try:
            with transaction.atomic():
                PausedHost.objects.create(host=host, until=after.until, times=after.times)
        except IntegrityError:  # another process heard it at this very instant
            return _pause(host, now, asked)
    elif row is not None and after != before:
        PausedHost.objects.filter(pk=row.pk).update(until=after.until, times=after.times)
    return after


MOST_SHOWN = 2000


def calls_left_by_endpoint(now: datetime) -> dict[tuple[str, str], int]:
    """(host, endpoint) -> calls left to the BMS company that has the fewest, of those called lately."""
    rate = Rate(*current().call_budget)
    rows = CallWindow.objects.filter(
        period_seconds=int(rate.period.total_seconds()), changed_at__gt=now - rate.period
    )
    found: dict[tuple[str, str], int] = {}
    for row in rows.order_by("-changed_at")[:MOST_SHOWN]:
        key, left = (row.host, row.endpoint), call_window.calls_left(_slots(row), rate, now)
        found[key] = min(left, found.get(key, left))
    return found
