"""Counters of all processes: added up in memory, put into the database every few seconds."""

import logging
import os
import threading
import time
from collections import Counter

from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from seatbridge.vitals.models import Tally

EVERY = 5.0  # seconds
SHARDS = 16
_ADD = (
    "INSERT INTO vitals_tally (name, first, second, shard, count) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (name, first, second, shard) DO UPDATE SET count = vitals_tally.count + excluded.count"
)
_LOG = logging.getLogger(__name__)
_lock = threading.Lock()
_waiting: Counter[tuple[str, str, str]] = Counter()
_put_at: list[float] = []


def count(name: str, first: str = "", second: str = "", number: int = 1) -> None:
    with _lock:
        _waiting[name, first, second] += number


def put_down(*, at_once: bool = False) -> None:
    """Call outside a transaction. What a killed process had not put down is lost: nothing hangs on it."""
    with _lock:
        now = time.monotonic()
        if not _waiting or (not at_once and _put_at and now - _put_at[-1] < EVERY):
            return
        taken = _waiting.copy()
        _waiting.clear()
        _put_at[:] = [now]
    shard = os.getpid() % SHARDS
    rows = [(*key, shard, number) for key, number in sorted(taken.items())]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)
    except DatabaseError:
        _LOG.warning("counters could not be put down; the next time they are", exc_info=True)
        with _lock:
            _waiting.update(taken)


def tallied(name: str) -> dict[tuple[str, str], int]:
    rows = Tally.objects.filter(name=name).values_list("first", "second").annotate(total=Sum("count"))
    return {(first, second): total for first, second, total in rows.order_by("first", "second")}
