"""Take back that billing stops: also where its 0 is written already for a day that has not come.

Without that write being put back the company would go unbilled from that day on by nobody's word.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import Key
from seatbridge.sync.approvable import Pair
from seatbridge.sync.models import LineMemory, SyncRun, Write
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import Answer, NotNow, request_run
from seatbridge.sync.running import key_of
from seatbridge.sync.starting import Asked
from seatbridge.sync.stated.stop_billing import Leaver, bill_again, leavers_of


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


def take_back(
    integration: Integration, pair: Pair, *, actor: str, now: datetime, billing_now: datetime
) -> Answer | None:
    """None: nothing was decided on it any more. Where the 0 cannot be put back now, the decision stays."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        leavers = [each for each in leavers_of(integration, billing_now) if each.pair == pair]
        run = runs_ahead(integration, leavers, billing_now.date()).get(pair)
        asked: Asked | NotNow = Asked(actor=actor, companies=[pair[0]])
        if run is not None:
            lines = [line.key for each in leavers for line in each.lines]
            asked = asked_to_put_back(run, _written_by(run, lines), actor=actor, dry_run=False, names=lines)
        if isinstance(asked, NotNow):
            return asked
        if not bill_again(integration, [pair], actor=actor, now=now):
            return None
        answer = request_run(integration, asked, now)
        if run is not None and not isinstance(answer, SyncRun):
            transaction.set_rollback(True)
        return answer


def _written_by(run: SyncRun, lines: Collection[Pair]) -> list[Pair]:
    members = run.writes.values_list("members", flat=True)
    written = {(company, product) for each in members for company, product in each}
    return [pair for pair in lines if pair in written]
