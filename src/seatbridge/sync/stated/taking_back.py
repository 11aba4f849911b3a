"""Take back that billing stops: also where its 0 is written already for a day that has not come.

Without that write being put back the company would go unbilled from that day on by nobody's word.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import Key
from seatbridge.sync.approvable import Pair
from seatbridge.sync.models import LineMemory, SyncRun, Write
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import AlreadyActive, Answer, NotNow, request_run
from seatbridge.sync.running import key_of
from seatbridge.sync.stated.stop_billing import Leaver, bill_again, leavers_of

ONE_BY_ONE = NotNow(
    "Their 0s are written already, by several runs, and one run is put back at a time: take them back singly."
)


def runs_ahead(integration: Integration, leavers: Collection[Leaver], today: date) -> dict[Pair, SyncRun]:
    """By leaver: the one run that wrote all of its 0s, for a day to come. At most two queries."""
    stopped = [each for each in leavers if each.stop is not None]
    if not stopped:
        return {}
    pending = LineMemory.objects.filter(
        integration=integration, pending_units=0, pending_from__gt=today, pending_unknown=False
    )
    days = {key_of(row): row.pending_from for row in pending}
    writes = Write.objects.filter(
        integration=integration, ahead=True, units=0, state=Write.State.CONFIRMED, effective_date__gt=today
    ).select_related("run")
    runs = {
        key_of(row): row.run for row in writes.order_by("pk") if days.get(key_of(row)) == row.effective_date
    }
    found = {}
    for leaver in stopped:
        theirs = {runs[key] for key in _keys(leaver) if key in runs}
        if len(theirs) == 1:
            found[leaver.pair] = theirs.pop()
    return found


def _keys(leaver: Leaver) -> set[Key]:
    return {(line.contract_id or 0, line.service_id or 0) for line in leaver.lines}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`pairs`: none where nothing was decided on them any more. `run`: puts back their 0s, where it must."""

    pairs: list[Pair]
    run: SyncRun | None


def take_back(
    integration: Integration, pairs: Collection[Pair], *, actor: str, now: datetime, billing_now: datetime
) -> TakenBack | AlreadyActive | NotNow:
    """All of them or none: where a 0 cannot be put back now, the decisions stay."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        leavers = [each for each in leavers_of(integration, billing_now) if each.pair in pairs]
        runs = runs_ahead(integration, leavers, billing_now.date())
        if len(set(runs.values())) > 1:
            return ONE_BY_ONE
        answer: Answer | None = None
        for run in set(runs.values()):
            lines = [line.key for each in leavers if each.pair in runs for line in each.lines]
            asked = asked_to_put_back(run, _written_by(run, lines), actor=actor, dry_run=False, names=lines)
            answer = asked if isinstance(asked, NotNow) else request_run(integration, asked, now)
        if answer is not None and not isinstance(answer, SyncRun):
            return answer
        return TakenBack(bill_again(integration, pairs, actor=actor, now=now), answer)


def _written_by(run: SyncRun, lines: Collection[Pair]) -> list[Pair]:
    members = run.writes.values_list("members", flat=True)
    written = {(company, product) for each in members for company, product in each}
    return [pair for pair in lines if pair in written]
