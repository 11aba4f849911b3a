"""Starting a run, taking up one that was queued, or taking over one whose process is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from seatbridge.integrations.models import Integration
from seatbridge.sync.carriers import Carrier
from seatbridge.sync.leases import Heart, is_free, note_carrier
from seatbridge.sync.models import SyncRun

SCHEDULE = "Schedule"  # the actor of a run that nobody asked for


class RunHeld(Exception):
    """Another process carries this integration's run right now."""


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


def start_run(
    integration: Integration, asked: Asked, now: datetime, carrier: Carrier, heart: Heart | None
) -> SyncRun:
    """A new run, or the active one, taken over. Raises RunHeld where a living process carries that.

    What a person had released for the interrupted run stays released; what is asked now is added to it.
    """
    try:
        with transaction.atomic():
            run = _started(integration, asked, now, carrier)
            note_carrier(run, carrier, heart)
            return run
    except IntegrityError as error:  # another process started one at this very instant
        raise RunHeld(f"another process is syncing integration {integration.pk}") from error


def _started(integration: Integration, asked: Asked, now: datetime, carrier: Carrier) -> SyncRun:
    active = SyncRun.objects.select_for_update().filter(integration=integration, state__in=SyncRun.ACTIVE)
    run = active.first()
    if run is None:
        return new_run(integration, asked, now)
    if run.state == SyncRun.State.QUEUED and asked.dry_run and not run.dry_run:
        raise RunHeld(f"run {run.pk} of integration {integration.pk} is about to start")
    check_free(run, carrier)
    run.fencing_token += 1
    if asked.dry_run and not run.dry_run:
        # A preview never goes on with writing: what the run left open waits for the next sync.
        run.state, run.ended_at = SyncRun.State.FAILED, now
        run.problem = {"status": "", "cause": "the run was interrupted", "fix": "sync again"}
        run.save()
        return new_run(integration, asked, now)
    run.taken_over += 1
    run.dry_run = asked.dry_run
    run.approved = run.approved or asked.approve
    merged = {tuple(pair) for pair in run.approved_lines} | set(asked.approve_lines)
    run.approved_lines = [list(pair) for pair in sorted(merged)]
    run.companies = list(asked.companies) if run.companies and asked.companies else []
    run.state = SyncRun.State.OBSERVING
    run.save()
    return run


def check_free(run: SyncRun, carrier: Carrier) -> None:
    """Must be called with the row locked. Raises RunHeld while a process may be at work on it."""
    if SyncRun.objects.filter(is_free(), pk=run.pk).exists() or carrier.knows_gone(run.carried_by):
        return
    raise RunHeld(f"another process is syncing integration {run.integration_id}")


def new_run(integration: Integration, asked: Asked, now: datetime, *, requested: bool = False) -> SyncRun:
    """Must be called in a transaction, where no run of the integration is active."""
    if not asked.only_named:  # the rest of a plan that is approved in part goes on waiting
        _supersede_waiting(integration, now)
    plan = asked.approves_run or _approved_and_never_tried(integration, asked)
    return SyncRun.objects.create(
        integration=integration,
        actor=asked.actor,
        dry_run=asked.dry_run,
        approved=asked.approve or (plan is not None and not asked.only_named),
        approved_lines=[list(pair) for pair in asked.approve_lines],
        approves_run=plan,
        companies=list(asked.companies),
        last_before_posting=asked.last_before_posting,
        only_named=asked.only_named,
        requested=requested,
        created_at=now,
    )


def _approved_and_never_tried(integration: Integration, asked: Asked) -> SyncRun | None:
    """A plan that was approved as a whole, where BMS could not be read since: its approval goes on."""
    if asked.dry_run or asked.companies:
        return None
    rows = SyncRun.objects.filter(integration=integration, dry_run=False).select_related("approves_run")
    last = rows.defer("approves_run__plan_document").order_by("-pk").first()
    if last is None or last.state != SyncRun.State.FAILED or last.plan_digest or last.only_named:
        return None
    return last.approves_run


def take_up(run_id: int, carrier: Carrier, heart: Heart | None) -> SyncRun | None:
    """None: the run has ended meanwhile. Raises RunHeld while a process may be at work on it."""
    with transaction.atomic():
        run = SyncRun.objects.select_for_update().filter(pk=run_id, state__in=SyncRun.ACTIVE).first()
        if run is None:
            return None
        check_free(run, carrier)
        if run.state != SyncRun.State.QUEUED:
            run.fencing_token += 1
            run.taken_over += 1
        run.state = SyncRun.State.OBSERVING
        run.save(update_fields=["fencing_token", "taken_over", "state"])
        note_carrier(run, carrier, heart)
        return run


def _supersede_waiting(integration: Integration, now: datetime) -> None:
    """The next plan supersedes a run that waits as a whole."""
    SyncRun.objects.filter(integration=integration, state=SyncRun.State.AWAITING_APPROVAL).update(
        state=SyncRun.State.CANCELLED, ended_at=now
    )
