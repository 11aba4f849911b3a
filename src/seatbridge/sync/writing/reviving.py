"""Dead lines must stay at 0: a yearly price rise by hand selects them too (writing.md rule 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.posting import earliest_unposted
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import LineMemory, Owed
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.writing.debts import dead_name
from seatbridge.sync.writing.owing import LEAVE_IT
from seatbridge.sync.writing.settling import open_debts_of

BY_HAND = f"price it to 0 in BMS by hand, {LEAVE_IT}"


@dataclass(frozen=True, slots=True)
class Revived:
    memory: LineMemory
    line: Line
    contract: Contract


def revived_lines(running: Running, watched: Iterable[LineMemory]) -> list[Revived]:
    """A price on a line that we priced to 0 for good. Usually there is none."""
    found = []
    for row in watched:
        if not row.dead_lines:
            continue
        view = running.seen.of(key_of(row))
        revived = [line for line in view.lines if line.id in row.dead_lines and line.unit_price != 0]
        if revived and view.contract is not None:
            found.append(Revived(row, revived[0], view.contract))
    return found


def owe_revived(running: Running, revived: Sequence[Revived]) -> None:
    """Their zeroing is owed, but where something is owed already."""
    if not revived:
        return
    busy = {key_of(owed) for owed in open_debts_of(running)}
    for each in revived:
        if key_of(each.memory) not in busy:
            with fenced(running.run):
                _owe(running, each.memory, each.line, each.contract)


def _owe(running: Running, row: LineMemory, line: Line, contract: Contract) -> None:
    period = earliest_unposted(contract, running.calendar, running.billing_now())
    on = _day(running, None if period is None else period.start, contract)
    owed = Owed.objects.create(
        integration=running.integration,
        run=running.run,
        purpose=Owed.Purpose.DOUBLED,
        phase=Owed.Phase.ZEROING,
        contract_id=row.contract_id,
        service_id=row.service_id,
        line_id=line.id,
        unit_price=line.unit_price,
        unit_cost=line.unit_cost,
        name=line.name,
        description=line.description,
        effective_date=on or running.today(),
        total_before=contract.billing_price,
        zero_name=dead_name(on or running.today()),
        opened_at=running.now(),
        waits_for_person="" if on else f"line {line.id} was priced again: {BY_HAND}",
    )
    note(running, "write.revived", owed)


def _day(running: Running, start: date | None, contract: Contract) -> date | None:
    """A bulk update is never dated ahead; None where no unposted period has begun."""
    if start is None or start > running.today():
        return None
    return max(start, contract.start)
