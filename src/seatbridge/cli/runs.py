"""`runs`, `run show|approve|cancel|undo`"""

from typing import Annotated

import typer
from django.db import transaction

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration, find_run
from seatbridge.cli.options import AsJson, RunId, group
from seatbridge.cli.printing import answer, print_document, print_table, tell
from seatbridge.cli.run_report import report_run
from seatbridge.cli.sync import ApproveLines, Everything, carry, lines_by_name
from seatbridge.integrations.clocks import clock
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.deciding import decide
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.sync.putting_back.approving import approved_put_back
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import NotNow, asked_approval
from seatbridge.sync.shown.progress import pause_words
from seatbridge.sync.shown.show import paused_until
from seatbridge.sync.starting import Asked

app = group("Sync runs: what was planned, and what became of it.")
MOST = 30
APPROVE = Decision.Choice.APPROVE


def list_runs(
    integration: Annotated[int | None, typer.Argument(metavar="INTEGRATION")] = None,
    *,
    as_json: AsJson = False,
) -> int:
    """List the newest runs."""
    rows = SyncRun.objects.order_by("-pk")
    if integration is not None:
        rows = rows.filter(integration=find_integration(integration))
    newest = list(rows.defer("plan_document")[:MOST])
    if as_json:
        print_document([_document(run) for run in newest])
    elif newest:
        print_table(
            ("Run", "Integration", "Began (UTC)", "State", "Lines written", "Money a month"),
            [
                (
                    run.pk,
                    run.integration_id,
                    f"{run.created_at:%d %b %Y %H:%M}",
                    _state(run),
                    run.summary.get("written", ""),
                    run.summary.get("money_delta", ""),
                )
                for run in newest
            ],
        )
    else:
        tell(["Nothing has run yet. Start with: seatbridge sync ID"])
    return 0


@app.command()
def show(number: RunId, *, everything: Everything = False, as_json: AsJson = False) -> int:
    """Show a run's lines."""
    return report_run(find_run(number), as_json=as_json, everything=everything)


@app.command()
def approve(
    number: RunId,
    *,
    approve_line: ApproveLines = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> int:
    """Write exactly what that plan showed; a line that moved since is left out.

    Of a plan that waits as a whole all of it, and held lines that are named; of any other the named lines.
    """
    run = find_run(number)
    named = lines_by_name(run.integration, approve_line or [])
    if run.puts_back_id is not None:
        put_back = approved_put_back(run, named or None, actor())
        if put_back is None:
            raise CommandRefused(
                "None of these lines can be put back.", fix=f"seatbridge run show {run.pk}", code=1
            )
        return report_run(carry(run.integration, put_back), as_json=as_json, everything=everything)
    asked = _asked(run, named)
    with transaction.atomic():
        decide(run, None if not asked.only_named else asked.approve_lines, APPROVE, actor=asked.actor)
        if named and not asked.only_named:
            decide(run, named, APPROVE, actor=asked.actor)
    return report_run(carry(run.integration, asked), as_json=as_json, everything=everything)


def _asked(run: SyncRun, named: list[tuple[str, str]]) -> Asked:
    previewed = run.dry_run and run.state == SyncRun.State.SUCCEEDED
    if run.state == SyncRun.State.AWAITING_APPROVAL or previewed:
        return Asked(
            actor=actor(),
            approve=True,
            approve_lines=named,
            companies=list(run.companies),
            approves_run=run,
        )
    asked = asked_approval(run, digest=run.plan_digest, actor=actor(), pairs=named)
    if isinstance(asked, Asked):
        return asked
    raise CommandRefused(
        f"Run {run.pk} does not wait for approval: it is {run.state}. {asked.sentence}",
        why="A newer plan takes the place of one that waits.",
        fix=f"Plan anew: seatbridge sync {run.integration_id}",
        code=1,
    )


@app.command()
def cancel(number: RunId, *, as_json: AsJson = False) -> int:
    """Cancel a run: one that waits ends now, one that writes stops before its next write."""
    run = cancel_run(find_run(number), clock().now())
    ended = run.state == SyncRun.State.CANCELLED
    said = "is cancelled." if ended else "stops before its next write."
    answer(_document(run), [f"Run {run.pk} {said}"], as_json=as_json)
    return 0


@app.command()
def undo(
    number: RunId,
    *,
    line: Annotated[
        list[str] | None,
        typer.Option("--line", metavar="COMPANY/PRODUCT", help="Put back only this line of the run."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be put back, and write nothing.")
    ] = False,
    approve_line: ApproveLines = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> int:
    """Put back what a run wrote, through the same limits; posted invoices are not changed."""
    run = find_run(number)
    asked = asked_to_put_back(
        run,
        lines_by_name(run.integration, line) if line else None,
        actor=actor(),
        dry_run=dry_run,
        names=lines_by_name(run.integration, approve_line or []),
    )
    if isinstance(asked, NotNow):
        raise CommandRefused(asked.sentence, fix=f"seatbridge run show {run.pk}", code=1)
    return report_run(carry(run.integration, asked), as_json=as_json, everything=everything)


def _state(run: SyncRun) -> str:
    state = pause_words(run) if run.state == SyncRun.State.PAUSED else str(run.state)
    return f"{state}, dry run" if run.dry_run else state


def _document(run: SyncRun) -> dict[str, object]:
    return {
        "id": run.pk,
        "integration": run.integration_id,
        "state": run.state,
        "dry_run": run.dry_run,
        "actor": run.actor,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "summary": run.summary,
        "paused": paused_until(run),
        "problem": run.problem or None,
    }
