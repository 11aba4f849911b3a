"""What a person states about lines: kept once, told to the ledger, taken as newer than what was written."""

from datetime import date
from decimal import Decimal

import pytest

from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.importing import import_company_mappings, import_product_mappings
from seatbridge.sync.memory import as_known, memory_of
from seatbridge.sync.models import LineMemory
from seatbridge.sync.stated.confirming import mark_automatic, state_carried, state_units
from seatbridge.usage.refusals import ImportRefused
from tests.integration.mappings.conftest import (
    ADVANCED,
    ASKING,
    CONTOSO,
    NORTHWIND,
    STANDARD,
    TODAY,
    csv,
)

KEY = (NORTHWIND, STANDARD)
UNITS = "company,product,units\n"


@pytest.fixture
def mapped(integration: Integration) -> Integration:
    """Only Northwind and only Standard."""
    rows = f"company,account_id,contract_id\nnorthwind,1,{NORTHWIND}\n"
    import_company_mappings(integration, csv(rows), ASKING)
    import_product_mappings(integration, csv(f"product,service_id\nstandard,{STANDARD}\n"), ASKING)
    return integration


def memory(integration: Integration) -> LineMemory:
    return memory_of(integration, KEY)


def test_stated_units_take_the_place_of_what_was_written_and_invoiced(mapped: Integration) -> None:
    row = memory(mapped)
    row.written_units, row.written_from, row.total_after = 14, date(2026, 11, 1), Decimal(70)
    row.pending_units, row.pending_from = 15, date(2026, 12, 1)
    row.invoiced_units, row.invoiced_on = 12, date(2026, 11, 1)
    row.save()
    assert state_units(mapped, csv(f"{UNITS}northwind,standard,16\n"), ASKING).changed == 1
    row = memory(mapped)
    known = as_known(row)
    assert (known.confirmed_units, known.written_units, known.total_after, known.pending) == (
        16,
        None,
        None,
        None,
    )
    assert (row.invoiced_units, row.invoices_looked_on) == (None, TODAY)
    assert known.written_from == date(
        2026, 11, 1
    )  # that period was written: a second write could be prorated


def test_the_same_statement_twice_leaves_one_entry(mapped: Integration) -> None:
    for expected in (1, 0):
        assert state_units(mapped, csv(f"{UNITS}northwind,standard,16\n"), ASKING).changed == expected
    (entry,) = LedgerEntry.objects.filter(event="line.units-stated")
    assert (entry.actor, entry.contract_id, entry.service_id) == ("Alice", *KEY)


@pytest.mark.parametrize(
    ("rows", "field", "said"),
    [
        ("northwind,standard,-3", "units", "is negative"),
        ("northwind,standard,", "units", "is empty"),
        ("nobody,standard,3", "company", "there is no company 'nobody'"),
        ("contoso,standard,3", "company", "is mapped to no contract"),
        ("northwind,advanced,3", "product", "is mapped to no service"),
        ("northwind,gold,3", "product", "is not a product"),
        ("northwind,standard,3\nnorthwind,standard,4", "units", "row 2 says otherwise of the same line"),
    ],
)
def test_stated_units_that_cannot_be_are_refused(
    mapped: Integration, rows: str, field: str, said: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        state_units(mapped, csv(f"{UNITS}{rows}\n"), ASKING)
    (error,) = refused.value.errors
    assert (error.field, said in error.message) == (field, True)
    assert not LineMemory.objects.exists()


def test_companies_on_one_line_may_each_state_it_with_the_same_number(mapped: Integration) -> None:
    rows = f"company,account_id,contract_id\ncontoso,1,{NORTHWIND}\n"
    import_company_mappings(mapped, csv(rows), ASKING)
    stated = state_units(mapped, csv(f"{UNITS}northwind,standard,17\ncontoso,standard,17\n"), ASKING)
    assert (stated.rows, memory(mapped).confirmed_units) == (1, 17)


def test_a_line_is_marked_as_automatic_and_unmarked(mapped: Integration) -> None:
    head = "contract_id,service_id,automatic\n"
    assert mark_automatic(mapped, csv(f"{head}{NORTHWIND},{STANDARD},\n"), ASKING).changed == 1
    assert memory(mapped).automatic
    assert mark_automatic(mapped, csv(f"{head}{NORTHWIND},{STANDARD},no\n"), ASKING).changed == 1
    assert not memory(mapped).automatic


def test_a_carried_price_also_states_that_the_line_holds_one_unit(mapped: Integration) -> None:
    rows = f"contract_id,service_id,unit_price,unit_cost\n{CONTOSO},{ADVANCED},7.50,4.5\n"
    for expected in (1, 0):
        assert state_carried(mapped, csv(rows), ASKING).changed == expected
    known = as_known(memory_of(mapped, (CONTOSO, ADVANCED)))
    assert known.carried is not None
    assert (known.carried.unit_price, known.confirmed_units) == (Decimal("7.50"), 1)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("7999,501,5,3", "contract_id"),
        ("7001,999,5,3", "service_id"),
        (",501,5,3", "contract_id"),
        ("7001,501,0,3", "unit_price"),
        ("7001,501,5,00,3", ""),
        ("7001,501,5.0000001,3", "unit_price"),
        ("7001,501,5,-3", "unit_cost"),
    ],
)
def test_a_carried_price_that_cannot_be_is_refused(mapped: Integration, row: str, field: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        state_carried(mapped, csv(f"contract_id,service_id,unit_price,unit_cost\n{row}\n"), ASKING)
    assert [error.field for error in refused.value.errors] == [field]
