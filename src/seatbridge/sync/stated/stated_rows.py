"""Rows of what a person states about lines, each checked; keyed by (contract, service)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from seatbridge.integrations.models import Integration
from seatbridge.mappings.checking import read_choices
from seatbridge.mappings.file_rows import FileRow, Source, a_price, an_id, read_rows
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.mappings.row_faults import RowReader
from seatbridge.reconcile.facts import Key
from seatbridge.usage import cells
from seatbridge.usage.models import Company
from seatbridge.usage.refusals import Faults, shown
from seatbridge.usage.words import FLAG_WORDS, PRODUCT_WORDS

Carried = tuple[Decimal, Decimal]  # price and cost of one user
Value = TypeVar("Value")
UNITS = ("company", "product", "units")
AUTOMATIC = ("contract_id", "service_id", "automatic")
CARRIED = ("contract_id", "service_id", "unit_price", "unit_cost")


def read_units(integration: Integration, source: Source) -> dict[Key, int]:
    """Raises ImportRefused. Companies that share a line may each state it, with the same number."""
    rows = read_rows(source, UNITS, required=UNITS)
    contracts = dict(
        CompanyMapping.objects.filter(integration=integration, contract_id__isnull=False).values_list(
            "company__ref", "contract_id"
        )
    )
    refs = set(Company.objects.filter(partner=integration.partner_id).values_list("ref", flat=True))
    services = read_product_mappings(integration)
    product_of = cells.word(PRODUCT_WORDS, what="product")

    def key_of(reader: RowReader, row: FileRow) -> Key | None:
        product = reader.read("product", product_of)
        ref = row.cells["company"]
        if ref not in refs:
            reader.refuse("company", f"there is no company {shown(ref)}.")
        elif ref not in contracts:
            reader.refuse("company", f"{shown(ref)} is mapped to no contract.")
        if product is not None and product not in services:
            reader.refuse("product", f"{product} is mapped to no service.")
        contract_id = contracts.get(ref)
        if product is None or contract_id is None or not reader.is_sound:
            return None
        return contract_id, services[product]

    return _read(rows, key_of, lambda reader: reader.read("units", cells.whole_number), "units")


def read_automatic(integration: Integration, source: Source) -> dict[Key, bool]:
    rows = read_rows(source, AUTOMATIC, required=AUTOMATIC[:2])
    flag = cells.word(FLAG_WORDS, what="yes or no", empty="yes")

    def value_of(reader: RowReader) -> bool | None:
        word = reader.read("automatic", flag)
        return None if word is None else word == "yes"

    return _read(rows, _key_reader(integration), value_of, "automatic")


def read_carried(integration: Integration, source: Source) -> dict[Key, Carried]:
    rows = read_rows(source, CARRIED, required=CARRIED)

    def value_of(reader: RowReader) -> Carried | None:
        price, cost = reader.read("unit_price", a_price), reader.read("unit_cost", a_price)
        if price == 0:
            reader.refuse("unit_price", "is 0: no number of users follows from a price of 0.")
        return None if price is None or cost is None else (price, cost)

    return _read(rows, _key_reader(integration), value_of, "unit_price")


def _key_reader(integration: Integration) -> Callable[[RowReader, FileRow], Key | None]:
    choices = read_choices(integration)

    def key_of(reader: RowReader, _row: FileRow) -> Key | None:
        contract_id, service_id = reader.read("contract_id", an_id), reader.read("service_id", an_id)
        _refuse_unknown(reader, "contract_id", "contract", contract_id, choices.contracts)
        _refuse_unknown(reader, "service_id", "service", service_id, choices.services)
        if contract_id is None or service_id is None or not reader.is_sound:
            return None
        return contract_id, service_id

    return key_of


def _refuse_unknown(
    reader: RowReader, field: str, what: str, number: int | None, known: Mapping[int, object]
) -> None:
    if number is None and reader.is_sound:
        reader.refuse(field, "is empty.")
    elif number is not None and number not in known:
        reader.refuse(field, f"BMS has no {what} {number}.")


def _read(
    rows: list[FileRow],
    key_of: Callable[[RowReader, FileRow], Key | None],
    value_of: Callable[[RowReader], Value | None],
    value_field: str,
) -> dict[Key, Value]:
    faults = Faults()
    found: dict[Key, tuple[Value, int]] = {}
    for row in rows:
        reader = RowReader(row, faults)
        key, value = key_of(reader, row), value_of(reader)
        if key is None or value is None or not reader.is_sound:
            continue
        first, number = found.setdefault(key, (value, row.number))
        if first != value:
            reader.refuse(value_field, f"row {number} says otherwise of the same line. Keep one of the two.")
    faults.raise_if_any()
    return {key: value for key, (value, _) in found.items()}
