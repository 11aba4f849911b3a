import pytest

from tests.simulator.worlds import CONTOSO, NORTHWIND, STANDARD, Bms, element, read, world


def test_adjusts_gives_the_line_the_units_and_answers_its_own_id() -> None:
    bms = Bms()
    answer = read(bms.post_service(NORTHWIND, element(29)))
    assert answer["success"] is True
    assert answer["result"]["id"] == 91
    assert answer["result"]["units"] == 29.0
    assert answer["result"]["effectiveDate"] == "2026-11-01T00:00:00"
    assert [line["id"] for line in bms.lines()] == [91]
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 145.0


def test_adjusts_writes_the_posted_price_cost_name_and_description() -> None:
    bms = Bms()
    bms.post_service(
        NORTHWIND, element(29, UnitPrice=6.25, UnitCost=4, ServiceName="Std", ServiceDescription="")
    )
    (line,) = bms.lines()
    assert (line["unitPrice"], line["unitCost"], line["serviceName"], line["serviceDescription"]) == (
        6.25,
        4.0,
        "Std",
        "",
    )


def test_a_change_dated_ahead_and_kept_moves_nothing_until_its_day() -> None:
    bms = Bms()
    bms.post_service(NORTHWIND, element(40, "2026-12-01"))
    assert bms.lines()[0]["effectiveDate"] == "2026-01-01T00:00:00"
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 160.0
    assert bms.bill()["pending"] == [{"line_id": 91, "units": 40, "from": "2026-12-01"}]
    bms.control("POST", "date", {"date": "2026-12-01"})
    assert bms.lines()[0]["effectiveDate"] == "2026-12-01T00:00:00"
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 200.0


def test_a_change_dated_ahead_that_re_dates_takes_the_line_out_of_the_bill_until_then() -> None:
    bms = Bms(world(ahead="re-dates", new_line_ahead_counts=True))
    bms.post_service(NORTHWIND, element(40, "2026-12-01"))
    assert bms.lines()[0]["effectiveDate"] == "2026-12-01T00:00:00"
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 0.0
    bms.control("POST", "date", {"date": "2026-12-01"})
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 200.0


def test_appends_makes_a_second_line_every_time() -> None:
    bms = Bms(world(behaviour="appends"))
    answer = read(bms.post_service(NORTHWIND, element(29)))
    assert answer["result"]["id"] == 94
    assert [line["id"] for line in bms.lines()] == [91, 94]
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 305.0


@pytest.mark.parametrize(("counts", "total"), [(False, 160.0), (True, 305.0)])
def test_a_new_line_dated_ahead_may_count_at_once(*, counts: bool, total: float) -> None:
    bms = Bms(world(behaviour="appends", new_line_ahead_counts=counts))
    bms.post_service(NORTHWIND, element(29, "2026-12-01"))
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == total


def test_rejects_refuses_a_service_that_stands_on_the_contract_even_at_price_0() -> None:
    bms = Bms(world(behaviour="rejects"))
    bms.simulator.edit_line(91, unit_price="0")
    first, second = (read(bms.post_service(NORTHWIND, element(units))) for units in (29, 30))
    assert first["success"] is second["success"] is False
    assert first["error"]["code"] == second["error"]["code"] == 4006
    assert len(bms.lines()) == 1


def test_rejects_creates_a_service_that_the_contract_does_not_have() -> None:
    bms = Bms(world(behaviour="rejects"))
    assert read(bms.post_service(CONTOSO, element(3)))["success"] is True
    assert [line["contractId"] for line in bms.lines()] == [NORTHWIND, CONTOSO]


def test_adjusts_takes_the_priced_line_and_else_the_newest() -> None:
    bms = Bms()
    dead = bms.simulator.add_line(contract_id=NORTHWIND, service_id=STANDARD, units=9, unit_price=0)
    assert read(bms.post_service(NORTHWIND, element(29)))["result"]["id"] == 91
    bms.simulator.edit_line(91, unit_price=0)
    assert read(bms.post_service(NORTHWIND, element(29)))["result"]["id"] == dead.id


def test_a_refused_second_element_leaves_the_first_written() -> None:
    bms = Bms()
    answer = read(bms.post_service(NORTHWIND, element(29), element(5, ServiceId=999)))
    assert answer["success"] is False
    assert bms.bill()["total_now"] == "145.00"
    assert bms.simulator.writes[0].effect is True


def test_an_omitted_number_becomes_0() -> None:
    bms = Bms()
    short = element(29)
    del short["UnitPrice"]
    bms.post_service(NORTHWIND, short)
    assert bms.lines()[0]["unitPrice"] == 0.0


@pytest.mark.parametrize("units", [-1, 2.5, "3", True, None])
def test_units_are_whole_numbers_from_0(units: object) -> None:
    bms = Bms()
    answer = bms.post_service(NORTHWIND, element(0, Units=units))
    assert answer.status == 200
    assert read(answer)["success"] is False
    assert bms.bill()["total_now"] == "160.00"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "Inactive"},
        {"end": "2026-11-22"},
        {"type": "Time and Material"},
        {"start": "2026-11-02"},
    ],
)
def test_a_contract_that_is_closed_or_does_not_hold_the_date_refuses(change: dict[str, str]) -> None:
    bms = Bms()
    bms.simulator.edit_contract(NORTHWIND, **change)
    assert read(bms.post_service(NORTHWIND, element(29)))["success"] is False
    assert bms.simulator.writes[0].effect is False


def test_an_unknown_contract_refuses() -> None:
    assert read(Bms().post_service(1, element(29)))["success"] is False


def test_keys_are_read_in_any_case() -> None:
    bms = Bms()
    odd = {key.swapcase(): value for key, value in element(29).items()}
    assert read(bms.post_service(NORTHWIND, odd))["result"]["units"] == 29.0


def test_the_result_may_be_a_list() -> None:
    bms = Bms(world(result_as_list=True))
    (row,) = read(bms.post_service(NORTHWIND, element(29)))["result"]
    assert row["id"] == 91


def test_a_write_is_not_seen_by_reads_before_it_has_settled() -> None:
    bms = Bms(world(settles_after_seconds=30))
    bms.post_service(NORTHWIND, element(29, UnitPrice=6))
    assert bms.lines()[0]["unitPrice"] == 5.0
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 160.0
    bms.clock.pass_seconds(30)
    assert bms.lines()[0]["unitPrice"] == 6.0
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 174.0
