from datetime import date
from typing import Any

from tests.simulator.worlds import ADVANCED, CONTOSO, NORTHWIND, STANDARD, Bms, element, read, world


def invoiced(bms: Bms, day: str, contract_id: int) -> list[tuple[str, str, str]]:
    """Let the days pass; (quantity, unit price, total) of the lines that were then invoiced."""
    invoices = bms.control("POST", "date", {"date": day})["invoices"]
    lines = [line for invoice in invoices for line in invoice["lines"]]
    return [
        (line["qty"], line["unit_price"], line["total_price"])
        for line in lines
        if line["contract_id"] == contract_id
    ]


def test_a_posting_day_is_posted_when_it_is_over() -> None:
    bms = Bms()
    assert invoiced(bms, "2026-12-01", NORTHWIND) == []
    assert invoiced(bms, "2026-12-02", NORTHWIND) == [("32", "5.0000", "160.00")]
    assert bms.simulator.world.invoices[-1].invoice_date == date(2026, 12, 1)
    assert bms.bill()["next_period"] == {"start": "2026-12-01", "end": "2026-12-31"}


def test_a_start_of_cycle_contract_is_invoiced_before_the_period_begins() -> None:
    bms = Bms()
    assert bms.bill(CONTOSO)["next_period"] == {"start": "2026-12-01", "end": "2026-12-31"}
    assert invoiced(bms, "2026-11-26", CONTOSO) == [("46", "7.5000", "345.00"), ("4", "3.2500", "13.00")]


def test_a_change_on_the_first_day_of_an_unposted_period_makes_no_proration() -> None:
    bms = Bms()
    bms.post_service(NORTHWIND, element(29, "2026-11-01"))
    assert bms.bill()["lines"][0]["prorations"] == []
    assert invoiced(bms, "2026-12-02", NORTHWIND) == [("29", "5.0000", "145.00")]


def test_a_rise_inside_an_unposted_period_is_prorated_from_its_day() -> None:
    bms = Bms()
    bms.post_service(NORTHWIND, element(40, "2026-11-10"))
    # 8 more for 21 of 30 days: 8 x 5.00 x 21 / 30.
    assert invoiced(bms, "2026-12-02", NORTHWIND) == [("32", "5.0000", "160.00"), ("8", "3.5000", "28.00")]


def test_writing_the_first_day_again_takes_a_proration_back() -> None:
    bms = Bms()
    bms.post_service(NORTHWIND, element(40, "2026-11-10"))
    bms.post_service(NORTHWIND, element(40, "2026-11-01"))
    assert invoiced(bms, "2026-12-02", NORTHWIND) == [("40", "5.0000", "200.00")]


def test_a_drop_in_a_posted_period_is_a_negative_line_on_the_next_invoice() -> None:
    bms = Bms()
    fewer = element(40, "2026-11-16", ServiceId=ADVANCED, UnitPrice=7.5)
    bms.post_service(CONTOSO, fewer)
    # 6 fewer for 15 of 30 days: -6 x 7.50 x 15 / 30.
    (owed,) = bms.bill(CONTOSO)["lines"][0]["prorations"]
    assert (owed["units"], owed["amount"]) == (-6, "-22.50")
    lines = invoiced(bms, "2026-11-26", CONTOSO)
    assert lines == [("40", "7.5000", "300.00"), ("4", "3.2500", "13.00"), ("-6", "3.7500", "-22.50")]
    assert bms.bill(CONTOSO)["lines"][0]["prorations"] == []


def test_a_new_price_inside_a_period_is_prorated_over_the_units() -> None:
    bms = Bms()
    bms.simulator.edit_line(91, unit_price="6", effective_date="2026-11-16")
    # 32 x 1.00 x 15 / 30.
    assert invoiced(bms, "2026-12-02", NORTHWIND)[1] == ("32", "0.5000", "16.00")


def test_units_and_price_changing_together_add_up_to_the_difference() -> None:
    bms = Bms()
    bms.simulator.edit_line(91, units=40, unit_price="6", effective_date="2026-11-16")
    # Half a month of 40 x 6.00 - 32 x 5.00 = 80.00.
    assert invoiced(bms, "2026-12-02", NORTHWIND)[1:] == [("8", "3.0000", "24.00"), ("32", "0.5000", "16.00")]


def test_a_rise_on_a_posted_year_is_prorated_to_its_end() -> None:
    yearly = {
        "id": 7003,
        "account_id": 1,
        "name": "Yearly",
        "billing_cycle": "Yearly",
        "fiscal": False,
        "start": "2026-03-01",
        "end": "2029-02-28",
    }
    line = {"id": 94, "contract_id": 7003, "service_id": STANDARD, "units": 25, "unit_price": 60}
    small = world()
    small["contracts"].append(yearly)
    small["lines"].append(line | {"effective_date": "2026-03-01"})
    bms = Bms(small)
    before = bms.bill(7003)
    bms.post_service(7003, element(28, "2026-12-01", UnitPrice=60))
    assert before["next_period"] == {"start": "2027-03-01", "end": "2028-02-29"}
    (owed,) = bms.bill(7003)["lines"][0]["prorations"]
    # 3 x 60.00 x 90 / 365 days from 1 December to the end of February.
    assert (owed["units"], owed["amount"], owed["until"]) == (3, "44.38", "2027-03-01")
    lines = invoiced(bms, "2027-02-26", 7003)
    assert [total for _, _, total in lines] == ["1680.00", "44.38"]


def test_periods_cut_by_the_contract_cost_their_share() -> None:
    bms = Bms()
    bms.simulator.edit_contract(NORTHWIND, end="2026-12-15")
    bms.simulator.advance(date(2026, 12, 2))
    # 160.00 x 15 / 31.
    assert invoiced(bms, "2027-01-02", NORTHWIND) == [("32", "2.4194", "77.42")]
    assert bms.bill()["next_period"] is None


def test_half_a_cent_of_a_cut_period_is_rounded_up() -> None:
    small = world()
    small["contracts"][0] |= {"end": "2026-11-25"}
    small["lines"][0] |= {"units": 1, "unit_price": "0.03"}
    # 0.03 x 25 / 30 is 0.025.
    assert invoiced(Bms(small), "2026-12-02", NORTHWIND)[0] == ("1", "0.0250", "0.03")


def test_two_priced_lines_are_both_invoiced() -> None:
    bms = Bms(world(behaviour="appends"))
    bms.post_service(NORTHWIND, element(29, "2026-11-01"))
    assert [total for _, _, total in invoiced(bms, "2026-12-02", NORTHWIND)] == ["160.00", "145.00"]


def test_a_dead_line_is_invoiced_at_0_and_one_of_0_units_not_at_all() -> None:
    bms = Bms()
    bms.simulator.edit_line(91, unit_price=0, effective_date="2026-11-01")
    bms.simulator.add_line(contract_id=NORTHWIND, service_id=ADVANCED, units=0, effective_date="2026-11-01")
    assert invoiced(bms, "2026-12-02", NORTHWIND) == [("32", "0.0000", "0.00")]


def test_a_credit_alone_is_no_invoice_and_goes_on_waiting() -> None:
    bms = Bms()
    bms.simulator.delete_line(93)
    bms.simulator.edit_line(92, units=0, effective_date="2026-11-16")
    assert invoiced(bms, "2026-11-26", CONTOSO) == []
    assert bms.bill(CONTOSO)["lines"][0]["prorations"][0]["amount"] == "-172.50"


def test_posting_can_be_done_by_hand_and_is_not_done_twice() -> None:
    bms = Bms()
    bms.simulator.advance(date(2026, 11, 25))
    first = bms.control("POST", "post")["invoices"]
    assert [invoice["account_id"] for invoice in first] == [2]
    assert bms.control("POST", "post", {"on": "2026-11-25"})["invoices"] == []
    assert invoiced(bms, "2026-11-26", CONTOSO) == []


def test_inactive_contracts_are_not_posted() -> None:
    bms = Bms()
    bms.simulator.edit_contract(NORTHWIND, status="Inactive")
    assert invoiced(bms, "2026-12-02", NORTHWIND) == []


def test_invoices_can_be_read_on_the_vendors_wire() -> None:
    bms = Bms()
    bms.simulator.advance(date(2026, 12, 2))
    (invoice, _) = read(bms.send("GET", "/v2/finance/invoices/summary"))["result"]
    assert (invoice["invoiceDate"][:10], invoice["invoiceFrom"][:10], invoice["invoiceTo"][:10]) == (
        "2026-11-25",
        "2026-12-01",
        "2026-12-31",
    )
    asked = {"Filter": {"InvoiceDateFrom": "2026-12-01", "InvoiceDateTo": "2026-12-31"}, "PageSize": 100}
    rows: list[dict[str, Any]] = read(bms.send("POST", "/v2/finance/invoices/details", asked))["result"]
    assert [(row["contractId"], row["name"], row["qty"], row["totalPrice"]) for row in rows] == [
        (NORTHWIND, "Standard", 32.0, 160.0)
    ]
    assert bms.bill()["invoices"] == [2]


def test_bms_rewrites_the_lines_that_it_counts_itself() -> None:
    bms = Bms()
    bms.simulator.edit_line(93, automatic=True)
    bms.simulator.edit_line(93, units=9)
    bms.simulator.advance(date(2026, 11, 24))
    assert bms.bill(CONTOSO)["lines"][1]["units_now"] == 4
