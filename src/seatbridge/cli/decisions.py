"""`decision list|leave|take-back`"""

from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration, find_run
from seatbridge.cli.options import AsJson, IntegrationId, RunId, group
from seatbridge.cli.printing import answer, print_document, print_table, tell
from seatbridge.cli.sync import lines_by_name
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.reconcile.words import either_unknown
from seatbridge.sync.deciding import decisions_in_force, take_back
from seatbridge.sync.leaving import LeftLines, leave_lines
from seatbridge.sync.models import Decision

app = group("What was decided about lines, until the next invoice run.")
Lines = Annotated[list[str], typer.Argument(metavar="COMPANY/PRODUCT...")]


@app.command("list")
def list_decisions(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """List the decisions that are in force."""
    integration = find_integration(number)
    rows = list(decisions_in_force(integration, billing_today(integration)).order_by("pk"))
    if as_json:
        print_document([_document(row) for row in rows])
    elif rows:
        print_table(
            ("Number", "Line", "Units", "Decision", "By", "Until posting on"),
            [
                (
                    row.pk,
                    ", ".join("/".join(pair) for pair in row.members),
                    f"{either_unknown(row.units_before)} → {either_unknown(row.units)}",
                    row.choice,
                    row.by,
                    row.until,
                )
                for row in rows
            ],
        )
    else:
        tell(["No decision is in force."])
    return 0


@app.command()
def leave(number: RunId, lines: Lines, *, as_json: AsJson = False) -> int:
    """Leave lines of a plan as they are, until after the next invoice run."""
    run = find_run(number)
    pairs = lines_by_name(run.integration, lines)
    left = leave_lines(run, digest=run.plan_digest, actor=actor(), now=clock().now(), pairs=set(pairs))
    if not isinstance(left, LeftLines):
        raise CommandRefused(
            left.sentence, fix=f"Plan anew: seatbridge sync {run.integration_id} --dry-run", code=1
        )
    names = ["/".join(line.key) for line in left.lines]
    answer({"left": names}, [f"Left as it is: {', '.join(names)}."], as_json=as_json)
    return 0


@app.command("take-back")
def take_decision_back(number: Annotated[int, typer.Argument(metavar="DECISION")]) -> int:
    """Take a decision back: the next plan asks again. What was written stays."""
    row = Decision.objects.select_related("integration__partner").filter(pk=number).first()
    if row is None:
        raise CommandRefused(f"There is no decision {number}.", fix="List them: seatbridge decision list ID")
    take_back(row, actor=actor(), now=clock().now())
    tell(["Taken back: the next plan asks again."])
    return 0


def _document(row: Decision) -> dict[str, object]:
    return {
        "id": row.pk,
        "choice": row.choice,
        "lines": row.members,
        "units_before": row.units_before,
        "units": row.units,
        "by": row.by,
        "decided_on": row.decided_on,
        "until": row.until,
    }
