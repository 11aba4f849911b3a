"""Accept what BMS holds: the units that somebody set there stay, until they or the count move.

To put ours back is an approval like others (`requesting.request_approval`).
"""

from datetime import date, datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.differences import DifferenceKind
from seatbridge.reconcile.facts import Key
from seatbridge.sync.instructions import close, log
from seatbridge.sync.models import Difference, Instruction
from seatbridge.sync.stated.confirming import take_as_current

Kind, State = Instruction.Kind, Instruction.State
ACCEPTABLE = DifferenceKind.EDITED


class AcceptRefused(Exception):
    """Nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def accept_bms(integration: Integration, key: Key, *, actor: str, today: date, now: datetime) -> int:
    """The units that are kept. Raises AcceptRefused, also where it was answered before."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        rows = Difference.objects.filter(integration=integration, contract_id=key[0], service_id=key[1])
        row = rows.first()
        if row is None:
            raise AcceptRefused("There is no difference on this line any more: nothing was done.")
        if row.kind != ACCEPTABLE or row.in_bms is None:
            raise AcceptRefused(
                "What BMS holds on this line is not known, so it cannot be accepted. State its units (units "
                "set), or look at the contract in BMS."
            )
        take_as_current(integration, key, row.in_bms, today=today, actor=actor, now=now)
        if row.counted is not None and row.counted != row.in_bms:
            _keep(integration, row, actor, now)
        rows.delete()
        return row.in_bms


def _keep(integration: Integration, row: Difference, actor: str, now: datetime) -> None:
    company, product, _name = row.members[0]
    former = Instruction.objects.filter(
        integration=integration, kind=Kind.KEEP, company=company, product=product, state=State.OPEN
    ).first()
    if former is not None:
        close(former, State.WITHDRAWN, actor, now, why="decided anew")
    kept = Instruction.objects.create(
        integration=integration,
        kind=Kind.KEEP,
        company=company,
        product=product,
        contract_id=row.contract_id,
        service_id=row.service_id,
        units=row.in_bms,
        counted=row.counted,
        given_by=actor,
        given_at=now,
    )
    log(kept, "instruction.given", actor, now, units=row.in_bms, counted=row.counted)


def keep_no_more(integration: Integration, key: Key, *, actor: str, now: datetime) -> bool:
    """The count is written again. False: nothing was kept any more."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        rows = Instruction.objects.filter(
            integration=integration, kind=Kind.KEEP, contract_id=key[0], service_id=key[1], state=State.OPEN
        )
        found = list(rows)
        for row in found:
            close(row, State.WITHDRAWN, actor, now, why="the count is written again")
        return bool(found)
