"""The three calls that settle a debt: price a line to 0, post the new units, put a price back."""

from collections.abc import Callable
from datetime import date

from seatbridge.psa.records import PriceWrite
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Owed
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.writing.bulk import pricing_of, run_bulk, zeroing_of
from seatbridge.sync.writing.calls import Answered, line_write_of, send_line
from seatbridge.sync.writing.doubting import note_total_at_zero
from seatbridge.sync.writing.permits import check_may_write


def zero_lines(running: Running, rows: list[Owed]) -> None:
    """One bulk update per service, effective date and name."""
    groups: dict[tuple[int, date, str], list[Owed]] = {}
    for owed in rows:
        groups.setdefault((owed.service_id, owed.effective_date, owed.zero_name), []).append(owed)
    for group in groups.values():
        _bulk(running, group, zeroing_of(group), _note_zero)


def restore_lines(running: Running, rows: list[Owed]) -> None:
    for owed in rows:
        _bulk(running, [owed], pricing_of(owed), _note_restore)


def _bulk(
    running: Running,
    rows: list[Owed],
    write: PriceWrite,
    save: Callable[[Owed, Running, Answered | None], None],
) -> None:
    intend(running, rows, lambda owed: save(owed, running, None))
    answered = run_bulk(running, write)
    running.at("before-answer")
    with fenced(running.run):
        for owed in rows:
            save(owed, running, answered)
    running.at("after-answer")
    if answered.abort is not None:
        raise answered.abort


def intend(running: Running, rows: list[Owed], mark_sent: Callable[[Owed], None]) -> None:
    running.at("before-intent")
    with fenced(running.run):
        check_may_write(running, although_stopped=True)
        for owed in rows:
            mark_sent(owed)
            note(running, "write.intended", owed)
    running.at("after-intent")


def _note_zero(owed: Owed, running: Running, answered: Answered | None) -> None:
    if answered is None:
        owed.zero_sent_at, owed.zero_answer = running.now(), ""
    else:
        owed.zero_sent_at, owed.zero_answer = running.now(), answered.how
    owed.save(update_fields=["zero_sent_at", "zero_answer"])


def _note_restore(owed: Owed, running: Running, answered: Answered | None) -> None:
    if answered is None:
        owed.restore_sent_at, owed.restore_answer = running.now(), ""
        note_total_at_zero(running, owed)
    else:
        owed.restore_sent_at, owed.restore_answer = running.now(), answered.how
    owed.save(update_fields=["restore_sent_at", "restore_answer", "zero_seen_total"])


def add_line(running: Running, owed: Owed) -> None:
    """Post the owed units. A lost POST is sent anew only where a later reading showed no effect of it."""
    resent = owed.phase == Owed.Phase.ADDING and owed.add_sent_at is not None
    if resent and _stands_after_all(running, owed):
        return
    intend(running, [owed], lambda row: _mark_add(row, running))
    answered = send_line(running, line_write_of(owed))
    running.at("before-answer")
    # The call may have been put off for long before it left: its effect is awaited from the end of the call.
    with fenced(running.run):
        owed.add_sent_at, owed.add_answer, owed.add_code = running.now(), answered.how, answered.code
        owed.add_text, owed.add_line = answered.text, answered.line_id
        owed.save()
    running.at("after-answer")
    if answered.abort is not None:
        raise answered.abort


def _stands_after_all(running: Running, owed: Owed) -> bool:
    """Absence is believed only after a fresh search filtered by the contract's name (writing.md rule 5)."""
    name = running.seen.contracts[owed.contract_id].name
    lines = running.bms.lines(owed.service_id, contract_name=name)
    return any(line.contract_id == owed.contract_id and line.unit_price != 0 for line in lines)


def _mark_add(owed: Owed, running: Running) -> None:
    owed.add_sent_at, owed.add_answer = running.now(), ""
    owed.add_code = owed.add_line = None
    note_total_at_zero(running, owed)
    owed.save()
