"""Starting a run, or taking over one whose process is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import SyncRun


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person or a schedule asked for."""

    actor: str
    dry_run: bool = False
    approve: bool = False
    approve_lines: Sequence[tuple[str, str]] = ()
    companies: Sequence[str] = ()
    approves_run: SyncRun | None = None


def start_run(integration: Integration, asked: Asked, now: datetime) -> SyncRun:
    """Must be called while holding the integration: an active run that nobody holds is taken over.

    What a person had released for the interrupted run stays released; what is asked now is added to it.
    """
    with transaction.atomic():
        run = (
            SyncRun.objects.select_for_update()
            .filter(integration=integration, state__in=SyncRun.ACTIVE)
            .first()
        )
        if run is not None and asked.dry_run and not run.dry_run:
            # A preview never goes on with writing: what the run left open waits for the next sync.
            run.state, run.ended_at = SyncRun.State.FAILED, now
            run.problem = {"status": "", "cause": "the run was interrupted", "fix": "sync again"}
            run.save()
            run = None
        if run is None:
            _supersede_waiting(integration, now)
            return SyncRun.objects.create(
                integration=integration,
                actor=asked.actor,
                dry_run=asked.dry_run,
                approved=asked.approve or asked.approves_run is not None,
                approved_lines=[list(pair) for pair in asked.approve_lines],
                approves_run=asked.approves_run,
                companies=list(asked.companies),
                created_at=now,
            )
        run.fencing_token += 1
        run.taken_over += 1
        run.dry_run = asked.dry_run
        run.approved = run.approved or asked.approve
        merged = {tuple(pair) for pair in run.approved_lines} | set(asked.approve_lines)
        run.approved_lines = [list(pair) for pair in sorted(merged)]
        run.companies = list(asked.companies) if run.companies and asked.companies else []
        run.state = SyncRun.State.OBSERVING
        run.save()
        return run


def _supersede_waiting(integration: Integration, now: datetime) -> None:
    """The next plan supersedes a run that waits as a whole."""
    SyncRun.objects.filter(integration=integration, state=SyncRun.State.AWAITING_APPROVAL).update(
        state=SyncRun.State.CANCELLED, ended_at=now
    )
