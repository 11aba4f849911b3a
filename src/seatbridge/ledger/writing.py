"""The only way into the ledger."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils import timezone

from seatbridge.ledger.canonical import canonical
from seatbridge.ledger.chain import FIRST_PREVIOUS, hash_of, head_is_ours, seal_head
from seatbridge.ledger.models import LedgerEntry, LedgerHead

# By hand: every write makes two entries, and putting these together took longer than carrying them out.
_READ_HEAD = "SELECT seq, hash, seal FROM ledger_ledgerhead WHERE partner_id = %s"
_MOVE_HEAD = "UPDATE ledger_ledgerhead SET seq = %s, hash = %s, seal = %s WHERE partner_id = %s"
_EVENT = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")


class LedgerBroken(Exception):
    """The ledger's end is not where we left it. Nothing is appended: that would hide the break."""


def append(  # noqa: PLR0913 - an entry has many facets, all but three optional
    partner_id: int,
    event: str,
    *,
    actor: str,
    data: Mapping[str, object],
    integration_id: int | None = None,
    run_id: int | None = None,
    contract_id: int | None = None,
    service_id: int | None = None,
    line_id: int | None = None,
    at: datetime | None = None,
) -> LedgerEntry:
    """One entry, written with whatever else the caller's transaction writes: both or neither.

    `event` is "subject.verb", `data` plain values (money and dates are kept as strings). Three statements.
    Raises NotForTheLedger for secrets and floats, LedgerBroken where the chain was cut.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger entry is written inside the transaction of what it tells about.")
    if not _EVENT.fullmatch(event):
        raise ValueError(f"{event!r} is not of the form subject.verb.")
    head = _locked_head(partner_id)
    entry = LedgerEntry(
        partner_id=partner_id,
        seq=head.seq + 1,
        at=at or timezone.now(),
        event=event,
        actor=actor,
        integration_id=integration_id,
        run_id=run_id,
        contract_id=contract_id,
        service_id=service_id,
        line_id=line_id,
        data=canonical(data),
        previous_hash=head.hash or FIRST_PREVIOUS,
    )
    entry.hash = hash_of(entry)
    entry.save()
    head.seq, head.hash = entry.seq, entry.hash
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_HEAD, [head.seq, head.hash, seal_head(head), partner_id])
    return entry


def _locked_head(partner_id: int) -> LedgerHead:
    head = _read_head(partner_id)
    if head is None:
        # Two first entries at once: the head lands once, and the lock decides who continues it.
        LedgerHead.objects.bulk_create([LedgerHead(partner_id=partner_id)], ignore_conflicts=True)
        head = LedgerHead.objects.select_for_update().get(partner_id=partner_id)
        if head.seq == 0 and LedgerEntry.objects.filter(partner_id=partner_id).exists():
            raise _broken(partner_id)
    if head.seq and not head_is_ours(head):
        raise _broken(partner_id)
    return head


def _read_head(partner_id: int) -> LedgerHead | None:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_READ_HEAD + lock, [partner_id])
        found = cursor.fetchone()
    return None if found is None else LedgerHead(partner_id, *found)


def _broken(partner_id: int) -> LedgerBroken:
    return LedgerBroken(
        f"The end of the ledger of partner {partner_id} is not the one that was sealed last, so nothing is "
        "written. Run `seatbridge ledger verify`; compare the database and the seal keys with your backup."
    )
