"""A total that does not fit may be older than the effect that a line shows: lists are read one by one.

So what does not fit is believed only from a reading that began after the effect must show everywhere.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from seatbridge.sync.models import Owed
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.writing.judging import is_same_money, shows, units_of
from seatbridge.sync.writing.owing import Do, Next
from seatbridge.sync.writing.verdicts import price_factors


def unless_half_shown(running: Running, owed: Owed, step: Next) -> Next:
    """The step; or waiting, where the total contradicts it and was read too early to be believed."""
    sent = [at for at in (owed.zero_sent_at, owed.add_sent_at, owed.restore_sent_at) if at is not None]
    if not sent or _fits(running, owed, step):
        return step
    believable_from: datetime = max(sent) + running.settle
    if running.seen.reading.began >= believable_from:
        return step
    return replace(step, do=Do.WAIT, until=believable_from)


def _fits(running: Running, owed: Owed, step: Next) -> bool:
    if step.do is Do.SAW_ZERO:
        return _fell_by_its_units(running, owed)
    if step.do is Do.SETTLED and step.how in {"adjusted", "appended"}:
        return moved_as_expected(running, owed)
    if step.do is Do.SETTLED and step.how == "returned":
        return is_same_money(_total(running, owed), owed.total_before)
    return True


def _fell_by_its_units(running: Running, owed: Owed) -> bool:
    fall = owed.total_before - _total(running, owed)
    if not fall and owed.units_before is None:
        return False  # 0 units, or nothing shown yet
    return units_that_stood(owed, fall, _factors(running, owed)) is not None


def units_that_stood(owed: Owed, fall: Decimal, factors: tuple[Decimal, ...]) -> tuple[int, Decimal] | None:
    """The units, and the share of a period's price that the total shows; None where it cannot be told."""
    if owed.units_before is not None:
        full = owed.units_before * owed.unit_price
        shares = (factor for factor in factors if shows(fall, full, factor))
        return next(((owed.units_before, factor) for factor in shares), None)
    if len(factors) > 1:
        return None  # units and share are both unknown: nothing is guessed
    before = units_of(fall, owed.unit_price, factors[0])
    return None if before is None or before < 0 else (before, factors[0])


def note_total_at_zero(running: Running, owed: Owed) -> None:
    """Before a price comes back: what the total is without the line. The caller saves.

    A line may stand at 0 for days before it is finished, and the contract's other lines go on living.
    """
    view = running.seen.of(key_of(owed))
    line = view.line(owed.line_id)
    if line is not None and line.unit_price == 0:
        owed.zero_seen_total = view.total


def move_since_zero(running: Running, owed: Owed) -> tuple[Decimal, Decimal]:
    """How far the total moved by bringing the line back, and how far it should have for a whole period."""
    if owed.zero_seen_total is None:
        return _whole_move(running, owed)
    return _total(running, owed) - owed.zero_seen_total, (owed.units or 0) * owed.unit_price


def moved_as_expected(running: Running, owed: Owed) -> bool:
    return _fits_a_share(running, owed, *move_since_zero(running, owed))


def moved_by_nothing_else(running: Running, owed: Owed) -> bool:
    """Whether nothing else moved the total, from before the line was priced to 0 until now."""
    return owed.units_before is not None and _fits_a_share(running, owed, *_whole_move(running, owed))


def _whole_move(running: Running, owed: Owed) -> tuple[Decimal, Decimal]:
    """The same since before the line was priced to 0."""
    expected = ((owed.units or 0) - (owed.units_before or 0)) * owed.unit_price
    return _total(running, owed) - owed.total_before, expected


def _fits_a_share(running: Running, owed: Owed, moved: Decimal, expected: Decimal) -> bool:
    return any(shows(moved, expected, share) for share in _factors(running, owed))


def _total(running: Running, owed: Owed) -> Decimal:
    return running.seen.of(key_of(owed)).total or Decimal(0)


def _factors(running: Running, owed: Owed) -> tuple[Decimal, ...]:
    contract = running.seen.of(key_of(owed)).contract
    return price_factors(running.company, "" if contract is None else contract.billing_cycle)
