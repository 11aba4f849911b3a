"""Opening what is owed: in the same transaction as the write that makes it owed (writing.md rule 3)."""

from datetime import date

from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.reconcile.words import day
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running


def dead_name(on: date) -> str:
    """The name of a line that must never be priced again (writing.md rule 9)."""
    return f"ENDED {on.isoformat()} – do not price"  # noqa: RUF001 - the fixed wording has a dash


def owe_replacement(
    running: Running, planned: PlannedWrite, purpose: Owed.Purpose, *, keeps_units: bool = False
) -> Owed:
    """The line is about to be priced to 0: its new units are owed from this moment on.

    `keeps_units`: the test contract's line; its units show themselves when the price falls.
    """
    line, now = planned.line, running.now()
    owed = Owed.objects.create(
        integration=running.integration,
        run=running.run,
        purpose=purpose,
        phase=Owed.Phase.ZEROING,
        contract_id=planned.key[0],
        service_id=planned.key[1],
        line_id=line.id,
        members=[list(member) for member in planned.members],
        units=None if keeps_units else planned.units_after,
        units_before=planned.units_before,
        unit_price=line.unit_price,
        unit_cost=line.unit_cost,
        name=line.name,
        description=line.description,
        effective_date=planned.effective_date,
        line_ids_before=[row.id for row in running.seen.of(planned.key).lines],
        total_before=running.seen.contracts[planned.key[0]].billing_price,
        zero_name=dead_name(planned.effective_date),
        zero_sent_at=now,
        opened_at=now,
    )
    note(running, "write.owed", owed)
    return owed


def owe_zeroing(running: Running, write: Write) -> Owed:
    """A second line appeared: the old one must go to 0, since the new one carries the units."""
    owed = _owe_after(
        running, write, Owed.Purpose.DOUBLED, Owed.Phase.ZEROING, zero_name=dead_name(write.effective_date)
    )
    if write.ahead:
        # A bulk update is never dated ahead: only a person can end the old line on that day.
        on = day(write.effective_date)
        owed.waits_for_person = (
            f"BMS added a second line from {on}: end line {write.line_id} that day by hand, "
            "then leave it here"
        )
        owed.save(update_fields=["waits_for_person"])
    return owed


def owe_return(running: Running, write: Write, since: date | None) -> Owed:
    """A write dated ahead moved today's line: its former units and date must be posted back.

    `since`: the first day that is not posted. An earlier date would be invoiced again.
    """
    owed = _owe_after(running, write, Owed.Purpose.REVERT, Owed.Phase.RETURNING)
    owed.units, owed.effective_date = write.units_before, max(write.date_before, since or write.date_before)
    if write.units_before is None or since is None:
        owed.waits_for_person = (
            f"the line's date moved to {day(write.effective_date)}, and it cannot be put back by itself: "
            f"set it back to {day(write.date_before)} in BMS by hand, then leave it here"
        )
    owed.save()
    return owed


def owe_old_price(running: Running, write: Write) -> Owed:
    """A carried price did not end as written: the old one is put back (writing.md rule 10)."""
    owed = _owe_after(running, write, Owed.Purpose.REVERT, Owed.Phase.RESTORING)
    owed.unit_cost = write.cost_before
    owed.save(update_fields=["unit_cost"])
    return owed


def _owe_after(
    running: Running, write: Write, purpose: Owed.Purpose, phase: Owed.Phase, zero_name: str = ""
) -> Owed:
    owed = Owed.objects.create(
        integration=running.integration,
        run=running.run,
        purpose=purpose,
        phase=phase,
        contract_id=write.contract_id,
        service_id=write.service_id,
        line_id=write.line_id,
        members=write.members,
        units=write.units,
        units_before=write.units_before,
        unit_price=write.price_before,
        unit_cost=write.unit_cost,
        name=write.name,
        description=write.description,
        effective_date=write.effective_date,
        line_ids_before=write.line_ids_before,
        total_before=write.total_before,
        zero_name=zero_name,
        opened_at=running.now(),
    )
    note(running, "write.owed", owed)
    return owed
