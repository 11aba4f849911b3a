"""Calls whose process died, or gave up, before their answer was kept: when are they no longer on their way?

A call may leave long after its intent, put off by a limit, and a bulk update takes effect when its job ends.
So what such a call did is awaited from the moment that nobody can send it any more and its job is gone.
"""

from dataclasses import dataclass

from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.open_work import OpenWork, open_work
from seatbridge.sync.running import Running

INTERRUPTED = "interrupted"
# What each phase is waiting for: its moment, its answer, and whether a job stands between the two.
_CALLS = {
    Owed.Phase.ZEROING: ("zero_sent_at", "zero_answer", True),
    Owed.Phase.ADDING: ("add_sent_at", "add_answer", False),
    Owed.Phase.RESTORING: ("restore_sent_at", "restore_answer", True),
    Owed.Phase.RETURNING: ("add_sent_at", "add_answer", False),
}


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What could not be judged yet when a run was planned, so that the plan had to leave it out."""

    writes: tuple[int, ...]
    debts: tuple[int, ...]

    @property
    def anything_closed(self) -> bool:
        """A call that may never have left, or something that others waited for, is open no longer."""
        closed = Write.objects.filter(pk__in=self.writes).exclude(state=Write.State.INTENDED)
        settled = Owed.objects.filter(pk__in=self.debts, phase=Owed.Phase.SETTLED)
        return (bool(self.writes) and closed.exists()) or (bool(self.debts) and settled.exists())


NOTHING = LeftOpen((), ())


def left_open(running: Running) -> LeftOpen:
    """What earlier processes began, as far as no person has to decide on it."""
    work = open_work(running.integration)
    writes = [write.pk for write in work.writes]
    debts = [owed.pk for owed in work.owed if not owed.waits_for_person]
    return LeftOpen(tuple(writes), tuple(debts))


def take_over_calls(running: Running, work: OpenWork) -> None:
    """Must come before the reading that judges them; reads only."""
    writes = [write for write in work.writes if not write.answer]
    debts = [owed for owed in work.owed if _is_open(owed)]
    if not writes and not debts:
        return
    services = {row.service_id for row in writes if row.step == Write.Step.PRICE}
    services |= {row.service_id for row in debts if _CALLS[Owed.Phase(row.phase)][2]}
    for service_id in sorted(services):
        running.bms.wait_for_job(service_id)
    with fenced(running.run):
        for write in writes:
            write.sent_at, write.answer = running.now(), INTERRUPTED
            write.save(update_fields=["sent_at", "answer"])
        for owed in debts:
            sent_at, answer, _ = _CALLS[Owed.Phase(owed.phase)]
            setattr(owed, sent_at, running.now())
            setattr(owed, answer, INTERRUPTED)
            owed.save(update_fields=[sent_at, answer])


def _is_open(owed: Owed) -> bool:
    sent_at, answer, _ = _CALLS[Owed.Phase(owed.phase)]
    return getattr(owed, sent_at) is not None and not getattr(owed, answer)
