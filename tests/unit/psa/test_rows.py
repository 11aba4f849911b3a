"""Rows become records: any casing of keys, exact numbers, and no guess where a field is missing."""

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from seatbridge.psa.errors import NotUnderstood
from seatbridge.psa.records import Contract, ContractChoice, InvoiceLine, Line, Service
from tests.unit.psa.scripted import (
    CONTRACTS,
    INVOICES,
    LINES,
    Host,
    contract_row,
    line_row,
    ok,
    pages_of,
)

SERVICES = "/v2/admin/finance/services/search"
CHOICES = "/v2/finance/contracts/lookup"


def pascal(row: dict[str, Any]) -> dict[str, Any]:
    return {key[:1].upper() + key[1:]: value for key, value in row.items()}


def shouting(row: dict[str, Any]) -> dict[str, Any]:
    return {key.upper(): value for key, value in row.items()}


def read_contract(row: dict[str, Any]) -> Contract:
    host = Host()
    host.on(CONTRACTS, ok([row], 1))
    (contract,) = host.bms().contracts().values()
    return contract


def read_line(row: dict[str, Any]) -> Line:
    host = Host()
    host.on(LINES, ok([row], 1))
    (line,) = host.bms().lines(501)
    return line


@pytest.mark.parametrize("spelled", [dict, pascal, shouting])
def test_keys_are_read_in_any_casing(spelled: Any) -> None:
    contract = read_contract(spelled(contract_row(7001, contractBillingPrice=314.5)))
    assert contract == Contract(
        id=7001,
        name="Contract 7001",
        account_name="Northwind",
        type="Recurring Services",
        status="Active",
        billing_cycle="Monthly",
        billing_price=Decimal("314.5"),
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
    )
    assert read_line(spelled(line_row(91, Units=14.0))).units == 14


def test_an_envelope_in_the_published_casing_is_read() -> None:
    host = Host()
    body = {"Success": True, "Error": None, "Result": [pascal(contract_row(1))], "TotalRecords": 1}
    host.on(CONTRACTS, httpx.Response(200, json=body))
    assert list(host.bms().contracts()) == [1]


def test_rows_of_one_page_may_leave_out_different_fields() -> None:
    host = Host()
    host.on(LINES, ok([line_row(91), line_row(92, units=3.0), line_row(93)], 3))
    assert [line.units for line in host.bms().lines(501)] == [None, 3, None]


def test_a_line_becomes_a_record_with_exact_prices() -> None:
    row = (
        '{"success":true,"totalRecords":1,"result":[{"id":91,"serviceId":501,"contractId":7001,"accountId":1,'
    )
    row += '"serviceName":"Standard","serviceDescription":null,"effectiveDate":"2026-11-01T00:00:00",'
    row += '"unitCost":3,"unitPrice":0.1,"excludeFromContractBulkUpdates":true}]}'
    host = Host()
    host.on(LINES, httpx.Response(200, text=row))
    assert host.bms().lines(501) == [
        Line(91, 7001, 501, 1, "Standard", "", date(2026, 11, 1), Decimal(3), Decimal("0.1"), True, None)  # noqa: FBT003
    ]


def test_a_price_is_kept_as_it_is_spelled_and_a_total_loses_the_noise_of_summing() -> None:
    host = Host()
    noisy = '"contractBillingPrice":314.99999999999994'
    text = ok([contract_row(1)], 1).text.replace('"contractBillingPrice": 160.0', noisy)
    host.on(CONTRACTS, httpx.Response(200, text=text))
    assert host.bms().contracts()[1].billing_price == Decimal(315)
    assert read_line(line_row(91, unitPrice=0.3333333333333333)).unit_price == Decimal("0.3333333333333333")


@pytest.mark.parametrize("word", ["Time and Material", "aktiv", "", "Semi-Annually"])
def test_unknown_words_pass_as_they_are(word: str) -> None:
    contract = read_contract(contract_row(1, status=word, contractType=word, billingCycle=word))
    assert (contract.status, contract.type, contract.billing_cycle) == (word, word, word)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31T00:00:00", date(2026, 12, 31)),
        ("2026-12-31T00:00:00Z", date(2026, 12, 31)),
        ("2026-12-31T00:00:00.000+02:00", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        (None, None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_a_contract_ends_on_the_day_that_is_written(text: str | None, day: date | None) -> None:
    assert read_contract(contract_row(1, endDate=text)).end == day


@pytest.mark.parametrize(
    "field",
    ["contractBillingPrice", "startDate"],
)
@pytest.mark.parametrize("value", [None, "much", [], True])
def test_a_contract_without_what_it_needs_is_not_understood(field: str, value: object) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_contract(contract_row(4711, **{field: value}))
    assert "4711" in caught.value.what
    assert field.lower() in caught.value.what.lower()


@pytest.mark.parametrize(
    "field",
    ["contractId", "accountId", "effectiveDate", "unitCost", "unitPrice", "excludeFromContractBulkUpdates"],
)
def test_a_line_without_what_it_needs_is_not_understood(field: str) -> None:
    row = line_row(91)
    del row[field]
    with pytest.raises(NotUnderstood) as caught:
        read_line(row)
    assert "Id 91" in caught.value.what
    assert field.lower() in caught.value.what.lower()


def test_a_row_without_an_id_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="page 1 of contracts with the field Id missing"):
        read_contract(contract_row(1, id=None))


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(bad: str) -> None:
    host = Host()
    text = ok([contract_row(1)], 1).text.replace("160.0", bad)
    host.on(CONTRACTS, httpx.Response(200, text=text))
    with pytest.raises(Exception, match="not JSON"):
        host.bms().contracts()


def test_a_byte_order_mark_and_a_name_cut_within_a_sign_are_read() -> None:
    host = Host()
    marked = b"\xef\xbb\xbf" + ok([contract_row(1)], 1).content
    host.on(CONTRACTS, httpx.Response(200, content=marked.replace(b"160.0", b"160.10")))
    assert host.bms().contracts()[1].billing_price == Decimal("160.10")
    cut = ok([contract_row(1)], 1).content.replace(b"Contract 1", b"Contract \\ud83d")
    host.on(CONTRACTS, httpx.Response(200, content=cut))
    assert host.bms().contracts()[1].name == "Contract \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("units", [2.5, -1.0])
def test_units_that_are_no_whole_number_name_contract_and_line(units: float) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_line(line_row(91, units=units))
    assert "Line 91 on contract 7001" in caught.value.what
    assert caught.value.fix


def test_a_line_of_another_service_breaks_the_search() -> None:
    with pytest.raises(NotUnderstood, match="ServiceId"):
        read_line(line_row(91, serviceId=502))


@pytest.mark.parametrize("service_id", [None, 0, 501])
def test_a_line_need_not_repeat_the_service(service_id: int | None) -> None:
    assert read_line(line_row(91, serviceId=service_id)).service_id == 501


def test_services_bring_their_prices() -> None:
    row = {"id": 501, "name": "Standard", "unitCost": 3.1, "unitPrice": 5, "isActive": True}
    host = Host()
    host.on(SERVICES, ok([row], 1))
    assert host.bms().services("Stand") == [
        Service(501, "Standard", "", Decimal("3.1"), Decimal(5), True)  # noqa: FBT003
    ]
    assert b'"Filter":{"Name":"Stand"}' in host.sent(SERVICES)[0].content


def test_the_contract_picker_comes_whole_in_one_call() -> None:
    row = {"id": 7001, "name": "Monthly", "isActive": False, "endDate": None}
    host = Host()
    host.on(CHOICES, ok([row | {"id": 7000 + number} for number in range(1, 151)]))
    found = host.bms().contract_choices(1)
    assert found[0] == ContractChoice(7001, "Monthly", False, None)  # noqa: FBT003
    assert (len(found), host.seen[CHOICES]) == (150, 1)
    assert dict(host.sent(CHOICES)[0].url.params) == {"AccountId": "1"}


def test_invoice_lines_are_read_over_whole_days_and_lines_of_text_left_out() -> None:
    billed = {
        "id": 1,
        "invoiceId": 900,
        "contractId": 7001,
        "name": "Standard",
        "qty": 14.0,
        "unitPrice": 22.5,
        "totalPrice": 315.0,
        "valueDate": "2026-11-01T00:00:00",
    }
    host = Host()
    host.on(INVOICES, pages_of([billed, {"id": 2, "contractId": 0, "name": "Thank you"}], total=False))
    assert host.bms().invoice_lines(date(2026, 10, 9), date(2026, 11, 23)) == [
        InvoiceLine(900, 7001, "Standard", Decimal(14), Decimal("22.5"), Decimal(315), date(2026, 11, 1))
    ]
    sent = host.sent(INVOICES)[0].content
    assert b'"InvoiceDateFrom":"2026-10-09T00:00:00","InvoiceDateTo":"2026-11-23T23:59:59"' in sent


def test_an_invoice_line_with_money_but_no_quantity_is_not_understood() -> None:
    host = Host()
    host.on(INVOICES, ok([{"id": 1, "contractId": 7001, "name": "Standard", "totalPrice": 315.0}]))
    with pytest.raises(NotUnderstood, match="Qty"):
        host.bms().invoice_lines(date(2026, 10, 9), date(2026, 11, 23))
