"""Bring owed lines to their end, step after step, each step judged by a fresh reading.

Also the normal course of *replace* and of the canary: they only open the debts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.posting import is_posted
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Owed
from seatbridge.sync.open_work import all_owed
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.writing.doubting import units_that_stood, unless_half_shown
from seatbridge.sync.writing.judging import money
from seatbridge.sync.writing.owing import Do, Next, next_step
from seatbridge.sync.writing.paying import add_line, restore_lines, zero_lines
from seatbridge.sync.writing.settled import close_settled
from seatbridge.sync.writing.verdicts import learn_basis, price_factors

# A step that BMS keeps ignoring ends here, not in an endless loop: what is left waits for the next run.
MOST_ROUNDS = 8
POSTED = "its period was posted meanwhile, so nothing is sent by itself: look at that invoice, then choose"


@dataclass(frozen=True, slots=True)
class Due:
    owed: Owed
    step: Next


def open_debts_of(running: Running, only: Iterable[Key] | None = None) -> list[Owed]:
    wanted = None if only is None else set(only)
    return [row for row in all_owed(running.integration) if wanted is None or key_of(row) in wanted]


def settle_debts(running: Running, only: Iterable[Key] | None = None) -> None:
    """1 judge each debt by the latest reading  2 send what is due  3 read, and begin again."""
    for _ in range(MOST_ROUNDS):
        due = [row for owed in open_debts_of(running, only) if (row := _judge(running, owed))]
        if not due:
            return
        with running.bms.urgent():
            for wave in (_send_zeros, _send_adds, _send_restores):
                wave(running, [row.owed for row in due if row.step.do is STEP_OF[wave]])
            running.read()


def _judge(running: Running, owed: Owed) -> Due | None:
    """Follow the debt through every step that needs no call; return it when a call is due."""
    while not owed.waits_for_person:
        view = running.seen.of(key_of(owed))
        step = unless_half_shown(running, owed, next_step(owed, view, settle=running.settle))
        if step.do in SENDS:
            if not _is_too_late(running, owed):
                return Due(owed, step)
            step = Next(Do.ASK, POSTED)
        if step.do is Do.WAIT:
            running.wait_for(step.until)
            running.say(owed.members, "outcome-unknown", "BMS is read again before anything else is sent", "")
            return None
        running.at("before-owed-step")
        with fenced(running.run):
            _move_on(running, owed, step)
        running.at("after-owed-step")
        if owed.phase == Owed.Phase.SETTLED:
            return None
    running.say(
        owed.members,
        "outcome-unknown",
        owed.waits_for_person,
        "settle it on the page of the integration, or: owed list",
    )
    return None


def _move_on(running: Running, owed: Owed, step: Next) -> None:
    if step.do is Do.SAW_ZERO:
        _saw_zero(running, owed)
    elif step.do is Do.TURN_BACK:
        _turn_back(running, owed, step.why)
    elif step.do is Do.ASK:
        owed.waits_for_person = step.why
        owed.save()
        note(running, "write.owed-waits", owed, why=step.why)
    else:
        close_settled(running, owed, step)


def _saw_zero(running: Running, owed: Owed) -> None:
    """The fall of the total over the price is the units that stood there: a whole number, or we turn back."""
    view = running.seen.of(key_of(owed))
    total = owed.total_before if view.total is None else view.total
    fall = owed.total_before - total
    cycle = "" if view.contract is None else view.contract.billing_cycle
    owed.zero_seen_total = total
    before = units_that_stood(owed, fall, price_factors(running.company, cycle))
    if before is None:
        _turn_back(
            running, owed, f"pricing the line to 0 moved the total by {money(-fall)}, not by its units"
        )
        return
    owed.units_before, factor = before
    if fall:
        learn_basis(running, cycle, factor)
    if owed.units is None:  # the test contract's line keeps its units
        owed.units = owed.units_before
    owed.phase = Owed.Phase.ADDING
    owed.save()
    note(running, "write.zeroed", owed, fall=fall)


def _turn_back(running: Running, owed: Owed, why: str) -> None:
    if owed.phase == Owed.Phase.ADDING and owed.add_answer != "rejected":
        # The units were taken, only name or price were not: say so to the next step.
        owed.add_answer, owed.add_line = "answered", owed.line_id
    owed.phase = Owed.Phase.RESTORING
    owed.save()
    note(running, "write.turned-back", owed, why=why)


def _is_too_late(running: Running, owed: Owed) -> bool:
    contract = running.seen.contracts[owed.contract_id]
    if owed.phase == Owed.Phase.RETURNING:
        return False
    return is_posted(contract, owed.effective_date, running.calendar, running.billing_now())


def _send_zeros(running: Running, rows: list[Owed]) -> None:
    zero_lines(running, rows)


def _send_adds(running: Running, rows: list[Owed]) -> None:
    for owed in rows:
        add_line(running, owed)


def _send_restores(running: Running, rows: list[Owed]) -> None:
    restore_lines(running, rows)


STEP_OF = {_send_zeros: Do.SEND_ZERO, _send_adds: Do.SEND_ADD, _send_restores: Do.SEND_RESTORE}
SENDS = frozenset(STEP_OF.values())
