from collections.abc import Callable

import pytest
from django.db import connection

from seatbridge.ledger.chain import hash_of, seal_head
from seatbridge.ledger.models import LedgerEntry, LedgerHead
from seatbridge.ledger.verifying import FirstBroken, Verified, verify
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Partner

pytestmark = pytest.mark.usefixtures("unguarded_ledger")


@pytest.fixture
def partner(northgate: Partner) -> Partner:
    for number in range(1, 7):
        append(
            northgate.id,
            "line.written",
            actor="sync",
            data={"units": 40 + number},
            contract_id=9,
            service_id=3,
        )
    assert isinstance(verify(northgate.id), Verified)
    return northgate


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("data", '{"units":99}'),
        ("actor", "Bob"),
        ("event", "line.planned"),
        ("contract_id", 10),
        ("service_id", 4),
        ("line_id", 1),
        ("integration_id", 1),
        ("run_id", 1),
        ("at", "2026-01-01 00:00:00"),
        ("hash", "0" * 64),
        ("previous_hash", "1" * 64),
    ],
)
def test_a_changed_column_breaks_the_ledger_there(partner: Partner, column: str, value: object) -> None:
    _sql(f"UPDATE ledger_ledgerentry SET {column} = %s WHERE seq = 3", value)  # noqa: S608 - names from above
    broken = verify(partner.id)
    assert isinstance(broken, FirstBroken)
    assert broken.seq == 3
    assert "altered" in broken.what


def test_an_entry_rewritten_with_its_hash_breaks_the_one_after_it(partner: Partner) -> None:
    entry = LedgerEntry.objects.get(seq=3)
    entry.actor = "Bob"
    rehash = hash_of(entry)
    _sql("UPDATE ledger_ledgerentry SET actor = 'Bob', hash = %s WHERE seq = 3", rehash)
    assert verify(partner.id) == FirstBroken(
        4, "it does not follow the entry before it: one of the two was replaced"
    )


def test_a_deleted_row_is_named(partner: Partner) -> None:
    _sql("DELETE FROM ledger_ledgerentry WHERE seq = 4")
    assert verify(partner.id) == FirstBroken(4, "entry 4 is missing: a row was deleted or renumbered")


def test_swapped_rows_are_named(partner: Partner) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        _sql("UPDATE ledger_ledgerentry SET seq = %s WHERE seq = %s", new, old)
    assert verify(partner.id) == FirstBroken(3, "it was entry 4: entries were put in another order")


def test_a_cut_tail_shows(partner: Partner) -> None:
    _sql("DELETE FROM ledger_ledgerentry WHERE seq > 4")
    assert verify(partner.id) == FirstBroken(5, "the tail was cut: 2 entries up to 6 are missing")


def test_a_cut_tail_shows_although_the_head_was_moved_back(partner: Partner) -> None:
    _sql("DELETE FROM ledger_ledgerentry WHERE seq > 4")
    fourth = LedgerEntry.objects.get(seq=4)
    LedgerHead.objects.update(seq=4, hash=fourth.hash)
    assert verify(partner.id) == FirstBroken(4, "the head was altered, or sealed with a key that is gone")


def test_an_emptied_ledger_shows(partner: Partner) -> None:
    _sql("DELETE FROM ledger_ledgerentry")
    assert verify(partner.id) == FirstBroken(1, "the tail was cut: 6 entries up to 6 are missing")


def test_a_missing_head_shows(partner: Partner) -> None:
    LedgerHead.objects.all().delete()
    broken = verify(partner.id)
    assert isinstance(broken, FirstBroken)
    assert "head is missing" in broken.what


def test_an_entry_added_behind_our_back_shows(partner: Partner, forge: Callable[[LedgerEntry], None]) -> None:
    forge(LedgerEntry.objects.get(seq=6))
    assert verify(partner.id) == FirstBroken(7, "it was added behind our back: the head does not know it")


@pytest.fixture
def forge() -> Callable[[LedgerEntry], None]:
    def add_after(last: LedgerEntry) -> None:
        forged = LedgerEntry(
            partner_id=last.partner_id,
            seq=last.seq + 1,
            at=last.at,
            event="line.written",
            actor="nobody",
            data="{}",
            previous_hash=last.hash,
        )
        forged.hash = hash_of(forged)
        forged.save()

    return add_after


def test_a_head_that_seals_another_hash_shows(partner: Partner) -> None:
    head = LedgerHead.objects.get()
    head.hash = "f" * 64
    LedgerHead.objects.update(hash=head.hash, seal=seal_head(head))
    assert verify(partner.id) == FirstBroken(6, "it is not the entry that the head was sealed with")
