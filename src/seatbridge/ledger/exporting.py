"""The ledger as plain values, for a file or another program."""

import json
from collections.abc import Iterator

from seatbridge.ledger.canonical import instant
from seatbridge.ledger.models import LedgerEntry


def export(partner_id: int) -> Iterator[dict[str, object]]:
    """Every entry in its order, in bounded memory; enough to compute each hash again."""
    for entry in LedgerEntry.objects.filter(partner_id=partner_id).order_by("seq").iterator(chunk_size=1000):
        yield plain(entry)


def plain(entry: LedgerEntry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": instant(entry.at),
        "event": entry.event,
        "actor": entry.actor,
        "integration_id": entry.integration_id,
        "run_id": entry.run_id,
        "contract_id": entry.contract_id,
        "service_id": entry.service_id,
        "line_id": entry.line_id,
        "data": json.loads(entry.data),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
