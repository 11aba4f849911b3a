"""A run on the screen, as a document, and as an exit code."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from seatbridge.cli.printing import ERR, OUT, print_document, shown
from seatbridge.cli.questions import print_by_hand, print_question
from seatbridge.cli.run_table import print_run_table
from seatbridge.reconcile.dates import ONCE_A_PERIOD
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.approving import may_be_put_back
from seatbridge.sync.shown.groups import NEEDS_PERSON
from seatbridge.sync.shown.progress import pause_words
from seatbridge.sync.shown.show import show_run
from seatbridge.sync.shown.shown_lines import ShownLine, read_lines

STATES = {
    SyncRun.State.SUCCEEDED: "done",
    SyncRun.State.NEEDS_ATTENTION: "done, and something needs you",
    SyncRun.State.AWAITING_APPROVAL: "a plan that waits for your approval; nothing was written",
    SyncRun.State.FAILED: "failed",
    SyncRun.State.CANCELLED: "cancelled",
}


def report_run(run: SyncRun, *, as_json: bool, everything: bool = False) -> int:
    """Returns the exit code: 1 where the run failed, waits, or something needs a person."""
    document = show_run(run)
    lines = read_lines(document["lines"])
    if as_json:
        print_document(document)
    else:
        _print(run, document, lines, everything=everything)
    return exit_code(run, lines)


def exit_code(run: SyncRun, lines: list[ShownLine]) -> int:
    if run.state != SyncRun.State.SUCCEEDED:
        return 1
    return 1 if any(line.group in NEEDS_PERSON for line in lines) else 0


def _print(run: SyncRun, document: Mapping[str, Any], lines: list[ShownLine], *, everything: bool) -> None:
    kind = "Preview" if run.dry_run else "Run"
    back = f", which puts back run {run.puts_back_id}" if run.puts_back_id else ""
    state = "nothing was written" if run.dry_run and run.state == SyncRun.State.SUCCEEDED else _state(run)
    OUT.print(Text(f"{kind} {run.pk} of integration {run.integration_id}{back}: {state}", style="bold"))
    print_run_table(lines, waits=document["waits"], everything=everything)
    if not lines and not run.problem:
        OUT.print("There is nothing to bill yet: import companies and counts, then map them.")
    print_by_hand(lines)
    print_question(run.integration, lines)
    for sentence in document["waits"]:
        OUT.print(Text(f"The run waits: {shown(sentence)}", style="yellow"))
    _print_problem(run)
    for hint in _hints(run, lines):
        OUT.print(hint)


def _state(run: SyncRun) -> str:
    if run.state == SyncRun.State.PAUSED:
        return pause_words(run)
    return STATES.get(SyncRun.State(run.state), run.state)


def _print_problem(run: SyncRun) -> None:
    if run.problem:
        ERR.print(Text(shown(f"{run.problem['cause']} ({run.problem['status']})"), style="bold red"))
        ERR.print(shown(run.problem["fix"]))


def _hints(run: SyncRun, lines: list[ShownLine]) -> Iterator[str]:
    if run.puts_back_id is not None:
        yield from _put_back_hints(run, lines)
    elif run.state == SyncRun.State.AWAITING_APPROVAL:
        yield f"Approve exactly this plan: seatbridge run approve {run.pk}"
        yield f"Or plan anew and approve at once: seatbridge sync {run.integration_id} --approve"
    elif any(line.status in ("held:first-write", "current-units-unknown") for line in lines):
        yield f"Release first writes and unknown units: seatbridge sync {run.integration_id} --approve"
    named = next((line for line in lines if line.status in BY_NAME), None)
    if named is not None:
        yield (
            f"Release one line by name: seatbridge sync {run.integration_id} "
            f"--approve-line {shown(named.company)}/{named.product}"
        )
    if any(line.status == "outcome-unknown" for line in lines):
        yield "What is not finished in BMS: seatbridge owed list"


def _put_back_hints(run: SyncRun, lines: list[ShownLine]) -> Iterator[str]:
    yield "Posted invoices are not changed: what they carry stays."
    for line in lines:
        yield f"{shown(line.name)}: {shown(line.explanation)}"
    offered = [line for line in lines if may_be_put_back(line)]
    if offered and (run.dry_run or any(line.status != "planned" for line in offered)):
        yield f"Put back what this shows: seatbridge run approve {run.pk}"
    if any(ONCE_A_PERIOD in line.cause for line in lines):
        yield (
            "Are these contracts' Prorated Transactions in BMS empty? Say so, and it is put back at once: "
            f"seatbridge integration prorations {run.integration_id} none"
        )


BY_NAME = ("held:anomaly", "held:edited-in-bms", "held:plan-change")
