"""Sync runs: asked for, looked at, approved, cancelled."""

from collections.abc import Mapping
from typing import Any

from ninja import Query, Status

from seatbridge.api.answers import started
from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, cut, page_of_rows, read_cursor
from seatbridge.api.problems import FieldError, Problem
from seatbridge.api.schemas.pages import Page
from seatbridge.api.schemas.runs import (
    ApprovalIn,
    LeaveIn,
    LeftOut,
    LineOut,
    Mode,
    RunIn,
    RunOut,
    RunStarted,
    State,
    UndoIn,
)
from seatbridge.api.values import AskedId, Search
from seatbridge.integrations.clocks import clock
from seatbridge.partners.roles import Right
from seatbridge.sync.cancelling import NotCancellable, cancel_run
from seatbridge.sync.leaving import leave_lines
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.asking import request_put_back
from seatbridge.sync.requesting import NotNow, request_approval, request_run
from seatbridge.sync.shown.listed import listed_lines
from seatbridge.sync.shown.progress import progress_of
from seatbridge.sync.starting import Asked
from seatbridge.usage.models import Company

runs = resource("Runs")
ONE = "/runs/{run_id}"


@runs.operation("POST", f"{PATH}/runs", {202: RunStarted}, body="application/json", problems=(403,))
def start_run(request: Call, body: RunIn) -> Status[dict[str, Any]]:
    """Start a preview (`dry-run`), or a sync.

    A run that waits for approval as a whole is superseded. While one is under way: 409 with its id.
    """
    if body.mode == "sync" and not request.access.may(Right.APPROVE):
        raise Problem(403)
    _refuse_unknown(request, body.companies)
    asked = Asked(actor=request.access.actor, dry_run=body.mode == "dry-run", companies=body.companies)
    return started(request_run(request.integration, asked, clock().now()))


@runs.operation("GET", "/runs", Page[RunOut])
def list_runs(
    request: Call,
    paging: Query[Paging],
    integration: AskedId | None = None,
    state: State | None = None,
    mode: Mode | None = None,
) -> Found:
    """List the runs, newest first."""
    rows = request.access.scoped(SyncRun).defer("plan_document")
    if integration is not None:
        rows = rows.filter(integration=integration)
    if state is not None:
        rows = rows.filter(state=state)
    if mode is not None:
        rows = rows.filter(dry_run=mode == "dry-run")
    found = page_of_rows(request, rows, paging, "-pk")
    return Found([_run(row) for row in found.items], found.next_cursor)


@runs.operation("GET", ONE, RunOut)
def get_run(request: Call) -> dict[str, Any]:
    """Read a run."""
    return _run(request.run)


@runs.operation("GET", f"{ONE}/lines", Page[LineOut])
def list_lines(request: Call, paging: Query[Paging], status: Search = "", company: Search = "") -> Found:
    """List a run's lines: what was planned, and what became of it."""
    lines = listed_lines(request.run)
    (start,) = read_cursor(request, paging) or (0,)
    found: list[tuple[int, Mapping[str, Any]]] = []
    for place in range(start, len(lines)):
        line = lines[place]
        if (not status or line["status"] == status) and (not company or line["company"] == company):
            found.append((place, line))
        if len(found) > paging.limit:
            break
    page = cut(request, found, paging, lambda each: [each[0] + 1])
    return Found([line for _, line in page.items], page.next_cursor)


@runs.operation("POST", f"{ONE}/approve", {202: RunStarted}, right=Right.APPROVE, body="application/json")
def approve_run(request: Call, body: ApprovalIn) -> Status[dict[str, Any]]:
    """Write what a run's plan showed: all of it, or the lines that are named.

    Starts a new run over them; a line that moved since is left out by it. Lines that are written together or
    not at all go together.
    """
    pairs = None if body.lines is None else [(line.company, line.product) for line in body.lines]
    answer = request_approval(
        request.run, digest=body.digest, actor=request.access.actor, now=clock().now(), pairs=pairs
    )
    return started(answer)


@runs.operation("POST", f"{ONE}/leave", LeftOut, right=Right.APPROVE, body="application/json")
def leave_lines_of_run(request: Call, body: LeaveIn) -> dict[str, Any]:
    """Leave lines that wait as they are, until after the next invoice run.

    Nothing is written. Lines that are written together or not at all are left together.
    """
    pairs = {(line.company, line.product) for line in body.lines}
    answer = leave_lines(
        request.run, digest=body.digest, actor=request.access.actor, now=clock().now(), pairs=pairs
    )
    if isinstance(answer, NotNow):
        raise Problem(409, answer.sentence, answer.status)
    return {"lines": [{"company": line.company, "product": line.product} for line in answer.lines]}


@runs.operation("POST", f"{ONE}/cancel", RunOut, right=Right.APPROVE)
def cancel_a_run(request: Call) -> dict[str, Any]:
    """Cancel a run: one that waits ends now, one that writes stops before its next write."""
    try:
        return _run(cancel_run(request.run, clock().now()))
    except NotCancellable as reason:
        raise Problem(409, str(reason)) from reason


@runs.operation("POST", f"{ONE}/undo", {202: RunStarted}, right=Right.APPROVE, body="application/json")
def undo_run(request: Call, body: UndoIn | None = None) -> Status[dict[str, Any]]:
    """Put back what a run wrote: a new run writes the former units, all of them or of the lines named.

    Through the same limits: a line that one holds waits to be approved. Posted invoices are not changed.
    Until after the next invoice run the count is not written over such a line; then a person is asked.
    """
    lines = None if body is None else body.lines
    answer = request_put_back(
        request.run,
        None if lines is None else [(line.company, line.product) for line in lines],
        actor=request.access.actor,
        now=clock().now(),
        dry_run=body is not None and body.mode == "dry-run",
    )
    return started(answer)


def _refuse_unknown(request: Call, refs: list[str]) -> None:
    known = set(request.access.scoped(Company).filter(ref__in=refs).values_list("ref", flat=True))
    errors = [
        FieldError(f"companies.{number}", f"there is no company {ref[:100]!r}.")
        for number, ref in enumerate(refs)
        if ref not in known
    ]
    if errors:
        raise Problem(422, errors[0].message, errors=errors)


def _run(row: SyncRun) -> dict[str, Any]:
    active = row.state in SyncRun.ACTIVE
    return {
        "id": row.pk,
        "integration": row.integration_id,
        "mode": "dry-run" if row.dry_run else "sync",
        "state": row.state,
        "actor": row.actor,
        "companies": row.companies,
        "approves": row.approves_run_id,
        "puts_back": row.puts_back_id,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "resume_at": row.resume_at,
        "digest": row.plan_digest,
        "waits": row.holds,
        "summary": row.summary or None,
        "problem": row.problem or None,
        "progress": progress_of(row) if active else None,
    }
