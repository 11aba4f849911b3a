"""From which day a change is written (product.md section 3, writing.md rule 7).

Nothing is dated into a posted period, but for a rise on a quarterly or yearly contract with *adjust*,
nothing outside the contract, and nothing before the line's own start.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Ahead, KnownLine, Method, Verdict
from seatbridge.reconcile.index import Terms
from seatbridge.reconcile.periods import ONE_DAY, Cycle, Period, Rhythm, add_months
from seatbridge.reconcile.words import day

ONCE_A_PERIOD = "and a second write could be prorated"


@dataclass(frozen=True, slots=True)
class WriteNow:
    on: date
    ahead: bool
    # Of each period that BMS prorates: days left / days in it. Empty: whole periods only.
    shares: tuple[Fraction, ...] = ()
    floats: bool = False  # the day of whichever sync writes it, by the partner's rule


@dataclass(frozen=True, slots=True)
class Later:
    """`on` is the effective date, and the first day on which the write can be made."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """No instant exists at which a program may write this; a person can."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class TooLate:
    """Nothing is left to be written inside the contract."""

    why: str


WriteDay = WriteNow | Later | ByHand | TooLate


class Moment(NamedTuple):
    """All that decides on the day of one line's write."""

    terms: Terms
    rhythm: Rhythm
    line: Line
    known: KnownLine
    verdict: Verdict
    before: int | None  # units in force today
    after: int

    @property
    def today(self) -> date:
        return self.terms.today

    @property
    def is_long(self) -> bool:
        return self.rhythm.cycle in (Cycle.QUARTERLY, Cycle.YEARLY)

    @property
    def is_rise(self) -> bool:
        return self.before is None or self.after > self.before

    def first_day(self, period: Period) -> date:
        return max(period.start, self.line.effective_date)

    def written_in(self, period: Period) -> bool:
        """We wrote this line for this period, or for a later one."""
        pending = self.known.pending
        if pending is not None and period.start <= pending.effective_date <= self.today:
            return True
        return self.known.written_from is not None and self.known.written_from >= period.start


def write_day(moment: Moment) -> WriteDay:
    """The day for a change under the write method in force; while a canary is due, as for *adjust*."""
    method = moment.verdict.method
    pending = moment.known.pending
    if method is Method.BY_HAND:
        return _by_hand(moment)
    if pending is not None and pending.effective_date > moment.today:
        return beside_pending(moment, pending.effective_date)
    if method in (Method.REPLACE, Method.PRICE_CARRYING):
        return inside(moment, _begun_only(moment))
    return inside(moment, _adjust(moment))


def _by_hand(moment: Moment) -> WriteDay:
    """A person can do what *adjust* would."""
    period = moment.terms.earliest
    if moment.is_long:
        found = _long_rise(moment) if moment.is_rise else next_period_drop(moment)
    else:
        found = too_late(moment) if period is None else Later(moment.first_day(period), "")
    found = inside(moment, found)
    return found if isinstance(found, TooLate) else ByHand(found.on, "you chose to write units by hand")


def too_late(moment: Moment) -> TooLate:
    end = moment.rhythm.end
    until = "" if end is None else f", which ends on {day(end)}"
    return TooLate(f"every period of {moment.terms.name}{until}, is posted")


def inside(moment: Moment, found: WriteDay) -> WriteDay:
    if isinstance(found, TooLate) or moment.rhythm.containing(found.on) is not None:
        return found
    end = moment.rhythm.end
    until = "" if end is None else f" on {day(end)}"
    return TooLate(f"the change would begin on {day(found.on)}, after {moment.terms.name} ends{until}")


def beside_pending(moment: Moment, on: date) -> WriteDay:
    """Newer counts are written at the date of our pending write, until that date's period is posted."""
    period = moment.rhythm.containing(on)
    if period is None:
        return too_late(moment)
    if moment.line.effective_date > on:
        return Later(moment.line.effective_date, "the line itself has not begun")
    if not _dates_ahead(moment.verdict):
        return Later(on, f"a change from {day(on)} is written already, and nothing more can be dated ahead")
    if not moment.terms.posting.has_posted(period):
        return WriteNow(on, ahead=True, shares=_shares(moment, on, period))
    # A rise dated into the posted period of a long cycle may still be corrected, down to today's units.
    if moment.is_long and on > period.start and moment.before is not None and moment.after >= moment.before:
        return WriteNow(on, ahead=True, shares=_shares(moment, on, period))
    return Later(on, f"a change from {day(on)} is written already and its period is posted")


def _dates_ahead(verdict: Verdict) -> bool:
    return verdict.method in (None, Method.ADJUST) and verdict.ahead is not Ahead.RE_DATES


def _adjust(moment: Moment) -> WriteDay:
    if moment.is_long:
        return _long_rise(moment) if moment.is_rise else next_period_drop(moment)
    period = moment.terms.earliest
    if period is None:
        return too_late(moment)
    if moment.written_in(period) and not moment.verdict.rewrites_are_clean:
        return _next_period(moment, period)
    on = moment.first_day(period)
    if on <= moment.today:
        return WriteNow(on, ahead=False)
    return _dated_ahead(moment, on, wait_if_possible=True)


def _next_period(moment: Moment, period: Period) -> WriteDay:
    following = moment.rhythm.after(period)
    if following is None:
        return too_late(moment)
    return Later(
        moment.first_day(following),
        f"the period from {day(period.start)} was written already, {ONCE_A_PERIOD}",
    )


def _dated_ahead(moment: Moment, on: date, *, wait_if_possible: bool) -> WriteDay:
    """Ahead only where there is no instant between the day itself and its posting."""
    re_dates = moment.verdict.ahead is Ahead.RE_DATES
    if wait_if_possible or re_dates:
        if has_instant(moment, on):
            return Later(on, "the period has not begun")
        if re_dates:
            return ByHand(
                on, POSTED_BEFORE.format(day(on)) + ", and your BMS moves today's line when written ahead"
            )
    return WriteNow(on, ahead=True)


POSTED_BEFORE = "the period from {} is posted before it has begun"


def has_instant(moment: Moment, on: date) -> bool:
    """Something can be written on or after the day, and before the day on which its period is posted."""
    period = moment.rhythm.containing(on)
    return period is not None and moment.terms.posting.posts_on(period) > on


def _long_rise(moment: Moment) -> WriteDay:
    """From the 1st of the next month; BMS prorates inside a period, also inside a posted one."""
    today = moment.today
    re_dates = moment.verdict.ahead is Ahead.RE_DATES
    first = today.replace(day=1)
    on = first if re_dates and today == first else add_months(first, 1)
    written = moment.known.written_from
    if written is not None and written >= on and not moment.verdict.rewrites_are_clean:
        on = add_months(written.replace(day=1), 1)
    on = max(on, moment.line.effective_date)
    period = moment.rhythm.containing(on)
    if period is None:
        return Later(on, "")  # outside the contract: `_inside` says so
    if re_dates and on > today:
        return Later(on, f"it is written on {day(on)}: your BMS moves today's line when written ahead")
    return WriteNow(on, ahead=on > today, shares=_shares(moment, on, period))


def next_period_drop(moment: Moment) -> WriteDay:
    """From the next period that is neither begun nor posted: the preset of long cycles, else by a rule."""
    re_dates = moment.verdict.ahead is Ahead.RE_DATES
    period = _next_long_period(moment, grace=re_dates)
    if period is None:
        return too_late(moment)
    on = moment.first_day(period)
    if on <= moment.today:
        return WriteNow(on, ahead=False)
    return _dated_ahead(moment, on, wait_if_possible=False)


def _next_long_period(moment: Moment, *, grace: bool) -> Period | None:
    """The earliest unposted period that has not begun.

    With `grace` also one that began less than a month ago: a method that cannot date ahead would otherwise
    have to hit that one day.
    """
    period = moment.terms.earliest
    while period is not None and (
        moment.written_in(period) or not (_is_open(period, moment.today, grace=grace))
    ):
        period = moment.rhythm.after(period)
    return period


def _is_open(period: Period, today: date, *, grace: bool) -> bool:
    return period.start > today or (grace and add_months(period.start, 1) > today)


def _begun_only(moment: Moment) -> WriteDay:
    """*Replace* and *price-carrying*: the first day of the earliest unposted period, once it has begun."""
    period = moment.terms.earliest
    if moment.is_long:
        period = _next_long_period(moment, grace=True)
    elif period is not None and moment.written_in(period):
        period = moment.rhythm.after(period)
    # A line dated inside the period began there, or was changed there by hand, which cannot be told apart: a
    # bulk update from that day could wipe out what stood before it.
    while period is not None and moment.line.effective_date > period.start:
        period = moment.rhythm.after(period)
    if period is None:
        return _rest_of_contract(moment)
    on = moment.first_day(period)
    if on <= moment.today:
        return WriteNow(on, ahead=False)
    if has_instant(moment, on):
        return Later(on, "the period has not begun")
    return ByHand(on, POSTED_BEFORE.format(day(on)))


def _rest_of_contract(moment: Moment) -> WriteDay:
    """No period is left; a rise in a long one can still be made in BMS by a person, prorated."""
    on = add_months(moment.today.replace(day=1), 1)
    if moment.is_long and moment.is_rise and moment.rhythm.containing(on) is not None:
        return ByHand(
            on, "no later period is left in the contract, and this write method cannot write inside one"
        )
    return too_late(moment)


def _shares(moment: Moment, on: date, period: Period) -> tuple[Fraction, ...]:
    """Empty for a whole period that is still to be posted: BMS then bills it, and prorates nothing."""
    if not moment.is_long or (on == period.start and not moment.terms.posting.has_posted(period)):
        return ()
    return (Fraction((period.end + ONE_DAY - on).days, period.days),)
