"""A run's lines page by page: once the run has ended only a decision changes them, so they are kept."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.show import show_lines

KEPT = 2  # plans kept in memory
Lines = Sequence[Mapping[str, Any]]


def listed_lines(run: SyncRun) -> Lines:
    if run.state in SyncRun.ACTIVE or not run.plan_digest:
        return show_lines(run)
    return _of_ended(run.pk, run.plan_digest, run.state, f"{run.ended_at} {run.summary}")


@lru_cache(maxsize=KEPT)
def _of_ended(run_id: int, _digest: str, _state: str, _ended: str) -> Lines:
    return show_lines(SyncRun.objects.get(pk=run_id))
