"""Bugs by name, put into the product on purpose. Seeds that do not find them would find no real one.

Each takes one guard of the write protocol away. `run --sabotage NAME` tells which seeds notice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from seatbridge.psa.errors import OutcomeUnknown
from seatbridge.psa.records import LineAnswer
from seatbridge.reconcile.weighing import Weighed
from seatbridge.sync import run
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.running import Running
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing import calls, effects, owing, replacing, settling
from seatbridge.sync.writing.judging import Finding, Judgement, Yardstick, judge_write
from seatbridge.sync.writing.owing import Do, Next, next_step
from seatbridge.sync.writing.paying import add_line

Swap = Callable[[object, str, object], None]


def resend_a_lost_post(swap: Swap) -> None:
    """A POST whose answer was lost is sent once more at once."""
    send = calls._send

    def send_twice(running: Running, call: Callable[[], LineAnswer | None]) -> calls.Answered:
        def stubborn() -> LineAnswer | None:
            try:
                return call()
            except OutcomeUnknown:
                return call()

        return send(running, stubborn)

    swap(calls, "_send", send_twice)


def post_before_the_zero_is_read(swap: Swap) -> None:
    """A line that was told to go to 0 is taken to stand there, and its new units are posted at once."""
    zero = replacing._zero

    def zero_and_post(running: Running, group: list[Owed]) -> None:
        zero(running, group)
        for owed in group:
            if owed.units is not None:
                owed.phase = Owed.Phase.ADDING
                owed.save()
                add_line(running, owed)

    swap(replacing, "_zero", zero_and_post)


def leave_interrupted_calls(swap: Swap) -> None:
    """Calls of a process that died are judged as if they had been sent at their intent's moment."""
    swap(run, "take_over_calls", lambda _running, _work: None)


def believe_every_answer(swap: Swap) -> None:
    """What BMS answered counts, not what is read."""

    def gullible(write: Write, view: KeyView, by: Yardstick) -> Judgement:
        if write.answer == "answered" and not write.ahead:
            return Judgement(Finding.CONFIRMED)
        return judge_write(write, view, by)

    swap(effects, "judge_write", gullible)


def believe_absence_at_once(swap: Swap) -> None:
    """A lost call that shows no effect in the first reading is taken to have had none."""

    def hasty_write(write: Write, view: KeyView, by: Yardstick) -> Judgement:
        return judge_write(write, view, replace(by, settle=timedelta(0)))

    def hasty_debt(owed: Owed, view: KeyView, *, settle: timedelta) -> Next:
        return next_step(owed, view, settle=settle * 0)

    swap(effects, "judge_write", hasty_write)
    swap(settling, "next_step", hasty_debt)


def forget_what_is_owed(swap: Swap) -> None:
    """A line that an earlier run left at 0 stays there."""
    swap(run, "settle_debts", lambda _running: None)


def leave_dead_lines(swap: Swap) -> None:
    """An ended line that somebody prices again stays priced."""
    swap(run, "owe_revived", lambda _running, _revived: None)


def let_old_prices_come_back(swap: Swap) -> None:
    """A price changed after a write dated ahead is not written for that day."""
    swap(Weighed, "price_moved", property(lambda _weighed: False))


def end_the_last_priced_line(swap: Swap) -> None:
    """The former line is priced to 0 beside a new one that somebody priced to 0 by hand."""
    ends_the_line = owing._ends_the_line

    def but_by_our_own_call(owed: Owed, step: Next) -> bool:
        return step.do is not Do.SEND_ZERO and ends_the_line(owed, step)

    swap(owing, "_ends_the_line", but_by_our_own_call)


SABOTAGES: dict[str, Callable[[Swap], None]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        resend_a_lost_post,
        post_before_the_zero_is_read,
        leave_interrupted_calls,
        believe_every_answer,
        believe_absence_at_once,
        forget_what_is_owed,
        leave_dead_lines,
        let_old_prices_come_back,
        end_the_last_priced_line,
    )
}

# A seed that tells each; where the draw has changed, `run --sabotage NAME` finds another.
CAUGHT_BY: dict[str, int] = {
    "resend-a-lost-post": 6,
    "post-before-the-zero-is-read": 18,
    "leave-interrupted-calls": 126,
    "forget-what-is-owed": 0,
    "let-old-prices-come-back": 289,
    "leave-dead-lines": 119,
    "believe-absence-at-once": 9,
    "believe-every-answer": 203,
    "end-the-last-priced-line": 485,
}


def commit_sabotage(name: str) -> None:
    """For the rest of this process."""
    if name:
        SABOTAGES[name](setattr)


@contextmanager
def sabotaged(name: str) -> Iterator[None]:
    former: list[tuple[object, str, object]] = []

    def swap(owner: object, attribute: str, bug: object) -> None:
        former.append((owner, attribute, getattr(owner, attribute)))
        setattr(owner, attribute, bug)

    SABOTAGES[name](swap)
    try:
        yield
    finally:
        for owner, attribute, sound in reversed(former):
            setattr(owner, attribute, sound)
