"""A run as other programs read it: the plan's lines, and what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seatbridge.sync.models import LineResult, SyncRun
from seatbridge.sync.plans import planned_lines
from seatbridge.sync.shown.progress import pause_words

LINE_FIELDS = (
    "company",
    "company_name",
    "product",
    "contract_id",
    "service_id",
    "line_id",
    "units_before",
    "evidence",
    "units_after",
    "explanation",
    "unit_price",
    "currency",
    "money_delta",
    "money_delta_period",
    "effective_date",
    "proration",
    "outcome",
    "status",
    "cause",
    "fix",
    "deadline",
    "waiting",
)


def show_run(run: SyncRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "integration": run.integration_id,
        "state": run.state,
        "dry_run": run.dry_run,
        "created_at": run.created_at.isoformat(),
        "ended_at": None if run.ended_at is None else run.ended_at.isoformat(),
        "summary": run.summary,
        "waits": run.holds,
        "paused": paused_until(run),
        "problem": run.problem or None,
        "lines": show_lines(run),
    }


def paused_until(run: SyncRun) -> dict[str, str] | None:
    if run.state != SyncRun.State.PAUSED or run.resume_at is None:
        return None
    return {"until": run.resume_at.isoformat(), "words": pause_words(run)}


def show_lines(run: SyncRun) -> list[dict[str, Any]]:
    results = {(row.company, row.product): row for row in LineResult.objects.filter(run=run)}
    return _lines(run, results)


def show_runs(runs: Iterable[SyncRun]) -> Iterator[tuple[SyncRun, list[dict[str, Any]]]]:
    """The lines of several runs by two queries."""
    found = list(runs)
    results: dict[int, dict[tuple[str, str], LineResult]] = {run.pk: {} for run in found}
    for row in LineResult.objects.filter(run__in=list(results)):
        results[row.run_id][row.company, row.product] = row
    for run in found:
        yield run, _lines(run, results[run.pk])


def _lines(run: SyncRun, results: Mapping[tuple[str, str], LineResult]) -> list[dict[str, Any]]:
    return [_line(row, results.get((row["company"], row["product"]))) for row in planned_lines(run)]


def _line(planned: dict[str, Any], result: LineResult | None) -> dict[str, Any]:
    line = {name: planned[name] for name in LINE_FIELDS}
    line |= {"evidence_code": planned.get("evidence_code", ""), "users": planned.get("users")}
    line["instead_of"] = planned.get("instead_of")
    if result is not None:
        line |= {"status": result.status, "cause": result.cause, "fix": result.fix, "waiting": ""}
        if result.line_id is not None:
            line["line_id"] = result.line_id
        if result.units_before is not None and line["units_before"] is None:
            line["units_before"] = result.units_before
    return line
