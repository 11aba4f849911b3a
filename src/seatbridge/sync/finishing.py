"""The end of a run: what became of every line, the summary, the mappings' Last Sync and Status."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from seatbridge.mappings.stamping import stamp_statuses
from seatbridge.psa.errors import MissingRight, NeedsCredentials, PsaError, RateLimited, Rejected
from seatbridge.reconcile.planned import Plan
from seatbridge.sync.adopting import adopt
from seatbridge.sync.company_status import CALM, worst_status
from seatbridge.sync.fencing import fenced, save_fenced
from seatbridge.sync.guarding import look_after_everybody
from seatbridge.sync.keeping import keep_waiting
from seatbridge.sync.memory import open_debts
from seatbridge.sync.models import LineResult, SyncRun
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, WritingStopped

ENDS_WITH = ("problem", "summary", "state", "ended_at", "carried_by", "lease_until")
WRITTEN = ("synced", "synced-with-warning", "scheduled")


def problem_of(reason: PsaError | WritingStopped) -> dict[str, str]:
    """The status of a run that ended early, sorted by fate."""
    if isinstance(reason, WritingStopped):
        return {"status": reason.status, "cause": reason.cause, "fix": reason.fix}
    status = "error:psa-unreachable"
    if isinstance(reason, MissingRight):
        status = "error:permission"
    elif isinstance(reason, NeedsCredentials):
        status = "error:credentials"
    elif isinstance(reason, RateLimited):
        status = "error:rate-limited"
    elif isinstance(reason, Rejected):
        status = "error:psa-rejected"
    cause = reason.what if not reason.why else f"{reason.what.rstrip('.')}: {reason.why}"
    return {"status": status, "cause": cause, "fix": reason.fix}


def fail_run(run: SyncRun, problem: dict[str, str], now: datetime) -> None:
    """Unless another process carries it on."""
    run.problem, run.state, run.ended_at = problem, SyncRun.State.FAILED, now
    _save_end(run)


def _save_end(run: SyncRun) -> None:
    run.carried_by, run.lease_until = "", None
    save_fenced(run, ENDS_WITH)


def finish(running: Running, planned: Plan | None, problem: dict[str, str]) -> None:
    """One transaction: results, summary, memory, statuses, ledger."""
    run = running.run
    running.at("before-finish")
    with fenced(run):
        results = {} if planned is None else _results(running, planned, problem)
        run.problem = problem
        run.summary = {} if planned is None else _summary(planned, results)
        run.state = _end_state(running, planned, results, problem)
        run.ended_at = running.now()
        _save_end(run)
        LineResult.objects.filter(run=run).delete()
        LineResult.objects.bulk_create(
            LineResult(
                run=run, company=company, product=product, status=status, cause=cause, fix=fix,
                line_id=running.line_ids.get((company, product)),
                units_before=running.learned_before.get((company, product)),
            )
            for (company, product), (status, cause, fix) in results.items()
        )  # fmt: skip
        if planned is not None and not run.dry_run:
            adopt(running, planned)
            keep_waiting(running, planned, results)
            stamp_statuses(running.integration, _by_company(planned, results), running.now())
        # Statuses as values: `error:credentials` as a name would be taken for a secret's.
        by_status = sorted(run.summary.get("by_status", {}).items())
        summary = {**run.summary, "by_status": by_status}
        note(running, "run.ended", state=run.state, summary=summary, problem=problem)
    running.at("after-finish")
    look_after_everybody(run, running.now())


Status = tuple[str, str, str]


def _results(running: Running, planned: Plan, problem: dict[str, str]) -> dict[tuple[str, str], Status]:
    """Only where it differs from the plan: what was written, and what could not be reached any more."""
    results = dict(running.statuses)
    if running.run.dry_run or planned.waits_for_approval:
        return results
    for write in planned.writes:
        for member in write.members:
            if member not in results and problem:
                results[member] = (problem["status"], problem["cause"], problem["fix"])
    shown = {(line.company, line.product) for line in planned.lines}
    return {member: status for member, status in results.items() if member in shown}


def _summary(planned: Plan, results: dict[tuple[str, str], Status]) -> dict[str, object]:
    """Counts by status; money a month, each line of BMS once however many companies share it."""
    by_status: Counter[str] = Counter()
    written: dict[tuple[int | None, int | None], Decimal] = {}
    for line in planned.lines:
        result = results.get((line.company, line.product))
        by_status[line.status if result is None else result[0]] += 1
        if result is not None and result[0] in WRITTEN and line.money_delta is not None:
            written[line.contract_id, line.service_id] = line.money_delta
    return {
        "lines": len(planned.lines),
        "by_status": dict(sorted(by_status.items())),
        "written": len(written),
        "money_delta": f"{sum(written.values(), Decimal(0)):.2f}",
    }


def _end_state(
    running: Running, planned: Plan | None, results: dict[tuple[str, str], Status], problem: dict[str, str]
) -> SyncRun.State:
    if planned is None:
        return SyncRun.State.FAILED
    if problem:
        return SyncRun.State.CANCELLED if running.run.cancel_asked else SyncRun.State.NEEDS_ATTENTION
    if running.run.dry_run:
        return SyncRun.State.SUCCEEDED
    if planned.waits_for_approval:
        return SyncRun.State.AWAITING_APPROVAL
    statuses = {results.get((row.company, row.product), (row.status,))[0] for row in planned.lines}
    if any(status not in CALM for status in statuses) or open_debts(running.integration):
        return SyncRun.State.NEEDS_ATTENTION
    return SyncRun.State.SUCCEEDED


def _by_company(planned: Plan, results: dict[tuple[str, str], Status]) -> dict[str, str]:
    """One status a company: the one that most needs a person."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in planned.lines:
        status = results.get((line.company, line.product), (line.status,))[0]
        found.setdefault(line.company, []).append((line.outcome, status))
    return {company: worst_status(lines) for company, lines in found.items()}
