"""From which day a company is billed no more, once a person has decided on it (product.md section 2).

Nothing is dated into a posted period; *replace* and *price-carrying* end whole periods only.
"""

from datetime import date

from seatbridge.reconcile.dates import (
    POSTED_BEFORE,
    ByHand,
    Later,
    Moment,
    TooLate,
    WriteDay,
    WriteNow,
    beside_pending,
    has_instant,
    too_late,
)
from seatbridge.reconcile.dates_by_rules import shares_from
from seatbridge.reconcile.facts import Ahead, Method
from seatbridge.reconcile.periods import Period, Rhythm
from seatbridge.reconcile.posting import Posting
from seatbridge.reconcile.words import day

WHOLE_PERIODS = (Method.REPLACE, Method.PRICE_CARRYING)


def next_period(rhythm: Rhythm, posting: Posting, today: date) -> Period | None:
    """The first one that has neither begun nor been posted; None: the contract has no such period."""
    period = rhythm.containing(max(today, rhythm.start))
    while period is not None and (period.start <= today or posting.has_posted(period)):
        period = rhythm.after(period)
    return period


def why_not_from(on: date, rhythm: Rhythm, posting: Posting, method: Method | None, today: date) -> str:
    """Why billing cannot stop from that day; empty: it can."""
    period = rhythm.containing(on)
    if period is None:
        until = "has no end" if rhythm.end is None else f"ends on {day(rhythm.end)}"
        return f"its contract begins on {day(rhythm.start)} and {until}"
    if posting.has_posted(period):
        following = next_period(rhythm, posting, today)
        first = (
            "" if following is None else f"; the next one that can be changed begins {day(following.start)}"
        )
        return f"the period from {day(period.start)} is posted{first}"
    if method in WHOLE_PERIODS and on != period.start:
        following = rhythm.after(period)
        after = "" if following is None else f" or {day(following.start)}"
        return f"{method} ends whole periods only: {day(period.start)}{after}"
    return ""


def stop_day(moment: Moment, on: date) -> tuple[WriteDay, str]:
    """The day of the write that leaves no units, and why it is not the day that was decided on."""
    pending = moment.known.pending
    if pending is not None and pending.effective_date > moment.today:
        if pending.effective_date < on:
            return Later(on, f"a change from {day(pending.effective_date)} comes first"), ""
        return beside_pending(moment, pending.effective_date), _note(on, pending.effective_date)
    period = _open_period(moment, on)
    if period is None:
        return too_late(moment), ""
    first = max(on, period.start, moment.line.effective_date)
    return _write_on(moment, first, period), _note(on, first)


def _note(wanted: date, found: date) -> str:
    return (
        "" if wanted == found else f"You decided on {day(wanted)}; {day(found)} is the first day left for it."
    )


def _open_period(moment: Moment, on: date) -> Period | None:
    """The period that holds the day, or the first one after it that can still be changed."""
    rhythm, posting = moment.rhythm, moment.terms.posting
    first = max(on, moment.line.effective_date, rhythm.start)
    period = rhythm.containing(first)
    while period is not None and (posting.has_posted(period) or _is_closed(moment, period, first)):
        period = rhythm.after(period)
    return period


def _is_closed(moment: Moment, period: Period, first: date) -> bool:
    if moment.verdict.method in WHOLE_PERIODS:
        return first > period.start or moment.written_in(period)
    written = moment.known.written_from
    rewritten = written is not None and written >= max(first, period.start)
    return rewritten and moment.written_in(period) and not moment.verdict.rewrites_are_clean


def _write_on(moment: Moment, on: date, period: Period) -> WriteDay:
    method = moment.verdict.method
    if method is Method.BY_HAND:
        return ByHand(on, "you chose to write units by hand")
    shares = () if on == period.start else shares_from(moment, on)
    if on <= moment.today:
        return WriteNow(on, ahead=False, shares=shares)
    if has_instant(moment, on):
        return Later(on, "billing stops that day, as decided")
    if method in WHOLE_PERIODS or moment.verdict.ahead is Ahead.RE_DATES:
        return ByHand(on, POSTED_BEFORE.format(day(period.start)))
    return WriteNow(on, ahead=True, shares=shares)


def ends_with_contract(found: WriteDay | None) -> bool:
    """No period is left in which anything could be stopped."""
    return isinstance(found, TooLate)
