"""A file of companies, users or counts becomes rows: all of it or nothing, and twice is as good as once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from seatbridge.partners.models import Partner
from seatbridge.usage.columns import Columns, match_columns, names_known
from seatbridge.usage.models import Company
from seatbridge.usage.opening import OpenedText, opened
from seatbridge.usage.parsing import Around, parse_row, parsers_of
from seatbridge.usage.previewing import CountPreview
from seatbridge.usage.refusals import Faults, ImportRefused, RowError, refuse_file, shown
from seatbridge.usage.reports import ImportReport
from seatbridge.usage.staging import BATCH, Staging, staging
from seatbridge.usage.tables import Row, rows_of
from seatbridge.usage.taking import Coming, take_staged

__all__ = ["KINDS", "ImportRefused", "ImportReport", "RowError", "import_file"]
KINDS = ("companies", "users", "counts")
# rows read so far, bytes read so far, bytes in all
Progress = Callable[[int, int | None, int | None], None]


@dataclass(frozen=True, slots=True)
class _Job:
    partner: Partner
    kind: str
    complete: bool
    now: datetime
    progress: Progress | None

    @property
    def around(self) -> Around:
        ids = Company.objects.filter(partner=self.partner).values_list("ref", "pk")
        known = {} if self.kind == "companies" else dict(ids)
        return Around(known, ZoneInfo(self.partner.timezone), self.now)


def import_file(  # noqa: PLR0913 - what, whose, how, and who is told of it
    partner: Partner,
    kind: str,
    source: str | Path | BinaryIO,
    *,
    complete: bool,
    dry_run: bool,
    now: datetime,
    progress: Progress | None = None,
    preview: CountPreview | None = None,
) -> ImportReport:
    """`kind`: one of KINDS. `now`: aware; the moment that a roster, or a count without one, speaks of.

    `complete`: the file names every company of the partner. `dry_run`: the same work, rolled back at its end.
    `preview`: hears what a list of counts changes.
    Raises ImportRefused with rows and fields; nothing has changed then.
    """
    job = _Job(partner, kind, complete, now.astimezone(UTC), progress)
    with opened(source) as text, staging(kind, job.now) as staged:
        columns, rows = _read_into(staged, text, job)
        coming = Coming(partner, kind, "file", complete, job.now, columns.places, text.scanned.sha256, rows)
        warnings = _reading_warnings(text, columns)
        return take_staged(coming, dry_run=dry_run, warnings=warnings, preview=preview)


def _read_into(staged: Staging, text: OpenedText, job: _Job) -> tuple[Columns, int]:
    """Every row is checked and staged; of a file with faults all rows are checked. Raises ImportRefused."""
    numbered = rows_of(text.lines, partial(names_known, job.kind))
    _, header = next(numbered, (0, []))
    columns = match_columns(job.kind, header)
    parsers = parsers_of(job.kind, columns, job.around)
    faults = Faults()
    rows = 0
    for row, cells in _whole(numbered, columns.width, faults):
        values = parse_row(parsers, row, cells, faults)
        if not faults:
            staged.add(values)
        rows += 1
        if job.progress and rows % BATCH == 0:
            job.progress(rows, text.bytes_done(), text.scanned.size)
    if not faults:
        _refuse_empty(rows, job)
        staged.finish(faults)
    faults.raise_if_any()
    if job.progress:
        job.progress(rows, text.scanned.size, text.scanned.size)
    return columns, rows


def _whole(numbered: Iterator[Row], width: int, faults: Faults) -> Iterator[Row]:
    """Rows as wide as the header, plus one empty cell for the columns that the file lacks."""
    for row, cells in numbered:
        if len(cells) != width:
            if len(cells) < width or any(cells[width:]):
                faults.add(row, "", f"has {len(cells)} cells, but the header has {width}.")
                continue
            del cells[width:]
        cells.append("")
        yield row, cells


def _refuse_empty(rows: int, job: _Job) -> None:
    if rows == 0:
        why = " An empty complete list would say that every company left." if job.complete else ""
        raise refuse_file(f"The file has a header and no rows.{why}")


def _reading_warnings(text: OpenedText, columns: Columns) -> tuple[str, ...]:
    said = []
    if text.scanned.encoding == "cp1252":
        said.append("Read as Windows-1252, because the file is not UTF-8. Check names with accents.")
    if columns.unknown:
        said.append(f"Columns that are not read: {', '.join(map(shown, columns.unknown[:10]))}.")
    return tuple(said)
