"""The next step of an owed line, from a reading alone (writing.md rules 2, 3, 4). Pure: no I/O, no clock.

The normal course of *replace* and of the canary is this same function, step after step: a run that was killed
anywhere goes on where the reading shows that it stands. A refusal is a claim as well: it is believed once no
effect of the call can be on its way any more.

    zeroing   -> adding    -> settled (appended | adjusted)
              -> settled (not-zeroed)        BMS passed the line over, or the call was lost: nothing changed
    adding    -> restoring -> settled (restored)   the POST was refused: the price goes back
    returning -> settled (returned)          a write dated ahead had moved today's line
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from seatbridge.psa.records import Line
from seatbridge.reconcile.words import price_words
from seatbridge.sync.models import Owed
from seatbridge.sync.views import KeyView

# Missing is not zero: whoever answers "finish" here would have the client billed for none.
LEAVE_IT = "then leave it here"
SET_RIGHT = f"set the line right in BMS by hand, {LEAVE_IT}"
ONE_PRICED = f"price all but the right one to 0 in BMS by hand, {LEAVE_IT}"
UNITS_UNKNOWN = f"its units are not known: {SET_RIGHT}"
FINISH_IT = "price it to 0 by hand, then finish it here"
GONE = f"is no longer in BMS: add it there by hand if it is to be billed, {LEAVE_IT}"


class Do(StrEnum):
    SEND_ZERO = "send-zero"
    SEND_ADD = "send-add"
    SEND_RESTORE = "send-restore"
    SAW_ZERO = "saw-zero"  # on to adding
    TURN_BACK = "turn-back"  # on to restoring
    WAIT = "wait"
    ASK = "ask"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Next:
    do: Do
    why: str = ""
    how: str = ""  # of a settled one: appended, adjusted, not-zeroed, zeroed, restored, returned
    line: Line | None = None  # the line that carries the units from now on
    until: datetime | None = None


def next_step(owed: Owed, view: KeyView, *, settle: timedelta) -> Next:
    if view.contract is None:
        return Next(Do.ASK, "the contract is no longer in BMS: leave the line here, and map its company anew")
    steps = {
        Owed.Phase.ZEROING: _zeroing,
        Owed.Phase.ADDING: _adding,
        Owed.Phase.RESTORING: _restoring,
        Owed.Phase.RETURNING: _returning,
    }
    step = steps[Owed.Phase(owed.phase)](owed, view, settle)
    if step.do is Do.SEND_ADD and owed.units is None:
        return Next(Do.ASK, UNITS_UNKNOWN)
    if _ends_the_line(owed, step) and not _another_is_billed(owed, view):
        # Somebody priced the new line to 0 too, or in place of the old one: nothing would be billed.
        return Next(Do.ASK, f"no other line of this service carries a price any more: {SET_RIGHT}")
    if step.do in {Do.SEND_ADD, Do.SEND_RESTORE}:
        return _only_one_priced(owed, view) or step
    return step


def _ends_the_line(owed: Owed, step: Next) -> bool:
    return owed.purpose == Owed.Purpose.DOUBLED and step.do in {Do.SEND_ZERO, Do.SETTLED}


def _another_is_billed(owed: Owed, view: KeyView) -> bool:
    """The line that came with our write; of an ended line that was priced again, any other one."""
    others = view.newcomers(owed.line_ids_before or [owed.line_id])
    return any(line.id != owed.line_id for line in others)


def _only_one_priced(owed: Owed, view: KeyView) -> Next | None:
    """Somebody priced another line of the service meanwhile, perhaps an ended one: with ours it is two.

    A price that is wrong is put back all the same: that line is billed already.
    """
    ours = view.line(owed.line_id)
    at_zero = ours is None or ours.unit_price == 0
    other = next((line for line in view.lines if line.unit_price != 0 and line.id != owed.line_id), None)
    if other is None or (owed.phase == Owed.Phase.RESTORING and not at_zero):
        return None
    both, rest = ("would be", "leave it at 0") if at_zero else ("are", "set it right by hand")
    return Next(
        Do.ASK,
        f"line {other.id} of this service was priced at {price_words(other.unit_price)} meanwhile; "
        f"both {both} billed: price that one to 0 in BMS by hand, then finish line {owed.line_id}, or {rest}",
    )


def _priced_meanwhile(line: Line) -> str:
    return f"somebody priced the line at {price_words(line.unit_price)} while it stood at 0: {SET_RIGHT}"


def _price_as_read(line: Line, owed: Owed) -> str:
    return f"line's price is {price_words(line.unit_price)}, written was {price_words(owed.unit_price)}"


def _zeroing(owed: Owed, view: KeyView, settle: timedelta) -> Next:
    line = view.line(owed.line_id)
    only_zero = owed.purpose == Owed.Purpose.DOUBLED
    if line is None:
        return Next(Do.SETTLED, how="gone") if only_zero else Next(Do.ASK, f"the line {GONE}")
    if line.unit_price == 0:
        return Next(Do.SETTLED, how="zeroed") if only_zero else Next(Do.SAW_ZERO)
    if not only_zero and line.name == owed.zero_name != owed.name:
        return Next(Do.ASK, _priced_meanwhile(line))
    if owed.zero_sent_at is None or owed.zero_answer == "not-sent":
        return Next(Do.SEND_ZERO) if only_zero else Next(Do.SETTLED, how="not-zeroed")
    if view.read_from < owed.zero_sent_at + settle:
        return Next(Do.WAIT, until=owed.zero_sent_at + settle)
    return _not_zeroed(owed) if only_zero else Next(Do.SETTLED, how="not-zeroed")


def _not_zeroed(owed: Owed) -> Next:
    """A second line still has its price: it may be priced to 0 any number of times, if the call was lost."""
    if owed.zero_answer in {"answered", "rejected"}:
        return Next(
            Do.ASK,
            f"BMS does not price line {owed.line_id} to 0, and another one carries the units: {FINISH_IT}",
        )
    return Next(Do.SEND_ZERO)


def _adding(owed: Owed, view: KeyView, settle: timedelta) -> Next:
    old = view.line(owed.line_id)
    newcomers = view.newcomers(owed.line_ids_before)
    if len(newcomers) > 1:
        many = f"{len(newcomers)} new priced lines of this service stand on the contract"
        return Next(Do.ASK, f"{many}: {ONE_PRICED}")
    if newcomers:
        return _appended(owed, old, newcomers[0])
    if old is None:
        return Next(Do.ASK, f"the line that stood at 0 {GONE}")
    if old.unit_price != 0:
        return _priced_again(owed, old)
    return _still_at_zero(owed, view, settle)


def _appended(owed: Owed, old: Line | None, new: Line) -> Next:
    if owed.add_sent_at is None:
        appeared = f"line {new.id} of this service appeared, and we did not send it"
        return Next(Do.ASK, f"{appeared}: {ONE_PRICED}")
    if old is not None and old.unit_price != 0:
        return Next(Do.ASK, f"both the old and a new line of this service carry a price: {ONE_PRICED}")
    if owed.add_line not in (None, new.id):
        other = f"line {new.id} of this service appeared, and BMS answered line {owed.add_line}"
        return Next(Do.ASK, f"{other}: {ONE_PRICED}")
    if new.unit_price != owed.unit_price:
        return Next(Do.ASK, f"the new {_price_as_read(new, owed)}: {SET_RIGHT}")
    return Next(Do.SETTLED, how="appended", line=new)


def _priced_again(owed: Owed, old: Line) -> Next:
    if owed.add_sent_at is None or owed.add_answer in {"rejected", "not-sent"}:
        return Next(Do.ASK, _priced_meanwhile(old))
    if owed.add_line not in (None, old.id):
        other = f"BMS answered line {owed.add_line}, but line {old.id} carries the price"
        return Next(Do.ASK, f"{other}: {ONE_PRICED}")
    if old.unit_price != owed.unit_price:
        return Next(Do.ASK, f"the {_price_as_read(old, owed)}: {SET_RIGHT}")
    if old.name == owed.zero_name != owed.name:
        return Next(Do.TURN_BACK, "the units were taken, the name was not")
    return Next(Do.SETTLED, how="adjusted", line=old)


def _still_at_zero(owed: Owed, view: KeyView, settle: timedelta) -> Next:
    if owed.add_sent_at is None or owed.add_answer == "not-sent":
        return Next(Do.SEND_ADD)
    if view.read_from < owed.add_sent_at + settle:
        return Next(Do.WAIT, until=owed.add_sent_at + settle)
    if owed.add_answer == "rejected":
        return Next(Do.TURN_BACK, owed.add_text)
    if owed.add_answer == "answered":
        if owed.add_line == owed.line_id:
            return Next(Do.TURN_BACK, "the units were taken, the price was not")
        hidden = "BMS accepted the new line, but does not show it; the old one stands at 0"
        return Next(Do.ASK, f"{hidden}: {SET_RIGHT}")
    return Next(Do.SEND_ADD)


def _restoring(owed: Owed, view: KeyView, settle: timedelta) -> Next:
    line = view.line(owed.line_id)
    if line is None:
        return Next(Do.ASK, f"the line to be restored {GONE}")
    if line.unit_price == owed.unit_price and (line.name == owed.name or line.name != owed.zero_name):
        units_taken = owed.add_answer == "answered" and owed.add_line == owed.line_id
        return Next(Do.SETTLED, how="adjusted" if units_taken else "restored", line=line)
    if owed.purpose != Owed.Purpose.REVERT and line.unit_price not in (0, owed.unit_price):
        return Next(Do.ASK, _priced_meanwhile(line))
    if owed.restore_sent_at is None or owed.restore_answer == "not-sent":
        return Next(Do.SEND_RESTORE)
    if view.read_from < owed.restore_sent_at + settle:
        return Next(Do.WAIT, until=owed.restore_sent_at + settle)
    return Next(Do.SEND_RESTORE)


def _returning(owed: Owed, view: KeyView, settle: timedelta) -> Next:
    line = view.line(owed.line_id)
    if line is not None and line.effective_date == owed.effective_date:
        return Next(Do.SETTLED, how="returned", line=line)
    if line is None or line.unit_price != owed.unit_price:
        priced = "" if line is None else f"was priced at {price_words(line.unit_price)} by somebody"
        return Next(Do.ASK, f"the line whose date moved {f'{priced}: {SET_RIGHT}' if priced else GONE}")
    if owed.add_sent_at is None or owed.add_answer == "not-sent":
        return Next(Do.SEND_ADD)
    if view.read_from < owed.add_sent_at + settle:
        return Next(Do.WAIT, until=owed.add_sent_at + settle)
    if owed.add_answer == "rejected":
        return Next(Do.ASK, f"BMS refuses to put the line's date back: {owed.add_text}")
    return Next(Do.SEND_ADD)
