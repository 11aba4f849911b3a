"""What a judged write changes: its state, our memory, the verdict, what is owed, the line's status.

Each effect is committed with its ledger entry. What a crash leaves out is judged again by the next reading.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seatbridge.reconcile.words import day
from seatbridge.sync.fencing import fenced
from seatbridge.sync.memory import (
    carry_trust,
    forget_units,
    memory_of,
    remember_ahead,
    remember_stopped,
    remember_written,
)
from seatbridge.sync.models import LineMemory, Write
from seatbridge.sync.open_work import unread_writes
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing.debts import owe_old_price, owe_return, owe_zeroing
from seatbridge.sync.writing.judging import Finding, Judgement, Yardstick, judge_write, money
from seatbridge.sync.writing.open_period import first_open_day
from seatbridge.sync.writing.stopping import count_mismatches
from seatbridge.sync.writing.verdicts import learn_basis, note_ahead, note_appends, price_factors

# In one transaction: few commits, and yet other writers to the database wait no longer than a moment.
JUDGED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Case:
    running: Running
    write: Write
    view: KeyView
    judgement: Judgement

    def close(self, state: Write.State, event: str, **data: object) -> None:
        self.write.state = state
        self.write.save(update_fields=["state"])
        note(self.running, event, self.write, answer=self.write.answer, **data)

    def say(self, status: str, cause: str, fix: str = "") -> None:
        self.running.say(self.write.members, status, cause, fix)

    @property
    def memory(self) -> LineMemory:
        return memory_of(self.running.integration, key_of(self.write))

    @property
    def total(self) -> Decimal:
        return self.view.total or Decimal(0)


def judge_open_writes(running: Running) -> None:
    """Judge every write without a final state by the latest reading, whichever run made it."""
    judge_writes(running, unread_writes(running.integration))


def judge_writes(running: Running, unread: Sequence[Write]) -> None:
    for first in range(0, len(unread), JUDGED_AT_ONCE):
        with fenced(running.run):
            for write in unread[first : first + JUDGED_AT_ONCE]:
                _judge(running, write)


def _judge(running: Running, write: Write) -> None:
    view = running.seen.of(key_of(write))
    cycle = "" if view.contract is None else view.contract.billing_cycle
    kept = running.company.ahead == "kept"
    yardstick = Yardstick(running.settle, price_factors(running.company, cycle), ahead_is_kept=kept)
    judgement = judge_write(write, view, yardstick)
    if write.step == Write.Step.CREATE and judgement.newcomer is not None:
        write.line_id = judgement.newcomer.id
        write.save(update_fields=["line_id"])
        for company, product in write.members:
            running.line_ids[company, product] = write.line_id
    running.at("before-outcome")
    EFFECTS[judgement.finding](Case(running, write, view, judgement))
    running.at("after-outcome")


def _confirmed(case: Case) -> None:
    case.close(Write.State.CONFIRMED, "write.confirmed", moved=case.judgement.moved)
    _remember(case)
    if case.judgement.moved and case.view.contract is not None:
        learn_basis(case.running, case.view.contract.billing_cycle, case.judgement.factor)
    case.say("synced", _what(case.write))


def _confirmed_unsure(case: Case) -> None:
    before = case.judgement.units_before
    case.close(Write.State.CONFIRMED, "write.confirmed", moved=case.judgement.moved, learned_before=before)
    _remember(case)
    moved = money(case.judgement.moved)
    stood = "so their number before cannot be told" if before is None else f"so {before} units stood there"
    for company, product in case.write.members:
        if before is not None:
            case.running.learned_before[company, product] = before
    case.say(
        "synced-with-warning",
        f"the units in BMS were not known; the contract's total moved by {moved}, {stood}",
        "compare the next invoice",
    )


def _remember(case: Case) -> None:
    write, price = case.write, case.write.unit_price
    if write.step == Write.Step.PRICE and write.units:
        price /= write.units  # the price of one user: the line's carries all of them
    row = case.memory
    carry_trust(row, write.total_before, case.total)
    remember_written(
        row,
        line_id=write.line_id,
        units=write.units or 0,
        price=price,
        from_date=write.effective_date,
        total=case.total,
    )


def _ahead(case: Case) -> None:
    case.close(Write.State.CONFIRMED, "write.scheduled")
    if case.write.step == Write.Step.CREATE:
        _remember_added(case)
    else:
        _remember_ahead(case, unknown=False)
        note_ahead(case.running, "kept", case.write)
    case.say("scheduled", _what(case.write), "nothing to do: checked on its day")


def _ahead_unknown(case: Case) -> None:
    case.close(Write.State.UNKNOWN, "write.unknown")
    _remember_ahead(case, unknown=True)
    case.say(
        "outcome-unknown",
        f"{_no_answer(case.write)}, and a change dated {case.write.effective_date} cannot be read before its "
        "day",
        "look at the contract in BMS; if the change is not there, approve this line to send it again",
    )


def _no_answer(write: Write) -> str:
    if write.answer == "rejected":
        return f"BMS refused the write ({write.answer_text})"
    if write.answered_line is not None:
        return f"BMS answered with line {write.answered_line}, and does not show it"
    return "the answer to the write was lost"


def _untold(case: Case) -> None:
    """Taken for neither: neither our units nor what was known before them are said to stand there."""
    write = case.write
    case.close(Write.State.UNKNOWN, "write.unknown", why=case.judgement.what, moved=case.judgement.moved)
    row = case.memory
    row.line_id = write.line_id
    forget_units(row, since=write.effective_date)
    case.say(
        "outcome-unknown",
        f"{_no_answer(write)}; {case.judgement.what}",
        "look at the contract in BMS and confirm how many units stand there",
    )


def _remember_ahead(case: Case, *, unknown: bool) -> None:
    write, line = case.write, case.view.line(case.write.line_id)
    remember_ahead(
        case.memory,
        write,
        units_before=write.units_before,
        total=case.total,
        unknown=unknown,
        price=None if line is None else line.unit_price,
    )


def _remember_added(case: Case) -> None:
    """A new line whose day has not come: no units are in force; its amount may be in the total already."""
    write, row = case.write, case.memory
    carry_trust(row, write.total_before, case.total)
    counts_now = case.judgement.moved != 0
    before = write.units if counts_now else 0
    remember_ahead(row, write, units_before=before, total=case.total, unknown=False)
    row.written_units, row.written_price, row.written_from = 0, write.unit_price, None
    row.agreed = ""
    row.agreed = ""
    row.save()


def _rejected(case: Case) -> None:
    case.close(Write.State.REJECTED, "write.rejected", why=case.judgement.what, code=case.write.answer_code)
    case.say(
        "error:psa-rejected",
        case.judgement.what,
        "mend it in BMS, then sync again; nothing was changed",
    )


def _no_effect(case: Case) -> None:
    case.close(Write.State.NO_EFFECT, "write.no-effect", why=case.judgement.what)
    if case.write.answer != "not-sent":  # else the run ended with it, and says why
        case.say("error:psa-unreachable", case.judgement.what, "nothing was changed; the next sync writes it")


def _wait(case: Case) -> None:
    case.running.wait_for(case.judgement.wait_until)
    case.say(
        "outcome-unknown",
        "the answer to the write was lost; BMS is read again before anything else is sent",
        "nothing to do",
    )


def _appended(case: Case) -> None:
    newcomer = case.judgement.newcomer
    if newcomer is None:
        return
    case.close(Write.State.MISMATCH, "write.appended", new_line=newcomer.id)
    owe_zeroing(case.running, case.write)
    note_appends(case.running, f"a write to line {case.write.line_id} added line {newcomer.id}")
    _remember(case)
    row = case.memory
    row.line_id = newcomer.id
    row.total_after = None
    row.save()
    case.say(
        "error:verification",
        f"{case.judgement.what}; the old line is priced to 0 at once",
        "choose how this BMS is to be written: integration write-method",
    )


def _re_dated(case: Case) -> None:
    note_ahead(case.running, "re-dates", case.write)
    since = _first_open_day(case)
    if since is not None and since >= case.write.effective_date:
        _re_dated_without_loss(case)
        return
    case.close(Write.State.MISMATCH, "write.re-dated", why=case.judgement.what)
    owe_return(case.running, case.write, since)
    case.say(
        "blocked:write-method",
        f"{case.judgement.what}; it is put back, and nothing is dated ahead in this BMS again",
        "change this contract by hand, or issue its invoices at the end of the cycle",
    )


def _first_open_day(case: Case) -> date | None:
    """The first day that is not posted yet; None where there is none."""
    contract, running = case.view.contract, case.running
    return None if contract is None else first_open_day(contract, running.calendar, running.billing_now())


def _re_dated_without_loss(case: Case) -> None:
    """Every day until then is posted: nothing is lost, and an earlier date would be invoiced again."""
    case.close(Write.State.CONFIRMED, "write.scheduled", why=case.judgement.what)
    row, write = case.memory, case.write
    carry_trust(row, write.total_before, case.total)
    remember_ahead(row, write, units_before=0, total=case.total, unknown=False)
    case.say("scheduled", _what(write), "nothing to do: checked on its day")


def _mismatch(case: Case) -> None:
    judgement = case.judgement
    sums = {"why": judgement.what, "moved": judgement.moved, "expected": judgement.expected}
    case.close(Write.State.MISMATCH, "write.mismatch", **sums)
    if case.write.ahead and case.write.step == Write.Step.ADJUST:
        _remember_ahead(case, unknown=True)  # an earlier one for that day may stand no more
    remember_stopped(case.memory, case.judgement.what, case.running.run)
    line = case.view.line(case.write.line_id)
    if case.write.step == Write.Step.PRICE and line is not None and line.unit_price == case.write.unit_price:
        owe_old_price(case.running, case.write)  # any other price is a person's, set since
    case.say(
        "error:verification",
        case.judgement.what,
        "look at the contract in BMS; then approve this line to write it again",
    )
    count_mismatches(case.running)


def _what(write: Write) -> str:
    before = "?" if write.units_before is None else str(write.units_before)
    return f"{before} → {write.units} units from {day(write.effective_date)}"


Effect = Callable[[Case], None]
EFFECTS: dict[Finding, Effect] = {
    Finding.CONFIRMED: _confirmed,
    Finding.CONFIRMED_UNSURE: _confirmed_unsure,
    Finding.AHEAD: _ahead,
    Finding.AHEAD_UNKNOWN: _ahead_unknown,
    Finding.UNTOLD: _untold,
    Finding.REJECTED: _rejected,
    Finding.NO_EFFECT: _no_effect,
    Finding.WAIT: _wait,
    Finding.APPENDED: _appended,
    Finding.RE_DATED: _re_dated,
    Finding.MISMATCH: _mismatch,
}
