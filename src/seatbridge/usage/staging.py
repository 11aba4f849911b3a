"""A temporary table of the rows of one file, outside any transaction: nobody waits while a file is read."""
# ruff: noqa: S608 - the statements are put together from this file's own names only

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from seatbridge.usage.parsing import Value
from seatbridge.usage.refusals import MOST_LISTED, Faults

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """The table of one kind, its columns in the order in which `parsing` hands the values over."""

    columns: str
    key: tuple[str, ...]
    key_said: str  # what a person calls the key


_LAYOUTS = {
    "companies": _Layout(
        "row_no integer, ref text, name text, type text, level text, licenses_assigned integer, domains text,"
        " state text",
        ("ref",),
        "company",
    ),
    "users": _Layout(
        "row_no integer, company_id bigint, ref text, email text, name text, status text, product text,"
        " since date, nfr boolean",
        ("company_id", "ref"),
        "user of the same company",
    ),
    "counts": _Layout(
        "row_no integer, company_id bigint, product text, value integer, as_of timestamptz, dated boolean",
        ("company_id", "product", "as_of"),
        "company, product and moment",
    ),
}


@contextmanager
def staging(kind: str, now: datetime) -> Iterator["Staging"]:
    """`now` stands for an empty as_of. The table lasts as long as the block; no other connection sees it."""
    layout = _LAYOUTS[kind]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS usage_staged")
        cursor.execute(f"CREATE TEMPORARY TABLE usage_staged ({layout.columns})")
    try:
        yield Staging(layout, now)
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE usage_staged")


class Staging:
    """Rows in, in batches; then `finish`, and SQL reads them as `usage_staged`."""

    def __init__(self, layout: _Layout, now: datetime) -> None:
        self._layout = layout
        self._now = now
        self._batch: list[Sequence[Value]] = []
        names = [column.split()[0] for column in layout.columns.split(",")]
        self._table = f"usage_staged ({', '.join(names)})"
        self._marks = ", ".join(["%s"] * len(names))

    def add(self, values: list[Value]) -> None:
        if "as_of" in self._layout.key:
            moment = values[-1] if isinstance(values[-1], datetime) else self._now
            dated = values[-1] is not None
            values[-1:] = [connection.ops.adapt_datetimefield_value(moment), dated]
        self._batch.append(values)
        if len(self._batch) >= BATCH:
            self._flush()

    def finish(self, faults: Faults) -> None:
        """Makes the rows quick to join, and tells `faults` which rows speak of the same thing."""
        self._flush()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX usage_staged_key ON usage_staged ({', '.join(self._layout.key)})")
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE usage_staged")
        self._find_repeated(faults)

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f"COPY {self._table} FROM STDIN") as copy:
                    for values in batch:
                        copy.write_row(values)
            else:
                with _one_go():
                    cursor.executemany(f"INSERT INTO {self._table} VALUES ({self._marks})", batch)

    def _find_repeated(self, faults: Faults) -> None:
        key = ", ".join(self._layout.key)
        same = " AND ".join(f"s.{column} = f.{column}" for column in self._layout.key)
        groups = (
            f"SELECT {key}, MIN(row_no) AS first, COUNT(*) AS n"
            f" FROM usage_staged GROUP BY {key} HAVING COUNT(*) > 1"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(SUM(n - 1), 0) FROM ({groups}) AS g")
            repeated = int(cursor.fetchone()[0])
            if not repeated:
                return
            cursor.execute(
                f"SELECT s.row_no, f.first FROM usage_staged s JOIN ({groups}) f ON {same}"
                f" WHERE s.row_no <> f.first ORDER BY s.row_no LIMIT {MOST_LISTED}"
            )
            listed = cursor.fetchall()
        for row, first in listed:
            faults.add(row, "", f"the same {self._layout.key_said} as in row {first}. Keep one of them.")
        faults.count_unlisted(repeated - len(listed))


@contextmanager
def _one_go() -> Iterator[None]:
    """SQLite would begin and end a transaction for each row: half of the time of an import.

    Not Django's `atomic`, which locks the whole database: this one touches the temporary table only.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
