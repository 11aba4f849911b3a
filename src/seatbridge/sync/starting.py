"""Starting a run, taking up one that was queued, or taking over one whose process is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.sync.holding import RunHeld
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
    last_before_posting: bool = False
    only_named: bool = False  # of the plan that is approved, these lines and no others


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
        if run is not None and run.state == SyncRun.State.QUEUED and asked.dry_run and not run.dry_run:
            raise RunHeld(f"run {run.pk} of integration {integration.pk} is about to start")
        if run is not None and asked.dry_run and not run.dry_run:
            # A preview never goes on with writing: what the run left open waits for the next sync.
            run.state, run.ended_at = SyncRun.State.FAILED, now
            run.problem = {"status": "", "cause": "the run was interrupted", "fix": "sync again"}
            run.save()
            run = None
        if run is None:
            return new_run(integration, asked, now)
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


def new_run(integration: Integration, asked: Asked, now: datetime, *, requested: bool = False) -> SyncRun:
    """Must be called in a transaction, where no run of the integration is active."""
    if not asked.only_named:  # the rest of a plan that is approved in part goes on waiting
        _supersede_waiting(integration, now)
    return SyncRun.objects.create(
        integration=integration,
        actor=asked.actor,
        dry_run=asked.dry_run,
        approved=asked.approve or (asked.approves_run is not None and not asked.only_named),
        approved_lines=[list(pair) for pair in asked.approve_lines],
        approves_run=asked.approves_run,
        companies=list(asked.companies),
        last_before_posting=asked.last_before_posting,
        only_named=asked.only_named,
        requested=requested,
        created_at=now,
    )


def take_up(run_id: int) -> SyncRun | None:
    """Must be called while holding the integration. None: the run has ended meanwhile, cancelled say."""
    with transaction.atomic():
        run = SyncRun.objects.select_for_update().filter(pk=run_id, state__in=SyncRun.ACTIVE).first()
        if run is None:
            return None
        if run.state != SyncRun.State.QUEUED:
            run.fencing_token += 1
            run.taken_over += 1
        run.state = SyncRun.State.OBSERVING
        run.save()
        return run


def _supersede_waiting(integration: Integration, now: datetime) -> None:
    """The next plan supersedes a run that waits as a whole."""
    SyncRun.objects.filter(integration=integration, state=SyncRun.State.AWAITING_APPROVAL).update(
        state=SyncRun.State.CANCELLED, ended_at=now
    )
