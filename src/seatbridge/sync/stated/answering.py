"""A person's answer about a line that is owed and waits: finish it, put the price back, or leave it."""

from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from seatbridge.ledger.writing import append
from seatbridge.sync.memory import forget_units, memory_of
from seatbridge.sync.models import Owed, Write


class OwedChoice(StrEnum):
    FINISH = "finish"
    RESTORE = "restore"
    LEAVE = "leave"


class AnsweredBefore(Exception):
    """Somebody was quicker, or pressed twice: the line no longer waits for an answer."""


class NotOffered(Exception):
    """That answer does not fit what is owed: see `choices_of`."""


def choices_of(owed: Owed) -> tuple[OwedChoice, ...]:
    """What a person may answer, the most likely first.

    A second line goes to 0 or stays, and a line whose date moved gets its day back or not: neither has
    a price to put back. Where the price is on its way back, no units are written any more.
    """
    if owed.phase == Owed.Phase.RESTORING:
        return OwedChoice.RESTORE, OwedChoice.LEAVE
    if owed.purpose == Owed.Purpose.DOUBLED:
        return OwedChoice.FINISH, OwedChoice.LEAVE
    finish = () if owed.units is None else (OwedChoice.FINISH,)
    if owed.phase == Owed.Phase.RETURNING:
        return *finish, OwedChoice.LEAVE
    return *finish, OwedChoice.RESTORE, OwedChoice.LEAVE


def answer_owed(
    owed: Owed,
    choice: OwedChoice,
    *,
    from_date: date,
    actor: str,
    now: datetime,
    must_wait: bool = False,
) -> None:
    """The next sync sends what was chosen. Raises AnsweredBefore, NotOffered.

    `from_date`: the first day of the earliest unposted period that has begun. `must_wait`: only a line that
    waits for an answer takes one.
    """
    with transaction.atomic():
        owed.refresh_from_db(from_queryset=Owed.objects.select_for_update())
        if owed.phase == Owed.Phase.SETTLED or (must_wait and not owed.waits_for_person):
            raise AnsweredBefore
        if choice not in choices_of(owed):
            raise NotOffered
        owed.waits_for_person = ""
        if choice is OwedChoice.LEAVE:
            _forget_what_stood(owed)
            owed.phase, owed.settled_at, owed.settled_how = Owed.Phase.SETTLED, now, "left"
        else:
            owed.effective_date = max(owed.effective_date, from_date)
            owed.zero_sent_at = owed.add_sent_at = owed.restore_sent_at = None
            if choice is OwedChoice.RESTORE:
                owed.phase = Owed.Phase.RESTORING
            elif owed.phase == Owed.Phase.ZEROING and owed.purpose != Owed.Purpose.DOUBLED:
                owed.phase = Owed.Phase.ADDING
        owed.save()
        append(
            owed.integration.partner_id,
            "owed.answered",
            actor=actor,
            data={"owed": owed.pk, "choice": choice.value, "effective_date": owed.effective_date},
            integration_id=owed.integration_id,
            contract_id=owed.contract_id,
            service_id=owed.service_id,
            line_id=owed.line_id,
            at=now,
        )


def _forget_what_stood(owed: Owed) -> None:
    """Units that we sent may stand on the line that is left, or on another of its service.

    Also where BMS said that it refused them. Or the line stands at 0, and a person sets it right, or not.

    Of a second line to be priced to 0 nothing is forgotten: the units stand on the other one. Nor where a
    line carries its users in its price: that can be read.
    """
    row = memory_of(owed.integration, (owed.contract_id, owed.service_id))
    if owed.purpose != Owed.Purpose.DOUBLED and row.carried_price is None:
        forget_units(row, since=_touched_from(owed))


def _touched_from(owed: Owed) -> date:
    """The day that our last call on the line carried."""
    if owed.phase != Owed.Phase.RETURNING:
        return owed.effective_date
    moved = Write.objects.filter(
        integration=owed.integration_id,
        contract_id=owed.contract_id,
        service_id=owed.service_id,
        ahead=True,
    )
    last = moved.order_by("pk").last()
    return owed.effective_date if last is None else last.effective_date
