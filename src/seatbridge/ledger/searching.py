"""Entries by words, newest first, page by page from an entry's number: no page costs more than another."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from seatbridge.ledger.models import LedgerEntry

MOST_WORDS = 8
WRITING = ("write.", "put-back.")  # events about units on contract lines


@dataclass(frozen=True, slots=True)
class Found:
    entries: list[LedgerEntry]
    next_before: int | None  # the number to go on from; None: that was all


def search_entries(
    entries: QuerySet[LedgerEntry], search: str, *, only_writes: bool = False
) -> QuerySet[LedgerEntry]:
    """Each word must occur in who, what, or the values; a whole number is also a contract, line or run."""
    found = entries
    if only_writes:
        found = entries.filter(Q(event__startswith=WRITING[0]) | Q(event__startswith=WRITING[1]))
    for word in search.replace("\0", "").split()[:MOST_WORDS]:
        wanted = Q(actor__icontains=word) | Q(event__icontains=word) | Q(data__icontains=word)
        if word.isascii() and word.isdigit() and len(word) <= 18:
            wanted |= Q(contract_id=int(word)) | Q(line_id=int(word)) | Q(run_id=int(word))
        found = found.filter(wanted)
    return found


def page_of(entries: QuerySet[LedgerEntry], before: int | None, limit: int) -> Found:
    """One query."""
    rows = entries.order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows[: limit + 1])
    return Found(found[:limit], found[limit - 1].seq if len(found) > limit else None)


def in_order(entries: QuerySet[LedgerEntry]) -> Iterator[LedgerEntry]:
    """All of them, oldest first, in bounded memory."""
    return entries.order_by("seq").iterator(chunk_size=1000)
