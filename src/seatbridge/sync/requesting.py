"""Ask for a run: a queued row, which the engine picks up within a second. Pages and programs ask here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from seatbridge.integrations.models import Integration
from seatbridge.integrations.operator_stop import EVERYWHERE, stop_of, stop_sentence, stops_in_force
from seatbridge.ledger.writing import append
from seatbridge.sync.approvable import Pair, lines_approved_together, needs_approval_of_run
from seatbridge.sync.deciding import decide
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.putting_back.approving import approved_put_back
from seatbridge.sync.queueing import call_for_carriers, wake_carriers
from seatbridge.sync.shown.current import PlanLines, standing_of
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.show import show_lines
from seatbridge.sync.shown.shown_lines import ShownLine, read_lines
from seatbridge.sync.starting import Asked, new_run, new_runs


@dataclass(frozen=True, slots=True)
class AlreadyActive:
    """One run of an integration at a time: this one is under way."""

    run: SyncRun


@dataclass(frozen=True, slots=True)
class NotNow:
    """`sentence`: why nothing was asked for, and what to do. `status`: a code of product.md, or empty."""

    sentence: str
    status: str = ""


Answer = SyncRun | AlreadyActive | NotNow
OFF = NotNow(
    "The integration is off, so nothing is written to BMS. Switch it on, or preview.", "skipped:disabled"
)

NO_PUT_BACK = NotNow("None of these lines can be put back. The preview says why.")
NEWER = NotNow("A newer plan took this one's place. Look at the new one, then decide on its lines.")
SETTLED = (Group.UPDATED, Group.PLANNED, Group.UP_TO_DATE)
DRAFT = NotNow("The connection is not saved yet. Save it, then preview.")


def request_run(integration: Integration, asked: Asked, now: datetime) -> Answer:
    """Queue a run, unless one is under way. A second click finds the first one's run."""
    try:
        with transaction.atomic():
            row = Integration.objects.select_for_update().get(pk=integration.pk)
            if row.is_draft:
                return DRAFT
            if not row.enabled and not asked.dry_run:
                return OFF
            stop = None if asked.dry_run else stop_of(row.hostname)
            if stop is not None:
                return NotNow(f"Nothing was started: {stop_sentence(stop)}. A preview still works.")
            active = _active(integration)
            if active is None:
                run = new_run(row, asked, now, requested=True)
                call_for_carriers([run])
                return run
    except IntegrityError:  # somebody typed `sync` at this very instant
        active = SyncRun.objects.filter(integration=integration).latest("pk")
    if active.pause.get("tries") and active.state == SyncRun.State.PAUSED:
        _try_now(active, now)
    if not active.requested:
        # Should its process be gone, the engine takes it over; while it lives, it holds the integration.
        SyncRun.objects.filter(pk=active.pk).update(requested=True)
    return AlreadyActive(active)


def request_due(wanted: Mapping[int, Asked], now: datetime) -> set[int]:
    """Queue what schedules ask for, by integration, in as many queries as for one of them.

    Returns those that have a run under way: for these nothing was queued. Must be called in a transaction.
    """
    under_way = SyncRun.objects.filter(integration__in=list(wanted), state__in=SyncRun.ACTIVE)
    rows = Integration.objects.select_for_update().filter(pk__in=list(wanted), enabled=True, is_draft=False)
    locked = list(rows.order_by("pk"))
    stopped = {stop.host for stop in stops_in_force()}
    active = set(under_way.values_list("integration_id", flat=True))
    free = {
        row: wanted[row.pk]
        for row in locked
        if row.pk not in active and not stopped & {EVERYWHERE, row.hostname}
    }
    try:
        with transaction.atomic():
            call_for_carriers(new_runs(free, now))
    except IntegrityError:  # somebody typed `sync` at this very instant
        for row, asked in free.items():
            if isinstance(request_run(row, asked, now), AlreadyActive):
                active.add(row.pk)
    return active


def _try_now(run: SyncRun, now: datetime) -> None:
    """A person who asks while a run waits for its next try wants that try now."""
    put_off = SyncRun.objects.filter(pk=run.pk, state=SyncRun.State.PAUSED, resume_at__gt=now)
    with transaction.atomic():
        if put_off.update(resume_at=now):
            wake_carriers()


def request_approval(
    run: SyncRun, *, digest: str, actor: str, now: datetime, pairs: Collection[Pair] | None = None
) -> Answer:
    """Write what this plan showed: all of it, or the lines named by (company ref, product).

    `digest` is of the plan that the person saw. A line that moved since then is left out by the run itself.
    What was decided lasts until the next invoice run, also where that run breaks off.
    """
    asked = asked_approval(run, digest=digest, actor=actor, pairs=pairs)
    if isinstance(asked, NotNow):
        return asked
    with transaction.atomic():
        answer = request_run(run.integration, asked, now)
        if isinstance(answer, SyncRun):
            if run.puts_back_id is None:  # an order to put back lasts by itself
                decide(run, asked.approve_lines or None, Decision.Choice.APPROVE, actor=actor)
            append(
                run.integration.partner_id,
                "run.approval-asked",
                actor=actor,
                data={
                    "plan": run.pk,
                    "digest": digest,
                    "lines": [list(pair) for pair in asked.approve_lines],
                },
                integration_id=run.integration_id,
                run_id=answer.pk,
                at=now,
            )
    return answer


def asked_approval(
    run: SyncRun, *, digest: str, actor: str, pairs: Collection[Pair] | None = None
) -> Asked | NotNow:
    """What a person approves of this plan, for whoever carries it out."""
    refusal = other_plan(run, digest)
    if refusal is not None:
        return refusal
    if run.puts_back_id is not None:
        return approved_put_back(run, pairs, actor) or NO_PUT_BACK
    return _whole(run, actor) if pairs is None else _named(run, actor, pairs)


def other_plan(run: SyncRun, digest: str) -> NotNow | None:
    if digest == run.plan_digest and run.plan_digest:
        return None
    return NotNow("This is not the plan that you looked at. Look at it again, then decide.")


def newer_plan(run: SyncRun) -> NotNow | None:
    newer = SyncRun.objects.filter(integration=run.integration_id, pk__gt=run.pk, companies=[])
    if not newer.exclude(plan_digest="").exists():
        return None
    return NEWER


def _active(integration: Integration) -> SyncRun | None:
    return (
        SyncRun.objects.filter(integration=integration, state__in=SyncRun.ACTIVE)
        .defer("plan_document")
        .first()
    )


def _whole(run: SyncRun, actor: str) -> Asked | NotNow:
    state = SyncRun.objects.values_list("state", flat=True).get(pk=run.pk)
    previewed = run.dry_run and state == SyncRun.State.SUCCEEDED
    if state != SyncRun.State.AWAITING_APPROVAL and not previewed:
        return NotNow(
            "This plan does not wait any more: it was approved, cancelled, or a newer one replaced it."
        )
    return Asked(actor=actor, approve=True, companies=list(run.companies), approves_run=run)


def _named(run: SyncRun, actor: str, pairs: Collection[Pair]) -> Asked | NotNow:
    refusal = newer_plan(run)
    if refusal is not None:
        return refusal
    lines: list[ShownLine] = read_lines(show_lines(run))
    plan = standing_of(run.integration).plan
    # A line that a later run planned is decided on in that run's plan, if anything is left to decide.
    chosen = lines_approved_together([line for line in lines if plan.is_of(line, run)], pairs)
    if not chosen:
        return _decided_before(run, plan, pairs)
    return Asked(
        actor=actor,
        approve=any(needs_approval_of_run(line) for line in chosen),
        approve_lines=sorted(line.key for line in chosen),
        companies=sorted({line.company for line in chosen}),
        approves_run=run,
        only_named=True,
    )


def _decided_before(run: SyncRun, plan: PlanLines, pairs: Collection[Pair]) -> NotNow:
    """Why none of these lines can be approved in this plan: a second tab may show it as it was."""
    later = {line.key: line for line in plan.lines if line.key in pairs and not plan.is_of(line, run)}
    if not later:
        return NotNow("None of these lines waits for you any more.")
    if any(line.group not in SETTLED for line in later.values()):
        return NEWER
    runs = SyncRun.objects.filter(pk__in={plan.run_of[key] for key in later}, approves_run=run)
    first = runs.order_by("pk").defer("plan_document").first()
    if first is None:
        return NEWER
    names = ", ".join(dict.fromkeys(line.name for line in later.values()))
    return NotNow(
        f"{names}: approved already by {first.actor}, run {first.pk}. Nothing is left to write, and nothing "
        "was started."
    )
