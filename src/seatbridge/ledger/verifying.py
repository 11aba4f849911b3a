"""Whether the ledger still says what was written into it."""

from dataclasses import dataclass

from seatbridge.ledger.chain import FIRST_PREVIOUS, hash_of, head_is_ours
from seatbridge.ledger.models import LedgerEntry, LedgerHead


@dataclass(frozen=True, slots=True)
class Verified:
    """`head` is the hash of the last entry: written down elsewhere, it proves the whole ledger later."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class FirstBroken:
    """The first entry that does not hold, and what a person should know about it."""

    seq: int
    what: str


def verify(partner_id: int) -> Verified | FirstBroken:
    """Reads every entry once, in bounded memory, while others may append.

    1. the head is read first: all that it seals must be there
    2. each entry has the next number, follows the one before, and still has its hash
    3. what came after the head was read must be sealed by now
    """
    head = LedgerHead.objects.filter(partner_id=partner_id).first()
    previous, seq = FIRST_PREVIOUS, 0
    for entry in LedgerEntry.objects.filter(partner_id=partner_id).order_by("seq").iterator(chunk_size=1000):
        broken = _broken_entry(entry, seq + 1, previous)
        if broken:
            return broken
        if head and entry.seq == head.seq and entry.hash != head.hash:
            return FirstBroken(entry.seq, "it is not the entry that the head was sealed with")
        previous, seq = entry.hash, entry.seq
    return _broken_head(partner_id, head, seq) or Verified(seq, previous if seq else "")


def _broken_entry(entry: LedgerEntry, expected: int, previous: str) -> FirstBroken | None:
    if entry.seq != expected:
        missing = (
            f"entry {expected} is missing" if entry.seq > expected else f"entry {entry.seq} is there twice"
        )
        return FirstBroken(expected, f"{missing}: a row was deleted or renumbered")
    intact = hash_of(entry) == entry.hash
    if entry.previous_hash == previous:
        return None if intact else FirstBroken(entry.seq, "it was altered: it no longer has its hash")
    former = _former_number(entry)
    if former is not None:
        return FirstBroken(entry.seq, f"it was entry {former}: entries were put in another order")
    if intact:
        return FirstBroken(entry.seq, "it does not follow the entry before it: one of the two was replaced")
    return FirstBroken(entry.seq, "it was altered: it no longer has its hash")


def _former_number(entry: LedgerEntry) -> int | None:
    """The number under which an entry still has its hash, where that is another than its own."""
    predecessor = LedgerEntry.objects.filter(partner_id=entry.partner_id, hash=entry.previous_hash).first()
    for number in {1} if predecessor is None else {predecessor.seq, predecessor.seq + 1, predecessor.seq + 2}:
        if number != entry.seq and hash_of(entry, number) == entry.hash:
            return number
    return None


def _broken_head(partner_id: int, head: LedgerHead | None, last: int) -> FirstBroken | None:
    if head is None and last == 0:
        return None
    if head is None:
        head = LedgerHead.objects.filter(partner_id=partner_id).first()
    if head is None:
        return FirstBroken(last + 1, "the head is missing, so nothing proves that this is the last entry")
    if not head_is_ours(head) and head.seq:
        return FirstBroken(head.seq, "the head was altered, or sealed with a key that is gone")
    if head.seq > last:
        return FirstBroken(
            last + 1, f"the tail was cut: {head.seq - last} entries up to {head.seq} are missing"
        )
    now = LedgerHead.objects.get(partner_id=partner_id)
    if now.seq < last:
        return FirstBroken(now.seq + 1, "it was added behind our back: the head does not know it")
    return None
