"""The instants of one schedule: regular ones, the last before each posting day, one after a freeze. Pure.

The last sync before posting and the freeze go by the partner's zone, the regular ones by the schedule's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from seatbridge.integrations.due_times import ONE_DAY, instant_at, next_at
from seatbridge.reconcile.posting import scheduled

EVENING = time(18, 0)  # of the last sync before posting
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    at: time
    weekday: int | None  # 0 is Monday; None: daily
    zone: ZoneInfo
    home: ZoneInfo  # the partner's
    posting_days: frozenset[int]  # of the month
    freeze_until: time = time(18, 0)
    # From 0 to below 1: how far into the rest of its hour each instant is put, always the same for one
    # integration, so that ten thousand of them do not begin in the same minute.
    share: float = 0.0

    def next_after(self, now: datetime) -> datetime:
        regular = self._regular_after(now)
        others = [*self._last_syncs_around(now), *self._after_freezes_around(now)]
        return min([regular, *(each for each in others if each > now)])

    def has_last_sync(self, since: datetime, until: datetime) -> bool:
        """One of the last syncs before posting came due from `since` to `until`, both included."""
        moment = since
        while moment <= until + ONE_DAY:
            # An instant within its hour counts: the share may have been another when it was computed.
            hours = ((each, each + ONE_HOUR) for each in self._evenings_around(moment))
            if any(begin <= until and since < end for begin, end in hours):
                return True
            moment += 28 * ONE_DAY
        return False

    def posting_midnights(self, now: datetime) -> list[datetime]:
        """From when on nothing is written any more, of this month's posting days and the next's."""
        return sorted(instant_at(day, time(0), self.home) for day in self._posting_days_around(now))

    def _spread(self, at: time) -> timedelta:
        return timedelta(seconds=int(self.share * (60 - at.minute) * 60))

    def _regular_after(self, now: datetime) -> datetime:
        spread = self._spread(self.at)
        return next_at(now - spread, self.at, self.zone, self._fits) + spread

    def _fits(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday

    def _last_syncs_around(self, now: datetime) -> Iterator[datetime]:
        return (evening + self._spread(EVENING) for evening in self._evenings_around(now))

    def _evenings_around(self, now: datetime) -> Iterator[datetime]:
        return (instant_at(day - ONE_DAY, EVENING, self.home) for day in self._posting_days_around(now))

    def _after_freezes_around(self, now: datetime) -> Iterator[datetime]:
        """Where a regular sync fell into the freeze, so that it could write nothing."""
        for day in self._posting_days_around(now):
            begin = instant_at(day, time(0), self.home)
            end = instant_at(day, self.freeze_until, self.home)
            if self._regular_after(begin - timedelta(microseconds=1)) < end:
                yield end + self._spread(self.freeze_until)

    def _posting_days_around(self, now: datetime) -> Iterator[date]:
        """Of this month and of the next."""
        today = now.astimezone(self.home).date()
        for day in (today, today.replace(day=28) + 4 * ONE_DAY):
            for number in self.posting_days:
                yield scheduled(number, day.year, day.month)
