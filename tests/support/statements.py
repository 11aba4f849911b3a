"""What was asked of the database: statements, without the beginnings and ends of transactions.

And what it knows of its tables, which decides how it looks for the answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def told_statements() -> Iterator[list[str]]:
    """The list is filled when the block ends."""
    told: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield told
    told.extend(query["sql"] for query in queries if query["sql"].startswith(ASKING))


def know_how_many(*models: type[Model]) -> None:
    """What PostgreSQL finds out by itself within a minute of a large import: tables are no longer empty."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
