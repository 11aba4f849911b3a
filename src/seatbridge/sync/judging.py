"""What became of a write, judged by a reading alone (writing.md rules 2, 4, 11). Pure: no I/O, no clock.

An answer of BMS is a claim. The lines of the key and the contract's total decide:
the total must have moved by exactly what we changed, a write dated ahead must have moved nothing yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from seatbridge.psa.records import Line
from seatbridge.sync.models import Write
from seatbridge.sync.views import KeyView

CENT = Decimal("0.01")


class Finding(StrEnum):
    CONFIRMED = "confirmed"
    CONFIRMED_UNSURE = "confirmed-unsure"  # units before were not known: a warning stays
    AHEAD = "ahead"  # dated ahead and nothing of today moved
    AHEAD_UNKNOWN = "ahead-unknown"  # dated ahead, answer lost: cannot be read before its day
    REJECTED = "rejected"
    NO_EFFECT = "no-effect"
    WAIT = "wait"  # too early to believe that a call had no effect
    APPENDED = "appended"
    RE_DATED = "re-dated"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Judgement:
    finding: Finding
    what: str = ""
    moved: Decimal = Decimal(0)
    expected: Decimal | None = None
    factor: Decimal = Decimal(1)  # share of a period's price that the contract's total shows (1 or 1/months)
    units_before: int | None = None
    newcomer: Line | None = None
    wait_until: datetime | None = None


def is_same_money(left: Decimal, right: Decimal) -> bool:
    """A total may carry a third of a quarter's price: compared to the cent."""
    return left.quantize(CENT) == right.quantize(CENT)


def money(amount: Decimal) -> str:
    return f"{amount.quantize(CENT):,}"


def judge_write(write: Write, view: KeyView, *, settle: timedelta, factors: tuple[Decimal, ...]) -> Judgement:
    """Judge an adjust or a price write by a reading that began at `view.read_from`."""
    line = view.line(write.line_id)
    if view.total is None or line is None:
        return _of_something_gone(write, view)
    newcomers = view.newcomers(write.line_ids_before)
    if newcomers:
        return Judgement(
            Finding.APPENDED, "BMS added a second line instead of changing the first", newcomer=newcomers[0]
        )
    if write.ahead:
        return _of_ahead(write, line, view.total - write.total_before)
    if write.step == Write.Step.PRICE:
        return _of_price(write, line, view, settle)
    return _of_units(write, line, view, settle, factors)


def _of_something_gone(write: Write, view: KeyView) -> Judgement:
    gone = "the contract" if view.total is None else "the line"
    if write.answer in {"rejected", "not-sent"}:
        return Judgement(Finding.REJECTED, f"{gone} is no longer in BMS")
    return Judgement(Finding.MISMATCH, f"{gone} is no longer in BMS")


def _of_ahead(write: Write, line: Line, moved: Decimal) -> Judgement:
    if line.effective_date != write.date_before:
        return Judgement(
            Finding.RE_DATED,
            f"a write dated {write.effective_date} moved today's line to {line.effective_date}",
            moved,
        )
    if moved or line.unit_price != write.price_before:
        return Judgement(
            Finding.MISMATCH,
            f"a write dated {write.effective_date} moved today's total by {money(moved)}",
            moved,
            Decimal(0),
        )
    finding = {
        "answered": Finding.AHEAD,
        "rejected": Finding.REJECTED,
        "not-sent": Finding.NO_EFFECT,
    }.get(write.answer, Finding.AHEAD_UNKNOWN)
    return Judgement(finding)


def _of_price(write: Write, line: Line, view: KeyView, settle: timedelta) -> Judgement:
    moved = _moved(write, view)
    if line.unit_price == write.unit_price:
        expected = write.unit_price - write.price_before
        if is_same_money(moved, expected):
            return Judgement(Finding.CONFIRMED, moved=moved, expected=expected)
        return _mismatch(moved, expected)
    if line.unit_price == write.price_before:
        return _of_nothing_moved(write, view, settle, write.unit_price - write.price_before)
    return Judgement(
        Finding.MISMATCH, f"the line's price is {line.unit_price}, neither the old nor the new one", moved
    )


def _of_units(
    write: Write, line: Line, view: KeyView, settle: timedelta, factors: tuple[Decimal, ...]
) -> Judgement:
    moved = _moved(write, view)
    if line.unit_price != write.unit_price:
        return Judgement(
            Finding.MISMATCH, f"the line's price is {line.unit_price}, written was {write.unit_price}", moved
        )
    if write.units is None:
        return Judgement(Finding.MISMATCH, "a unit write without units", moved)
    if write.units_before is None:
        return _of_units_unknown_before(write, write.units, moved, view, settle)
    full = (write.units - write.units_before) * write.unit_price
    for factor in factors:
        if is_same_money(moved, full * factor) and (moved or not full):
            return Judgement(Finding.CONFIRMED, moved=moved, expected=full * factor, factor=factor)
    if not moved:
        return _of_nothing_moved(write, view, settle, full)
    return _mismatch(moved, full)


def _of_units_unknown_before(
    write: Write, units: int, moved: Decimal, view: KeyView, settle: timedelta
) -> Judgement:
    """The change that a write of ours made to the total tells what stood there before (evidence c)."""
    before = units - moved / write.unit_price
    if before < 0 or before != before.to_integral_value():
        return Judgement(
            Finding.MISMATCH,
            f"the contract's total moved by {money(moved)}, no whole number of units at {write.unit_price}",
            moved,
        )
    if not moved and write.answer != "answered":
        return _of_nothing_moved(write, view, settle, None)
    return Judgement(Finding.CONFIRMED_UNSURE, moved=moved, units_before=int(before))


def _of_nothing_moved(write: Write, view: KeyView, settle: timedelta, expected: Decimal | None) -> Judgement:
    if write.answer == "rejected":
        return Judgement(Finding.REJECTED, write.answer_text)
    if write.answer == "not-sent":
        return Judgement(Finding.NO_EFFECT, write.answer_text)
    believable_from = write.sent_at + settle
    if view.read_from < believable_from:
        return Judgement(Finding.WAIT, wait_until=believable_from)
    if write.answer == "answered" and expected:
        return Judgement(
            Finding.MISMATCH,
            f"BMS accepted the write, but the contract's total did not move; expected {money(expected)}",
            Decimal(0),
            expected,
        )
    return Judgement(Finding.NO_EFFECT, "the call was lost, and BMS shows no effect of it")


def _moved(write: Write, view: KeyView) -> Decimal:
    return (view.total or Decimal(0)) - write.total_before


def _mismatch(moved: Decimal, expected: Decimal) -> Judgement:
    return Judgement(
        Finding.MISMATCH,
        f"the contract's total moved by {money(moved)}, expected {money(expected)}",
        moved,
        expected,
    )
