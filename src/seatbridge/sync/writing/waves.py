"""Writes in waves: never two unread writes on one contract; each wave is followed by one reading (rule 6)."""

from collections.abc import Collection, Sequence

from seatbridge.psa.errors import PsaError
from seatbridge.reconcile.facts import Key, Method
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.sync.running import Running, WritingStopped
from seatbridge.sync.writing.effects import judge_open_writes
from seatbridge.sync.writing.lateness import TOO_LATE, came_a_posting
from seatbridge.sync.writing.pairing import both_or_neither, busy_contracts, is_its_turn
from seatbridge.sync.writing.rechecking import still_as_planned
from seatbridge.sync.writing.settling import settle_debts
from seatbridge.sync.writing.writes import make_write


def write_in_waves(
    running: Running, writes: Sequence[PlannedWrite], to_come: Collection[Key] = ()
) -> list[PlannedWrite]:
    """Returns what may not be written any more, since a wave showed that this BMS does not adjust.

    `to_come`: lines that are written after these.
    """
    waiting = list(writes)
    while waiting := both_or_neither(running, still_as_planned(running, waiting), to_come):
        if not _may_go_on(running, waiting):
            return waiting
        wave, waiting = _next_wave(running, waiting)
        if not wave:
            wait_for_reading(running, waiting)
            return []
        write_wave(running, wave)
        if waiting:
            # What does not fit yet may stop the whole integration: no further wave before that is known.
            wait_and_judge(running)
    return []


def _may_go_on(running: Running, waiting: Sequence[PlannedWrite]) -> bool:
    return running.company.reading == "adjusts" or all(
        row.method is Method.PRICE_CARRYING or row.creates for row in waiting
    )


def wait_for_reading(running: Running, waiting: Sequence[PlannedWrite]) -> None:
    for row in waiting:
        running.say(row.members, "outcome-unknown", "another write on this contract is not read back yet", "")


def write_wave(running: Running, wave: Sequence[PlannedWrite]) -> None:
    """Send each write of the wave, then read once and judge; a stop in the middle judges what was sent."""
    stop: PsaError | WritingStopped | None = None
    sent = 0
    for row in wave:
        if came_a_posting(running, row.key[0]):
            running.say(row.members, *TOO_LATE)
            continue
        try:
            make_write(running, row)
        except (PsaError, WritingStopped) as reason:
            stop = reason
            break
        sent += 1
    if sent or stop is not None:
        running.read()
        judge_open_writes(running)
        settle_debts(running)
    if stop is not None:
        raise stop


def wait_and_judge(running: Running) -> None:
    """Wait once for what may not be believed yet, read, and judge it."""
    until, running.wait_until = running.wait_until, None
    if until is None:
        return
    running.at("waiting")
    running.clock.sleep(max((until - running.now()).total_seconds(), 0))
    running.read()
    judge_open_writes(running)
    settle_debts(running)


def _next_wave(
    running: Running, waiting: list[PlannedWrite]
) -> tuple[list[PlannedWrite], list[PlannedWrite]]:
    """The first write of each contract that has none unread; the rest waits for the wave after."""
    busy = busy_contracts(running)
    wave: list[PlannedWrite] = []
    rest: list[PlannedWrite] = []
    for row in waiting:
        if row.key[0] in busy or not is_its_turn(running, row):
            rest.append(row)
        else:
            busy.add(row.key[0])
            wave.append(row)
    return wave, rest
