"""What became of a write, judged by a reading alone (writing.md rules 2, 4, 11). Pure: no I/O, no clock.

An answer of BMS is a claim. The lines of the key and the contract's total decide:
the total must have moved by exactly what we changed, a write dated ahead must have moved nothing yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from seatbridge.psa.records import Line
from seatbridge.reconcile.money import CENT, cents
from seatbridge.reconcile.words import amount, day, price_words
from seatbridge.sync.models import Write
from seatbridge.sync.views import KeyView


class Finding(StrEnum):
    CONFIRMED = "confirmed"
    CONFIRMED_UNSURE = "confirmed-unsure"  # units before were not known: a warning stays
    AHEAD = "ahead"  # dated ahead and nothing of today moved
    AHEAD_UNKNOWN = "ahead-unknown"  # dated ahead, answer lost: cannot be read before its day
    UNTOLD = "untold"  # no answer, units before not known: the total moved, and two things may have moved it
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
    return cents(left) == cents(right)


def shows(moved: Decimal, full: Decimal, factor: Decimal) -> bool:
    """Whether a total that shows `factor` of a period's price moved by `full` such prices.

    A total of parts, or of prices with parts of a cent, is rounded as a whole: two of them may lie a cent
    further apart than the parts do.
    """
    if not _is_rounded(full, factor):
        return is_same_money(moved, full)
    return abs(moved - full * factor) <= CENT


def _is_rounded(price: Decimal, factor: Decimal) -> bool:
    return factor != 1 or price != cents(price)


def units_of(moved: Decimal, price: Decimal, factor: Decimal) -> int | None:
    """How many units move a total by that; None where no whole number does, or more than one might."""
    each = price * factor
    units = int((moved / each).to_integral_value())
    if _is_rounded(price, factor) and each <= CENT * 4:
        return None
    return units if shows(moved, units * price, factor) else None


def money(moved: Decimal) -> str:
    return amount(cents(moved), "")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What this BMS company has shown so far."""

    settle: timedelta  # how long after a call its absence may be believed
    factors: tuple[Decimal, ...]  # shares of a period's price that the contract's total may show
    ahead_is_kept: bool  # a write dated ahead was seen to leave today's line alone


def judge_write(write: Write, view: KeyView, by: Yardstick) -> Judgement:
    """Judge an adjust or a price write by a reading that began at `view.read_from`."""
    judgement = _judge(write, view, by)
    believable_from = write.sent_at + by.settle
    if judgement.finding is Finding.MISMATCH and view.read_from < believable_from:
        # Lists are read one after the other: a total may be from before the effect that a line shows already.
        return Judgement(Finding.WAIT, wait_until=believable_from)
    return judgement


def _judge(write: Write, view: KeyView, by: Yardstick) -> Judgement:
    if write.step == Write.Step.CREATE:
        return _of_creation(write, view, by)
    line = view.line(write.line_id)
    if view.total is None or line is None:
        return _of_something_gone(write, view)
    newcomers = view.newcomers(write.line_ids_before)
    if newcomers:
        return _of_newcomers(write, newcomers)
    if write.ahead:
        return _of_ahead(write, line, view, by)
    if write.step == Write.Step.PRICE:
        return _of_price(write, line, view, by)
    return _of_units(write, line, view, by)


def _of_creation(write: Write, view: KeyView, by: Yardstick) -> Judgement:
    """The service had no line on the contract: exactly one stands there now, and it is ours."""
    if view.total is None:
        return _of_something_gone(write, view)
    lines = [line for line in view.lines if line.id not in write.line_ids_before]
    if not lines:
        return _of_nothing_moved(write, view, by, (write.units or 0) * write.unit_price)
    if len(lines) > 1:
        ids = " and ".join(str(line.id) for line in lines)
        return Judgement(Finding.MISMATCH, f"lines {ids} of this service appeared, where one was added")
    (line,) = lines
    as_sent = (line.unit_price, line.effective_date) == (write.unit_price, write.effective_date)
    if not as_sent or write.answered_line not in (None, line.id):
        return Judgement(
            Finding.MISMATCH,
            f"line {line.id} of this service appeared at {price_words(line.unit_price)} from "
            f"{day(line.effective_date)}, and that is not the one that was sent",
        )
    return _of_new_line(write, line, view, by)


def _of_new_line(write: Write, line: Line, view: KeyView, by: Yardstick) -> Judgement:
    """Dated ahead, it counts in the contract's total at once with its full amount, or not before its day."""
    moved, full = _moved(write, view), (write.units or 0) * write.unit_price
    if write.ahead and not moved:
        return Judgement(Finding.AHEAD, newcomer=line)
    for factor in by.factors:
        if shows(moved, full, factor):
            finding = Finding.AHEAD if write.ahead else Finding.CONFIRMED
            return Judgement(finding, moved=moved, expected=full * factor, factor=factor, newcomer=line)
    return _mismatch(moved, full)


def _of_newcomers(write: Write, newcomers: tuple[Line, ...]) -> Judgement:
    """BMS added a line for our write, or a person did of their own accord: theirs is never taken for ours."""
    if write.answered_line is not None:
        ours = [line for line in newcomers if line.id == write.answered_line]
    else:
        ours = [
            line
            for line in newcomers
            if write.step == Write.Step.ADJUST
            and (line.unit_price, line.effective_date) == (write.unit_price, write.effective_date)
        ]
    if ours:
        return Judgement(
            Finding.APPENDED, "BMS added a second line instead of changing the first", newcomer=ours[0]
        )
    return Judgement(
        Finding.MISMATCH, f"line {newcomers[0].id} of this service appeared, and we did not write it"
    )


def _of_something_gone(write: Write, view: KeyView) -> Judgement:
    gone = "the contract" if view.total is None else "the line"
    if write.answer in {"rejected", "not-sent"}:
        return Judgement(Finding.REJECTED, f"{gone} is no longer in BMS")
    return Judgement(Finding.MISMATCH, f"{gone} is no longer in BMS")


def _of_ahead(write: Write, line: Line, view: KeyView, by: Yardstick) -> Judgement:
    """Nothing may move before its day; that nothing did is believed at once only where it was seen before."""
    moved = _moved(write, view)
    if line.effective_date not in (write.date_before, write.effective_date):
        return Judgement(
            Finding.MISMATCH,
            f"the line's date is {day(line.effective_date)}, and that is not ours: somebody changed the line "
            f"while {write.units} units from {day(write.effective_date)} were written",
            moved,
        )
    if line.effective_date != write.date_before:
        return Judgement(
            Finding.RE_DATED,
            f"a write dated {day(write.effective_date)} moved today's line to {day(line.effective_date)}",
            moved,
        )
    if moved or line.unit_price != write.price_before:
        return Judgement(
            Finding.MISMATCH,
            f"a write dated {day(write.effective_date)} moved today's total by {money(moved)}",
            moved,
            Decimal(0),
        )
    if write.answer == "not-sent":
        return _of_nothing_moved(write, view, by, None)
    # Answered with the number of another line, BMS added one, and does not show it yet.
    answered = write.answer == "answered" and write.answered_line in (None, line.id)
    if not (by.ahead_is_kept and answered) and view.read_from < write.sent_at + by.settle:
        return Judgement(Finding.WAIT, wait_until=write.sent_at + by.settle)
    return Judgement(Finding.AHEAD if answered else Finding.AHEAD_UNKNOWN)


def _of_price(write: Write, line: Line, view: KeyView, by: Yardstick) -> Judgement:
    """The line stands at one unit: the contract's total moves as its price does."""
    moved, expected = _moved(write, view), write.unit_price - write.price_before
    if line.unit_price == write.unit_price:
        return _as_expected(moved, expected, by) or _mismatch(moved, expected)
    if line.unit_price == write.price_before:
        return _of_nothing_moved(write, view, by, expected)
    return Judgement(
        Finding.MISMATCH,
        f"the line's price is {price_words(line.unit_price)}, neither the old nor the new one",
        moved,
    )


def _as_expected(moved: Decimal, full: Decimal, by: Yardstick) -> Judgement | None:
    for factor in by.factors:
        if shows(moved, full, factor) and (moved or not full):
            return Judgement(Finding.CONFIRMED, moved=moved, expected=full * factor, factor=factor)
    return None


def _of_units(write: Write, line: Line, view: KeyView, by: Yardstick) -> Judgement:
    moved = _moved(write, view)
    if line.unit_price != write.unit_price:
        read, written = price_words(line.unit_price), price_words(write.unit_price)
        return Judgement(Finding.MISMATCH, f"the line's price is {read}, written was {written}", moved)
    if write.units is None:
        return Judgement(Finding.MISMATCH, "a unit write without units", moved)
    if write.units_before is None:
        return _of_units_unknown_before(write, write.units, view, by)
    full = (write.units - write.units_before) * write.unit_price
    confirmed = _as_expected(moved, full, by)
    if confirmed is not None:
        return confirmed
    return _mismatch(moved, full) if moved else _of_nothing_moved(write, view, by, full)


def _of_units_unknown_before(write: Write, units: int, view: KeyView, by: Yardstick) -> Judgement:
    """The change that a write of ours made to the total tells what stood there before (evidence c).

    Only one that BMS answered: without an answer any number of units that somebody changed looks the same.
    """
    if write.answer == "not-sent":
        return _of_nothing_moved(write, view, by, None)  # whatever moved the total, it was not ours
    moved = _moved(write, view)
    changes = {units_of(moved, write.unit_price, factor) for factor in by.factors}
    befores = {units - change for change in changes if change is not None and change <= units}
    if not befores:
        return Judgement(
            Finding.MISMATCH,
            f"the contract's total moved by {money(moved)}, no whole number of units at "
            f"{price_words(write.unit_price)}",
            moved,
        )
    if not moved and (write.answer != "answered" or view.read_from < write.sent_at + by.settle):
        return _of_nothing_moved(write, view, by, None)
    if write.answer != "answered":
        return _untold(write, view, by)
    # Where the total may show a period or a month, both may fit: then nothing is guessed.
    return Judgement(
        Finding.CONFIRMED_UNSURE, moved=moved, units_before=befores.pop() if len(befores) == 1 else None
    )


def _untold(write: Write, view: KeyView, by: Yardstick) -> Judgement:
    """Read again first: what stands after our call can no longer arrive is what is left to find out."""
    believable_from = write.sent_at + by.settle
    if view.read_from < believable_from:
        return Judgement(Finding.WAIT, wait_until=believable_from)
    moved = _moved(write, view)
    return Judgement(
        Finding.UNTOLD,
        f"the units before it were not known, and the contract's total moved by {money(moved)}: by our "
        "write, or by what somebody did in BMS",
        moved,
    )


def _of_nothing_moved(write: Write, view: KeyView, by: Yardstick, expected: Decimal | None) -> Judgement:
    """A refusal, too, is believed only once no effect of the call can be on its way any more (rule 4)."""
    if write.answer == "not-sent":
        return Judgement(Finding.NO_EFFECT, write.answer_text)
    believable_from = write.sent_at + by.settle
    if view.read_from < believable_from:
        return Judgement(Finding.WAIT, wait_until=believable_from)
    if write.answer == "rejected":
        return Judgement(Finding.REJECTED, write.answer_text)
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
