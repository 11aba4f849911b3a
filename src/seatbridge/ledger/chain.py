"""What an entry's hash covers, and what a head's seal covers: the one place where both are written down."""

from django.conf import settings

from seatbridge.kit.sealed import Seal
from seatbridge.ledger.canonical import entry_hash, instant
from seatbridge.ledger.models import LedgerEntry, LedgerHead

FIRST_PREVIOUS = "0" * 64
_PURPOSE = "ledger head"


def hash_of(entry: LedgerEntry, seq: int | None = None) -> str:
    """With `seq`: the hash that the entry would have under another number."""
    return entry_hash(
        {
            "partner": entry.partner_id,
            "seq": entry.seq if seq is None else seq,
            "at": instant(entry.at),
            "event": entry.event,
            "actor": entry.actor,
            "integration": entry.integration_id,
            "run": entry.run_id,
            "contract": entry.contract_id,
            "service": entry.service_id,
            "line": entry.line_id,
            "data": entry.data,
            "previous": entry.previous_hash,
        }
    )


def seal_head(head: LedgerHead) -> str:
    return _seal().sign(_PURPOSE, _message(head))


def head_is_ours(head: LedgerHead) -> bool:
    """False when the head was changed behind our back, or signed with a key that is gone."""
    return _seal().signed(_PURPOSE, _message(head), head.seal)


def _message(head: LedgerHead) -> bytes:
    return f"{head.partner_id}|{head.seq}|{head.hash}".encode()


def _seal() -> Seal:
    seal = settings.SEAL
    if not isinstance(seal, Seal):
        raise TypeError("The seal keys are not set: call config.start.start first.")
    return seal
