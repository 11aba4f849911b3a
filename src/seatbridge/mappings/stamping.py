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
    by_status = _by_status(statuses)
    commonest = max(by_status, key=lambda status: len(by_status[status]))
    rows = CompanyMapping.objects.filter(integration=integration)
    if len(statuses) >= rows.count():
        rows.update(last_sync_at=at, last_status=commonest)
        del by_status[commonest]
    for status, refs in by_status.items():
        for chunk in _chunks(refs):
            rows.filter(company__ref__in=chunk).update(last_sync_at=at, last_status=status)


def stamp_decided(integration: Integration, statuses: Mapping[str, str]) -> None:
    """What a person's decision made of a status since the last sync."""
    rows = CompanyMapping.objects.filter(integration=integration)
    for status, refs in _by_status(statuses).items():
        for chunk in _chunks(refs):
            rows.filter(company__ref__in=chunk).update(last_status=status)


def _by_status(statuses: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ref, status in statuses.items():
        found.setdefault(status, []).append(ref)
    return found


def _chunks(refs: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(refs)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
