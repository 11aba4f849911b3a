"""What was asked of the database: statements, without the beginnings and ends of transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def told_statements() -> Iterator[list[str]]:
    """The list is filled when the block ends."""
    told: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield told
    told.extend(query["sql"] for query in queries if query["sql"].startswith(ASKING))
