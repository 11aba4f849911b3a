"""Starting a run, taking up one that was queued, or taking over one whose process is gone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, OuterRef, Subquery, When

from seatbridge.integrations.models import Integration
from seatbridge.sync.carriers import Carrier
from seatbridge.sync.leases import Heart, carried, is_free, note_carrier
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
    puts_back: SyncRun | None = None  # the former units of that run's lines are written, no counts
    puts_back_lines: Sequence[tuple[str, str]] = ()  # of that run, these lines and no others
    only_named: bool = False  # of the plan that is approved, these lines and no others


def start_run(
    integration: Integration, asked: Asked, now: datetime, carrier: Carrier, heart: Heart | None
) -> SyncRun:
    """A new run, or the active one, taken over, with its integration as it is now.

    Raises RunHeld where a living process carries that one. What a person had released for the interrupted run
    stays released; what is asked now is added to it, where it is that very run which is asked for.
    """
    try:
        with transaction.atomic():
            run = _started(integration, asked, now, carrier, heart)
            run.lease_until = None  # its moment is the database's
            run.integration = Integration.objects.select_related("partner").get(pk=integration.pk)
            return run
    except IntegrityError as error:  # another process started one at this very instant
        raise RunHeld(f"another process is syncing integration {integration.pk}") from error


def _started(
    integration: Integration, asked: Asked, now: datetime, carrier: Carrier, heart: Heart | None
) -> SyncRun:
    ours = {**carried(carrier, heart), "state": SyncRun.State.OBSERVING}
    active = SyncRun.objects.select_for_update().filter(integration=integration, state__in=SyncRun.ACTIVE)
    run = active.first()
    if run is None:
        return new_run(integration, asked, now, **ours)
    if not _is_part_of(run, asked):
        if _has_turn_to_come(run):
            raise RunHeld(f"run {run.pk} of integration {integration.pk} has its turn to come")
        check_free(run, carrier)
        _end_interrupted(run, now)
        return new_run(integration, asked, now, **ours)
    check_free(run, carrier)
    run.fencing_token += 1
    run.taken_over += 1
    run.approved = run.approved or asked.approve
    merged = {tuple(pair) for pair in run.approved_lines} | set(asked.approve_lines)
    run.approved_lines = [list(pair) for pair in sorted(merged)]
    if run.puts_back_id is None:
        run.companies = _companies_together(run.companies, asked.companies)
    run.save()
    note_carrier(run, carrier, heart, state=SyncRun.State.OBSERVING, resume_at=None)
    return run


def take_turn(
    integration: Integration, asked: Asked, carrier: Carrier, heart: Heart | None
) -> SyncRun | None:
    """A run that waits for its turn and does something else than the sync that is asked for: it goes first.

    None: there is none. Raises RunHeld where a living process has taken it up.
    """
    if asked.dry_run or asked.approves_run is not None or asked.puts_back is not None:
        return None
    run = SyncRun.objects.filter(integration=integration, state__in=SyncRun.ACTIVE).first()
    if run is None or not _has_turn_to_come(run) or _is_part_of(run, asked):
        return None
    return take_up(run.pk, carrier, heart)


def _has_turn_to_come(run: SyncRun) -> bool:
    return not run.dry_run and run.state in (SyncRun.State.QUEUED, SyncRun.State.PAUSED)


def _is_part_of(run: SyncRun, asked: Asked) -> bool:
    """Whether the active run does what is asked, so that it may go on with both words together.

    A preview never goes on with writing, and what was only asked to be shown is never written. A word on one
    plan, on one run's lines, or on some companies releases nothing of what another run is about.
    """
    if run.cancel_asked or run.dry_run is not asked.dry_run:
        return False
    if asked.approves_run is None and asked.puts_back is None:
        if run.puts_back_id is not None:
            return not run.dry_run
        # The lines approved by name stay approved, for the new run too.
        return not run.only_named and not _widens_a_word(run, asked)
    if _widens_a_word(run, asked):
        return False
    return (run.approves_run_id, run.puts_back_id, run.only_named, run.puts_back_lines) == (
        asked.approves_run and asked.approves_run.pk,
        asked.puts_back and asked.puts_back.pk,
        asked.only_named,
        [list(pair) for pair in asked.puts_back_lines],
    )


def _widens_a_word(run: SyncRun, asked: Asked) -> bool:
    """Whether the approval of some companies would be one of others too."""
    together = set(_companies_together(run.companies, asked.companies))
    words = [run.companies] * run.approved + [asked.companies] * asked.approve
    return any(set(companies) and set(companies) != together for companies in words)


def _companies_together(some: Sequence[str], others: Sequence[str]) -> list[str]:
    """None named: all."""
    return sorted({*some, *others}) if some and others else []


def _end_interrupted(run: SyncRun, now: datetime) -> None:
    """What it left open in BMS waits for the next sync, which reads it first."""
    run.fencing_token += 1
    run.ended_at = now
    run.state = SyncRun.State.CANCELLED if run.cancel_asked else SyncRun.State.FAILED
    run.problem = (
        {} if run.cancel_asked else {"status": "", "cause": "the run was interrupted", "fix": "sync again"}
    )
    run.save()


def check_free(run: SyncRun, carrier: Carrier) -> None:
    """Must be called with the row locked. Raises RunHeld while a process may be at work on it."""
    if SyncRun.objects.filter(is_free(), pk=run.pk).exists() or carrier.knows_gone(run.carried_by):
        return
    raise _held(run)


def _held(run: SyncRun) -> RunHeld:
    return RunHeld(f"another process is syncing integration {run.integration_id}")


def new_run(integration: Integration, asked: Asked, now: datetime, **more: object) -> SyncRun:
    """Must be called in a transaction, where no run of the integration is active.

    `more`: fields of the run that are saved with it.
    """
    # The rest of a plan that is approved in part, or beside which something is put back, goes on waiting.
    if not asked.only_named and asked.puts_back is None:
        _supersede_waiting([integration], now)
    plans = _approved_and_never_tried({integration: asked})
    run = _made(integration, asked, now, plans.get(integration.pk), **more)
    run.save(force_insert=True)
    return run


def new_runs(wanted: Mapping[Integration, Asked], now: datetime) -> list[SyncRun]:
    """The same for many integrations, none of which has a run under way, in as many queries as for one."""
    _supersede_waiting(wanted, now)
    plans = _approved_and_never_tried(wanted)
    return SyncRun.objects.bulk_create(
        _made(integration, asked, now, plans.get(integration.pk), requested=True)
        for integration, asked in wanted.items()
    )


def _made(
    integration: Integration, asked: Asked, now: datetime, left_over: int | None, **more: object
) -> SyncRun:
    plan = left_over if asked.approves_run is None else asked.approves_run.pk
    return SyncRun(
        integration=integration,
        actor=asked.actor,
        dry_run=asked.dry_run,
        approved=asked.approve or (plan is not None and not asked.only_named),
        approved_lines=[list(pair) for pair in asked.approve_lines],
        approves_run_id=plan,
        puts_back=asked.puts_back,
        puts_back_lines=[list(pair) for pair in asked.puts_back_lines],
        companies=list(asked.companies),
        last_before_posting=asked.last_before_posting,
        only_named=asked.only_named,
        created_at=now,
        **more,
    )


def _approved_and_never_tried(wanted: Mapping[Integration, Asked]) -> dict[int, int]:
    """Plans that were approved as a whole, where BMS could not be read since: their approval goes on.

    By integration.
    """
    whole = [
        row.pk
        for row, asked in wanted.items()
        if not (asked.dry_run or asked.companies or asked.puts_back or asked.approves_run)
    ]
    if not whole:
        return {}
    newest = SyncRun.objects.filter(integration=OuterRef("integration"), dry_run=False).order_by("-pk")
    broken = SyncRun.objects.filter(
        integration__in=whole, pk=Subquery(newest.values("pk")[:1]), state=SyncRun.State.FAILED
    )
    left = broken.filter(companies=[], plan_digest="", only_named=False, approves_run__isnull=False)
    return dict(left.values_list("integration_id", "approves_run_id"))


def take_up(run_id: int, carrier: Carrier, heart: Heart | None) -> SyncRun | None:
    """The run with its integration as it is now, in one query. None: it has ended meanwhile.

    Raises RunHeld while a process may be at work on it.
    """
    active = SyncRun.objects.filter(state__in=SyncRun.ACTIVE).select_related("integration__partner")
    free = Case(When(is_free(), then=True), default=False)
    with transaction.atomic():
        row = active.annotate(free=free).select_for_update(of=("self",)).filter(pk=run_id)
        run = next(iter(row), None)
        if run is None:
            return None
        if not (run.free or carrier.knows_gone(run.carried_by)):
            raise _held(run)
        if run.state != SyncRun.State.QUEUED:
            run.fencing_token += 1
            run.taken_over += 1
        note_carrier(
            run,
            carrier,
            heart,
            fencing_token=run.fencing_token,
            taken_over=run.taken_over,
            state=SyncRun.State.OBSERVING,
            resume_at=None,
        )
        return run


def _supersede_waiting(integrations: Iterable[Integration], now: datetime) -> None:
    """The next plan supersedes a run that waits as a whole."""
    waiting = SyncRun.objects.filter(
        integration__in=list(integrations), state=SyncRun.State.AWAITING_APPROVAL
    )
    waiting.update(state=SyncRun.State.CANCELLED, ended_at=now)
