"""Rows that are made once for a whole module: each test's own are rolled back to them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def kept_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is saved here stays until this ends, and is gone then."""
    rows = transaction.atomic()
    rows._from_testcase = True  # type: ignore[attr-defined] # Django's own mark of such a one
    with blocker.unblock():
        rows.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)
