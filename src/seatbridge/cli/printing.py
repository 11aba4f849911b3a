"""What people and programs get to see: results on stdout, progress and failures on stderr."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seatbridge.cli.failing import Failure

WIDE = 140  # where nothing says how wide a line may be: a pipe, a file


def _console(*, stderr: bool) -> Console:
    """Names come from strangers: nothing in them is taken as markup."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False, width=width)


OUT = _console(stderr=False)
ERR = _console(stderr=True)


def print_document(document: object) -> None:
    """The one JSON document of a command with --json."""
    sys.stdout.write(json.dumps(document, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__} has no place in a document")


def shown(text: object) -> str:
    """One line without control characters: a name in BMS must not steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        OUT.print(shown(line))


def answer(document: Mapping[str, object], lines: Iterable[str], *, as_json: bool) -> None:
    """The result of a small command, for a program or for a person."""
    if as_json:
        print_document(document)
    else:
        tell(lines)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, on: Console = OUT) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    on.print(table)


def say_failure(failure: Failure) -> None:
    ERR.print(Text(shown(failure.what), style="bold red"))
    if failure.errors:
        print_table(
            ("row", "field", "what"),
            [("" if each.row is None else each.row, each.field, each.message) for each in failure.errors],
            on=ERR,
        )
        if failure.more:
            ERR.print(f"… and {failure.more:,} more")
    for line in filter(None, (failure.why, failure.fix)):
        ERR.print(shown(line))
