"""Last Sync and Status of each company mapping: a handful of statements, whatever the number of companies."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CompanyMapping

CHUNK = 500  # SQLite allows 999 values a statement in its oldest builds


def stamp_statuses(integration: Integration, statuses: Mapping[str, str], at: datetime) -> None:
    """`statuses`: company ref -> code. The commonest one is set on all at once, the others over it."""
    if not statuses:
        return
    by_status: dict[str, list[str]] = {}
    for ref, status in statuses.items():
        by_status.setdefault(status, []).append(ref)
    commonest = max(by_status, key=lambda status: len(by_status[status]))
    rows = CompanyMapping.objects.filter(integration=integration)
    if len(statuses) >= rows.count():
        rows.update(last_sync_at=at, last_status=commonest)
        del by_status[commonest]
    for status, refs in by_status.items():
        for chunk in _chunks(refs):
            rows.filter(company__ref__in=chunk).update(last_sync_at=at, last_status=status)


def _chunks(refs: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(refs)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
