"""`import companies|users|counts FILE`"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from seatbridge.cli.finding import find_partner
from seatbridge.cli.options import AsJson, File, PartnerName
from seatbridge.cli.printing import ERR, answer
from seatbridge.integrations.clocks import clock
from seatbridge.usage.imports import ImportReport, import_file


class Kind(StrEnum):
    COMPANIES = "companies"
    USERS = "users"
    COUNTS = "counts"


def import_feed(
    kind: Annotated[Kind, typer.Argument(show_default=False)],
    file: File,
    partner: PartnerName,
    *,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file names every company: who is absent has left.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Import a CSV file of companies, users or counts: all of it or nothing."""
    found = find_partner(partner)
    with _progress() as bar:
        task = bar.add_task("Reading", total=None)

        def show(rows: int, done: int | None, total: int | None) -> None:
            bar.update(task, completed=done or 0, total=total, description=f"{rows:,} rows")

        report = import_file(
            found,
            kind.value,
            source_of(file),
            complete=complete,
            dry_run=dry_run,
            now=clock().billing_now(),
            progress=show,
        )
    answer(asdict(report), _sentences(report), as_json=as_json)
    return 0


def source_of(file: Path) -> Path | BinaryIO:
    return sys.stdin.buffer if str(file) == "-" else file


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        yield bar


def _sentences(report: ImportReport) -> Iterator[str]:
    would = "would be " if report.dry_run else ""
    yield (
        f"{report.rows:,} rows: {report.created:,} {would}added, {report.changed:,} {would}changed, "
        f"{report.unchanged:,} unchanged."
    )
    if report.left:
        who = "users" if report.kind == "users" else "companies"
        yield f"{report.left:,} {who} {'would have' if report.dry_run else 'have'} left: the file lacks them."
    yield from report.warnings
    if report.dry_run:
        yield "Nothing was changed: this was a dry run."
