"""Last Sync and Status of each company mapping: a handful of statements, whatever the number of companies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db.models import Case, QuerySet, Value, When

from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CompanyMapping
from seatbridge.usage.models import Company

CHUNK = 500  # SQLite allows 999 values a statement in its oldest builds
FEW = CHUNK // 2  # companies: each is named at most twice in their statement


def stamp_statuses(integration: Integration, statuses: Mapping[str, str], at: datetime) -> None:
    """`statuses`: company ref -> code. One statement for few companies.

    For many the commonest one is set on all at once, the others over it.
    """
    if not statuses:
        return
    by_status = _by_status(statuses)
    commonest = max(by_status, key=lambda status: len(by_status[status]))
    rows = CompanyMapping.objects.filter(integration=integration)
    if len(statuses) <= FEW:
        others = [
            When(company__in=_companies(integration, refs), then=Value(status))
            for status, refs in by_status.items()
            if status != commonest
        ]
        mapped = rows.filter(company__in=_companies(integration, statuses))
        mapped.update(
            last_sync_at=at, last_status=Case(*others, default=Value(commonest)) if others else commonest
        )
        return
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


def _companies(integration: Integration, refs: Iterable[str]) -> QuerySet[Company]:
    return Company.objects.filter(partner=integration.partner_id, ref__in=list(refs))


def _by_status(statuses: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ref, status in statuses.items():
        found.setdefault(status, []).append(ref)
    return found


def _chunks(refs: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(refs)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
