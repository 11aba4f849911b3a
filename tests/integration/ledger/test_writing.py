from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from seatbridge.kit.secret import Secret
from seatbridge.ledger.canonical import NotForTheLedger
from seatbridge.ledger.exporting import export
from seatbridge.ledger.models import LedgerEntry, LedgerHead, LedgerIsAppendOnly
from seatbridge.ledger.verifying import Verified, verify
from seatbridge.ledger.writing import LedgerBroken, append
from seatbridge.partners.models import Partner
from tests import ledger_guard


def test_entries_are_numbered_for_each_partner_apart(northgate: Partner, contoso: Partner) -> None:
    numbers = [
        append(each.id, "line.intended", actor="Alice", data={}).seq
        for each in (northgate, contoso, northgate)
    ]
    assert numbers == [1, 1, 2]
    assert verify(northgate.id) == Verified(2, LedgerHead.objects.get(partner=northgate).hash)


def test_an_entry_keeps_money_and_dates_as_text(northgate: Partner) -> None:
    append(
        northgate.id,
        "line.written",
        actor="sync",
        data={"price": Decimal("5.00"), "from": date(2026, 12, 1), "units": 49},
        contract_id=11,
        service_id=3,
        line_id=77,
    )
    (entry,) = export(northgate.id)
    assert entry["data"] == {"price": "5.00", "from": "2026-12-01", "units": 49}
    assert (entry["contract_id"], entry["service_id"], entry["line_id"]) == (11, 3, 77)


@pytest.mark.parametrize(
    "data",
    [
        {"password": "x"},
        {"bms": {"secret_key": "x"}},
        {"access_token": "x"},
        {"totp_secret": "x"},
        {"old": Secret("x")},
        {"price": 5.0},
        {"lines": [{"apiKey": object()}]},
    ],
)
def test_a_secret_or_a_float_never_gets_in(northgate: Partner, data: dict[str, object]) -> None:
    with pytest.raises(NotForTheLedger):
        append(northgate.id, "integration.changed", actor="Alice", data=data)
    assert verify(northgate.id) == Verified(0, "")


def test_an_event_says_subject_and_verb(northgate: Partner) -> None:
    with pytest.raises(ValueError, match=r"subject\.verb"):
        append(northgate.id, "changed", actor="Alice", data={})


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(northgate: Partner) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        append(northgate.id, "line.intended", actor="Alice", data={})


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_transaction_that_it_tells_about(northgate: Partner) -> None:
    with transaction.atomic():
        append(northgate.id, "line.intended", actor="Alice", data={})
    with transaction.atomic():
        append(northgate.id, "line.intended", actor="Alice", data={})
        transaction.set_rollback(True)
    result = verify(northgate.id)
    assert isinstance(result, Verified)
    assert result.entries == 1


def test_an_entry_costs_three_statements(northgate: Partner, django_assert_num_queries: object) -> None:
    append(northgate.id, "line.intended", actor="Alice", data={})
    with django_assert_num_queries(3):  # type: ignore[operator]
        append(northgate.id, "line.intended", actor="Alice", data={})


def test_the_model_refuses_to_change_or_delete_an_entry(northgate: Partner) -> None:
    entry = append(northgate.id, "line.intended", actor="Alice", data={})
    for change in (
        entry.save,
        entry.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(actor="Bob"),
        lambda: LedgerEntry.objects.bulk_update([entry], ["actor"]),
    ):
        with pytest.raises(LedgerIsAppendOnly):
            change()


@pytest.mark.parametrize(
    "sql", ["UPDATE ledger_ledgerentry SET actor = 'Bob'", "DELETE FROM ledger_ledgerentry"]
)
def test_the_database_refuses_to_change_or_delete_an_entry(
    northgate: Partner, unguarded_ledger: None, sql: str
) -> None:
    append(northgate.id, "line.intended", actor="Alice", data={})
    ledger_guard.put_on()
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert LedgerEntry.objects.get().actor == "Alice"


def test_nothing_is_appended_to_a_ledger_whose_end_was_moved(northgate: Partner) -> None:
    append(northgate.id, "line.intended", actor="Alice", data={})
    first = LedgerHead.objects.get(partner=northgate)
    append(northgate.id, "line.confirmed", actor="Alice", data={})
    LedgerHead.objects.update(seq=first.seq, hash=first.hash)
    with pytest.raises(LedgerBroken, match="ledger verify"):
        append(northgate.id, "line.intended", actor="Alice", data={})
