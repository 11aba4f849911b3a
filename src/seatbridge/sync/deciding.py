"""Decide about lines of a plan: approve them, leave them as they are, or take a decision back.

A decision is kept at the instant that it is made, whatever becomes of the run that carries it out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from seatbridge.integrations.clocks import billing_today
from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.periods import ONE_DAY
from seatbridge.sync.approvable import Pair
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.plans import planned_lines

Row = Mapping[str, Any]
_KEY = ("integration", "contract_id", "service_id")
_WHAT = (
    "choice", "members", "status", "units", "units_before", "basis", "until", "by", "decided_on", "kept",
)  # fmt: skip


def rows_by_key(run: SyncRun) -> dict[Key, list[Row]]:
    """The plan's lines as planned, by the line in BMS that they share."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in planned_lines(run):
        # A plan of an older release says no deadline: nothing lasts that was decided on it.
        if row["service_id"] is not None and row["contract_id"] is not None and row["deadline"]:
            found[row["contract_id"], row["service_id"]].append(row)
    return found


def decide(
    run: SyncRun, pairs: Collection[Pair] | None, choice: Decision.Choice, *, actor: str
) -> list[Decision]:
    """Of the plan of `run`, about the lines of these companies and products.

    `pairs` None: about all that changes, but for what somebody chose to leave as it is.
    Must be called in the transaction that says so in the ledger. The newest decision about a line takes the
    place of an earlier one.
    """
    left = set() if pairs is not None else _left(run.integration)
    made = [
        _decision(run.integration, key, rows, choice, actor)
        for key, rows in rows_by_key(run).items()
        if _is_meant(rows, pairs) and not (pairs is None and key in left)
    ]
    _save(made)
    return made


def _left(integration: Integration) -> set[Key]:
    rows = Decision.objects.filter(integration=integration, choice=Decision.Choice.LEAVE)
    return set(rows.values_list("contract_id", "service_id"))


def _is_meant(rows: Sequence[Row], pairs: Collection[Pair] | None) -> bool:
    if pairs is not None:
        return any((row["company"], row["product"]) in pairs for row in rows)
    return any(row["outcome"] == "change" or row["status"] == "awaiting-approval" for row in rows)


def _decision(
    integration: Integration, key: Key, rows: Sequence[Row], choice: Decision.Choice, actor: str
) -> Decision:
    first = rows[0]
    return Decision(
        integration=integration,
        contract_id=key[0],
        service_id=key[1],
        choice=choice,
        members=[[row["company"], row["product"]] for row in rows],
        status=first["status"],
        units=first["units_after"],
        units_before=first["units_before"],
        basis=first["basis"],
        until=date.fromisoformat(first["deadline"]),
        by=actor,
        decided_on=billing_today(integration),
    )


def _save(made: Iterable[Decision]) -> None:
    Decision.objects.bulk_create(
        made, update_conflicts=True, unique_fields=_KEY, update_fields=_WHAT, batch_size=500
    )


def decisions_in_force(integration: Integration, today: date) -> QuerySet[Decision]:
    """Of those that approve or leave a line until the next invoice run; on the posting day still."""
    return Decision.objects.filter(integration=integration, until__gte=today)


def take_back(decision: Decision, *, actor: str, now: datetime) -> None:
    """From the next plan on the line is asked about again. What was written stays. Twice is once."""
    over = decision.decided_on - ONE_DAY
    with transaction.atomic():
        if Decision.objects.filter(pk=decision.pk, until__gt=over).update(until=over):
            _note(decision, "decision.taken-back", actor, now)


def _note(row: Decision, event: str, actor: str, now: datetime) -> None:
    append(
        row.integration.partner_id,
        event,
        actor=actor,
        data={"choice": str(row.choice), "companies": row.members, "until": row.until},
        integration_id=row.integration_id,
        contract_id=row.contract_id,
        service_id=row.service_id,
        at=now,
    )
