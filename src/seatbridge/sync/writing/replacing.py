"""*replace*: price the old line to 0, read it at 0, then post the new one (writing.md rules 3, 8, 9)."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from seatbridge.integrations.cutoffs import REPLACING_NEEDS
from seatbridge.psa.errors import OutOfCalls
from seatbridge.psa.kaseya_bms.calls import CONTRACTS, JOB, LINES, WRITE_LINE, WRITE_PRICES
from seatbridge.psa.kaseya_bms.pacing import HOURLY_LIMIT
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.reconcile.posting import next_posting
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Owed
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.writing.bulk import run_bulk, zeroing_of
from seatbridge.sync.writing.debts import owe_replacement
from seatbridge.sync.writing.pairing import both_or_neither, busy_contracts, is_its_turn
from seatbridge.sync.writing.permits import check_may_write
from seatbridge.sync.writing.rechecking import still_as_planned
from seatbridge.sync.writing.settling import open_debts_of, settle_debts
from seatbridge.sync.writing.waves import wait_for_reading

MOST_OPEN = 25  # lines at 0 and not yet re-added (writing.md rule 8)
POLLS = 6  # of a job that takes half a minute


def replace_lines(running: Running, writes: Sequence[PlannedWrite], to_come: Collection[Key] = ()) -> None:
    """One batch after the other: never two lines of one contract in a batch, never more than 25 open."""
    waiting = list(writes)
    while waiting := both_or_neither(running, still_as_planned(running, waiting), to_come):
        room = MOST_OPEN - len(open_debts_of(running))
        busy = busy_contracts(running)
        if all(row.key[0] in busy for row in waiting):
            wait_for_reading(running, waiting)
            return
        ready = [row for row in waiting if is_its_turn(running, row)]
        batch = list(_one_a_contract(ready, busy))[: max(room, 0)]
        batch = [row for row in batch if is_time_left(running, row.key[0])]
        batch = with_calls_for_all(running, batch)
        if not batch:
            for row in waiting:
                running.say(
                    row.members,
                    "planned",
                    "too many lines stand open, or posting is near (two hours)",
                    "the next approved sync writes it",
                )
            return
        replace_batch(running, batch, Owed.Purpose.REPLACE)
        waiting = [row for row in waiting if row not in batch]


def _one_a_contract(writes: Sequence[PlannedWrite], busy: set[int]) -> Iterator[PlannedWrite]:
    """Two changes of one contract's total that are not read back could not be told apart (rule 6)."""
    taken = set(busy)
    for row in writes:
        if row.key[0] not in taken:
            taken.add(row.key[0])
            yield row


def is_time_left(running: Running, contract_id: int) -> bool:
    """A line at 0 while its contract is posted is invoiced at 0; on a posting day that may be any time."""
    now = running.billing_now()
    return next_posting(running.calendar, contract_id, now) - now >= REPLACING_NEEDS


def with_calls_for_all(running: Running, batch: list[PlannedWrite]) -> list[PlannedWrite]:
    """As many as there are calls for to bring them to their end; these are taken before it begins."""
    most = running.bms.most_calls // 2
    batch = batch[: max(1, min(running.bms.calls_left(WRITE_LINE), most))]
    if not batch:
        return batch
    groups = len({(row.key[1], row.effective_date) for row in batch})
    readings = running.reading_costs or Counter()
    needs = Counter({WRITE_LINE: len(batch), WRITE_PRICES: groups, JOB: POLLS * groups})
    for endpoint in (CONTRACTS, LINES):
        needs[endpoint] += 2 * readings[endpoint]  # once at 0, once added again
    until = running.bms.set_aside({endpoint: min(calls, most) for endpoint, calls in needs.items() if calls})
    if until is not None:
        raise OutOfCalls(HOURLY_LIMIT, retry_at=until)
    return batch


def replace_batch(
    running: Running, batch: Sequence[PlannedWrite], purpose: Owed.Purpose, *, keeps_units: bool = False
) -> None:
    """1 commit what is owed  2 one bulk update per service and date  3 read  4 settle: post the new lines."""
    running.at("before-intent")
    with fenced(running.run):
        check_may_write(running)
        rows = [owe_replacement(running, row, purpose, keeps_units=keeps_units) for row in batch]
        for owed in rows:
            note(running, "write.intended", owed)
    running.at("after-intent")
    groups: dict[tuple[int, date], list[Owed]] = {}
    for owed in rows:
        groups.setdefault((owed.service_id, owed.effective_date), []).append(owed)
    with running.bms.urgent():
        for group in groups.values():
            _zero(running, group)
        running.read()
        settle_debts(running, [row.key for row in batch])


def _zero(running: Running, group: list[Owed]) -> None:
    answered = run_bulk(running, zeroing_of(group))
    running.at("before-answer")
    with fenced(running.run):
        for owed in group:
            owed.zero_sent_at = running.now()  # so late may the job have ended
            owed.zero_answer = answered.how
            owed.save(update_fields=["zero_sent_at", "zero_answer"])
    running.at("after-answer")
    if answered.abort is not None:
        raise answered.abort
