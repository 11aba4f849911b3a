"""Apply: the only code that writes to BMS, by the write method in force (writing.md)."""

from collections.abc import Iterable, Sequence

from seatbridge.reconcile.facts import Method
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.reconcile.words import day
from seatbridge.sync.open_work import unread_writes
from seatbridge.sync.running import Running
from seatbridge.sync.writing.canary import Tried, run_canary
from seatbridge.sync.writing.pairing import both_or_neither, busy_contracts, is_its_turn
from seatbridge.sync.writing.rechecking import still_as_planned
from seatbridge.sync.writing.replacing import replace_lines
from seatbridge.sync.writing.waves import wait_and_judge, write_in_waves, write_wave

NO_CANARY_LINE = "no line is fit for the test write"
NO_TIME = "the test write needs two hours before the posting of its contract, and these are not left"
NOT_READ_YET = "the first write dated ahead is not read back yet"
NAME_TEST_CONTRACT = "name a test contract: integration test-contract ID CONTRACT_ID"


def apply_writes(running: Running, writes: Sequence[PlannedWrite]) -> None:
    """1 a test write, where this BMS company has no verdict yet
    2 the due writes by their method
    3 those dated ahead
    """
    todo = list(writes)
    if any(row.method is None for row in todo):
        tried = run_canary(running, todo)
        todo = [row for row in todo if not _was_written(running, row)]
        if tried is Tried.NO_TIME:
            _wait_for_time(running, todo)
            return
        if running.company.reading != "adjusts":
            _ask_for_method(running, todo, reached=tried is Tried.MADE)
            return
    # A line that is added stands beside no other, whatever BMS does with a second posting.
    direct = [row for row in todo if row.method is not Method.REPLACE or row.creates]
    replaced = [row for row in todo if row not in direct]
    replace_lines(running, replaced, {row.key for row in direct})
    ahead = [row for row in direct if row.ahead]
    now = [row for row in direct if not row.ahead]
    left = write_in_waves(running, now, {row.key for row in ahead})
    left += _write_ahead(running, ahead)
    _ask_for_method(running, left, reached=True)


def _was_written(running: Running, row: PlannedWrite) -> bool:
    return any(member in running.statuses for member in row.members)


def _wait_for_time(running: Running, rows: Iterable[PlannedWrite]) -> None:
    for row in rows:
        running.say(row.members, "planned", NO_TIME, "the first sync after the posting tries it")


def _ask_for_method(running: Running, rows: Iterable[PlannedWrite], *, reached: bool) -> None:
    reading = running.company.reading
    cause = {
        "appends": "the test write showed that your BMS adds a second line instead of changing the first",
        "rejects": "the test write showed that your BMS refuses a second posting of a service",
        "undecided": f"the test write was not clear: {running.company.undecided_reason}",
    }.get(reading, "the test write is not finished" if reached else NO_CANARY_LINE)
    fix = {
        "appends": "choose: integration write-method ID replace, or by-hand",
        "rejects": "choose: integration write-method ID price-carrying, or by-hand",
        "undecided": "look at that contract in BMS, then choose: "
        "integration write-method ID auto|adjust|replace|by-hand",
    }.get(reading, "sync again" if reached else NAME_TEST_CONTRACT)
    for row in rows:
        running.say(row.members, "blocked:write-method", cause, fix)


def _write_ahead(running: Running, rows: list[PlannedWrite]) -> list[PlannedWrite]:
    """The first write dated ahead is its own canary: today's line and price must not move (rule 7).

    Returns what may not be written any more, since this BMS does not adjust.
    """
    rows = both_or_neither(running, still_as_planned(running, rows))
    added = [row for row in rows if row.creates]
    rows = [row for row in rows if not row.creates]
    left = _move_ahead(running, rows)
    # A new line shows nothing of what a write dated ahead does to today's line: it waits for no such proof.
    return left + write_in_waves(running, added)


def _move_ahead(running: Running, rows: list[PlannedWrite]) -> list[PlannedWrite]:
    if running.company.reading != "adjusts":
        return rows
    if rows and running.company.ahead == "unknown":
        first = _first_ahead(running, rows)
        if first is None:
            return []
        running.at("before-ahead-canary")
        write_wave(running, [first])
        wait_and_judge(running)
        rows = [row for row in rows if row is not first]
    if running.company.ahead == "kept":
        return write_in_waves(running, rows)
    if running.company.reading != "adjusts":
        return rows
    if running.company.ahead == "re-dates":
        for row in rows:
            running.say(
                row.members,
                "blocked:write-method",
                "a write dated ahead moves today's line in your BMS, so this change is made by hand",
                f"in BMS set line {row.line.id} to {row.units_after} units from {day(row.effective_date)}",
            )
    else:
        _wait_for_ahead(running, rows, NOT_READ_YET)
    return []


def _first_ahead(running: Running, rows: Sequence[PlannedWrite]) -> PlannedWrite | None:
    if any(write.ahead for write in unread_writes(running.integration)):
        _wait_for_ahead(running, rows, NOT_READ_YET)
        return None
    busy = busy_contracts(running)
    fit = [
        row
        for row in rows
        if row.units_before is not None and row.key[0] not in busy and is_its_turn(running, row)
    ]
    if not fit:
        _wait_for_ahead(running, rows, "no line with known units can try a write dated ahead yet")
        return None
    return min(fit, key=lambda row: (row.stake, row.key))


def _wait_for_ahead(running: Running, rows: Iterable[PlannedWrite], why: str) -> None:
    for row in rows:
        running.say(row.members, "planned", why, "the next sync tries again")
