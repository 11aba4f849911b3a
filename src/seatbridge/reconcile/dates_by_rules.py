"""The day of a change where the partner's rule asks for another than the preset (product.md section 3).

A rule never dates ahead by itself, except a drop from the next period, as on long cycles; *replace* and
*price-carrying* write whole periods only (writing.md rule 7). What a method cannot do falls back to the
preset.
"""

from datetime import date
from fractions import Fraction

from seatbridge.reconcile.dates import (
    ByHand,
    Later,
    Moment,
    TooLate,
    WriteDay,
    WriteNow,
    inside,
    next_period_drop,
    write_day,
)
from seatbridge.reconcile.facts import Ahead, Method
from seatbridge.reconcile.periods import ONE_DAY, Period
from seatbridge.reconcile.rules import EffectiveDates
from seatbridge.reconcile.words import day


def day_by_rules(moment: Moment, policy: EffectiveDates) -> tuple[WriteDay, str]:
    """The day, and why it is not the one that the rule asks for; empty: it is."""
    if policy is EffectiveDates.NO_PRORATION or (not moment.is_rise and _drops_as_preset(moment, policy)):
        return write_day(moment), ""
    why = _cannot(moment, policy)
    if why:
        return write_day(moment), f"Your rule for effective dates is not followed: {why}."
    drops_later = policy is EffectiveDates.RISES_FROM_THE_DAY and not moment.is_rise
    found = inside(moment, next_period_drop(moment) if drops_later else _from_the_day(moment))
    if moment.verdict.method is Method.BY_HAND and not isinstance(found, TooLate):
        return ByHand(found.on, "you chose to write units by hand"), ""
    return found, ""


def _drops_as_preset(moment: Moment, policy: EffectiveDates) -> bool:
    """Drops on long cycles count from the next period anyway."""
    return policy is EffectiveDates.RISES_FROM_THE_DAY and moment.is_long


def _cannot(moment: Moment, policy: EffectiveDates) -> str:
    verdict, pending = moment.verdict, moment.known.pending
    if verdict.method is None:
        return "the test write comes first, and it is dated on the first day of a period"
    if verdict.method in (Method.REPLACE, Method.PRICE_CARRYING):
        return f"{verdict.method} writes whole periods only"
    if pending is not None and pending.effective_date > moment.today:
        return f"a change from {day(pending.effective_date)} is written already, and this one takes its day"
    if moment.before is None:
        return "the units in BMS are not known, so what is prorated is not either"
    if (
        policy is EffectiveDates.RISES_FROM_THE_DAY
        and not moment.is_rise
        and verdict.ahead is Ahead.RE_DATES
        and verdict.method is not Method.BY_HAND
    ):
        return "your BMS moves today's line when written ahead"
    return ""


def _from_the_day(moment: Moment) -> WriteDay:
    """Today: the day of the sync that writes it. BMS prorates, also inside a posted period."""
    if moment.line.effective_date > moment.today:
        return Later(moment.line.effective_date, "the line itself has not begun")
    return WriteNow(moment.today, ahead=False, shares=shares_from(moment, moment.today), floats=True)


def shares_from(moment: Moment, on: date) -> tuple[Fraction, ...]:
    """Of each period that BMS charges, or gives back, beside its invoice; empty: nothing is prorated."""
    period = moment.rhythm.containing(on)
    posted = moment.terms.posting.has_posted
    if period is None or (on == period.start and not posted(period)):
        return ()
    shares = [_rest(period, on)]
    while posted(period):
        period = moment.rhythm.after(period)
        if period is None or not posted(period):
            break
        shares.append(_rest(period, period.start))
    return tuple(shares)


def _rest(period: Period, on: date) -> Fraction:
    return Fraction((period.end + ONE_DAY - on).days, period.days)
