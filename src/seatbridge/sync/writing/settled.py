"""What a settled debt teaches and changes: our memory, the verdict, the line's status."""

from decimal import Decimal

from seatbridge.reconcile.words import day
from seatbridge.sync.memory import carry_trust, memory_of, remember_stopped, remember_written
from seatbridge.sync.models import Owed
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.writing.doubting import move_since_zero, moved_as_expected, moved_by_nothing_else
from seatbridge.sync.writing.judging import is_same_money, money
from seatbridge.sync.writing.owing import Next
from seatbridge.sync.writing.stopping import count_mismatches
from seatbridge.sync.writing.verdicts import note_reading, note_refusal


def close_settled(running: Running, owed: Owed, step: Next) -> None:
    """Must run inside a transaction: the debt, our memory, the verdict and the ledger change together."""
    owed.phase = Owed.Phase.SETTLED
    owed.settled_at = running.now()
    owed.settled_how = step.how
    owed.new_line_id = None if step.line is None else step.line.id
    owed.save()
    note(running, f"write.{step.how}", owed, new_line=owed.new_line_id)
    if step.how in {"appended", "adjusted"} and step.line is not None:
        _units_written(running, owed, step.line.id)
    elif step.how == "restored":
        _restored(running, owed)
    elif step.how == "not-zeroed":
        _not_zeroed(running, owed)
    elif step.how == "returned":
        _returned(running, owed)
    elif owed.purpose == Owed.Purpose.DOUBLED:
        _bury(running, owed)


def _units_written(running: Running, owed: Owed, line_id: int) -> None:
    appended = line_id != owed.line_id
    if running.company.reading in {"unknown", "undecided"}:
        note_reading(
            running, "appends" if appended else "adjusts", f"line {owed.line_id} answered as line {line_id}"
        )
    view = running.seen.of(key_of(owed))
    total = view.total or Decimal(0)
    row = memory_of(running.integration, key_of(owed))
    if appended:
        row.dead_lines = sorted({*row.dead_lines, owed.line_id})
        for company, product in owed.members:
            running.line_ids[company, product] = line_id
    if moved_as_expected(running, owed):
        if moved_by_nothing_else(running, owed):
            carry_trust(row, owed.total_before, total)
        remember_written(
            row, line_id=line_id, units=owed.units or 0, price=owed.unit_price,
            from_date=owed.effective_date, total=total,
        )  # fmt: skip
        _learn(running, owed)
        return
    row.line_id = line_id
    moved, expected = move_since_zero(running, owed)
    why = f"the contract's total moved by {money(moved)}, expected {money(expected)}"
    note(running, "write.mismatch", owed, why=why, moved=moved, expected=expected)
    remember_stopped(row, why, running.run)
    running.say(owed.members, "error:verification", why, "look at the contract in BMS")
    count_mismatches(running)


def _learn(running: Running, owed: Owed) -> None:
    for company, product in owed.members:
        running.learned_before[company, product] = owed.units_before or 0
    running.say(
        owed.members, "synced", f"{owed.units_before} → {owed.units} units from {day(owed.effective_date)}"
    )


def _restored(running: Running, owed: Owed) -> None:
    if owed.add_answer == "rejected":
        if owed.purpose == Owed.Purpose.CANARY:
            note_refusal(running, owed.line_id, owed.add_code, owed.add_text)
        else:
            # The method chosen does not work here: tried every run, the line would stand at 0 in every run.
            why = f"BMS refused the new line ({owed.add_text}); the old one's price was put back"
            _stop(running, owed, why)
        running.say(
            owed.members,
            "error:psa-rejected",
            f"{owed.add_text} The line's price was put back.",
            "choose how this BMS is to be written: integration write-method",
        )
        return
    why = "pricing the line to 0 moved the contract's total by something else than its units"
    if owed.purpose == Owed.Purpose.CANARY:
        note_reading(running, "undecided", why)
    _stop(running, owed, f"{why}; the price was put back")
    running.say(
        owed.members, "error:verification", f"{why}; the price was put back", "look at the contract in BMS"
    )


def _stop(running: Running, owed: Owed, why: str) -> None:
    remember_stopped(memory_of(running.integration, key_of(owed)), why, running.run)


def _returned(running: Running, owed: Owed) -> None:
    """A re-dated line stands as before: the contract's total must be the one from before too."""
    total = running.seen.of(key_of(owed)).total or Decimal(0)
    if is_same_money(total, owed.total_before):
        return
    now, before = money(total), money(owed.total_before)
    why = f"after putting the line's date back the contract's total is {now}, it was {before}"
    _stop(running, owed, why)
    running.say(owed.members, "error:verification", why, "look at the contract in BMS")


def _not_zeroed(running: Running, owed: Owed) -> None:
    if owed.zero_answer not in {"answered", "rejected"}:
        # The call never reached BMS, so nothing was tried: no verdict follows, and it is planned anew.
        running.say(
            owed.members,
            "error:psa-unreachable",
            "pricing the old line to 0 did not reach BMS",
            "nothing was changed; the next sync writes it",
        )
        return
    if owed.purpose == Owed.Purpose.CANARY:
        note_reading(running, "undecided", f"line {owed.line_id} could not be priced to 0 by a bulk update")
    running.say(
        owed.members,
        "error:psa-rejected",
        "BMS did not price the old line to 0; nothing was changed",
        "look at the line's bulk-update setting in BMS",
    )


def _bury(running: Running, owed: Owed) -> None:
    view = running.seen.of(key_of(owed))
    row = memory_of(running.integration, key_of(owed))
    row.dead_lines = sorted({*row.dead_lines, owed.line_id})
    # Else somebody may have changed the new line while both stood there. Of an ended line that was priced
    # again the total kept before stays the measure: it must come back to it (writing.md rule 12).
    if owed.units is not None and moved_by_nothing_else(running, owed):
        row.total_after = view.total
    row.save()
