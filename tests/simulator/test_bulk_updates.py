import pytest

from tests.simulator.worlds import BULK_UPDATE, CONTOSO, NORTHWIND, STANDARD, Bms, read, world

ZERO = {"UnitPrice": 0, "UnitCost": 0, "ServiceName": "ENDED", "EffectiveDate": "2026-11-01T00:00:00"}


def test_a_bulk_update_takes_effect_when_its_job_ends() -> None:
    bms = Bms(world(job_seconds=20))
    assert read(bms.bulk(STANDARD, [(NORTHWIND, 91)], **ZERO))["success"] is True
    assert isinstance(bms.running_job(), int)
    assert bms.lines()[0]["unitPrice"] == 5.0
    assert bms.simulator.writes[0].effect is False
    bms.clock.pass_seconds(20)
    assert bms.running_job() is None
    (line,) = bms.lines()
    assert (line["unitPrice"], line["unitCost"], line["serviceName"]) == (0.0, 0.0, "ENDED")
    assert line["serviceDescription"] == "per user"
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 0.0
    assert bms.simulator.writes[0].effect is True


def test_a_second_job_for_a_service_is_refused_while_one_runs() -> None:
    bms = Bms(world(job_seconds=20))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4)
    assert read(bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=3))["success"] is False
    assert read(bms.bulk(502, [(CONTOSO, 92)], UnitPrice=7))["success"] is True
    bms.clock.pass_seconds(20)
    assert bms.lines()[0]["unitPrice"] == 4.0


def test_lines_that_are_excluded_or_gone_are_passed_over() -> None:
    bms = Bms(world(job_seconds=5))
    other = bms.simulator.add_line(contract_id=CONTOSO, service_id=STANDARD, units=2)
    gone = bms.simulator.add_line(contract_id=CONTOSO, service_id=STANDARD, units=3)
    bms.simulator.edit_line(91, excluded_from_bulk=True)
    bms.bulk(STANDARD, [(NORTHWIND, 91), (CONTOSO, other.id), (CONTOSO, gone.id)], UnitPrice=1)
    job = bms.running_job()
    bms.simulator.delete_line(gone.id)
    bms.clock.pass_seconds(5)
    assert {line["id"]: line["unitPrice"] for line in bms.lines()} == {91: 5.0, other.id: 1.0}
    logs = read(bms.send("GET", f"/v2/system/batchAction/logs/{job}"))["result"]
    assert [log["action"] for log in logs] == ["Skipped", "Updated", "Skipped"]


@pytest.mark.parametrize("fault", ["job-fails", "job-passes-over"])
def test_a_job_may_end_without_having_changed_anything(fault: str) -> None:
    bms = Bms(world(job_seconds=5))
    bms.simulator.arm(BULK_UPDATE, fault)
    assert read(bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=0))["success"] is True
    bms.clock.pass_seconds(5)
    assert bms.running_job() is None
    assert bms.lines()[0]["unitPrice"] == 5.0
    assert bms.simulator.writes[0].effect is False


def test_a_job_may_pass_over_some_lines_only() -> None:
    bms = Bms()
    other = bms.simulator.add_line(contract_id=CONTOSO, service_id=STANDARD, units=2)
    bms.simulator.arm(BULK_UPDATE, "job-passes-over", line_ids=[91])
    bms.bulk(STANDARD, [(NORTHWIND, 91), (CONTOSO, other.id)], UnitPrice=0)
    assert {line["id"]: line["unitPrice"] for line in bms.lines()} == {91: 5.0, other.id: 0.0}


@pytest.mark.parametrize(
    ("meaning", "price", "day", "total"),
    [
        ("from-date", 5.0, "2026-01-01", 160.0),
        ("immediate", 4.0, "2026-01-01", 128.0),
        ("re-dates", 4.0, "2026-12-01", 0.0),
    ],
)
def test_a_date_ahead_means_one_of_three_things(meaning: str, price: float, day: str, total: float) -> None:
    bms = Bms(world(bulk_date=meaning))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4, EffectiveDate="2026-12-01T00:00:00")
    (line,) = bms.lines()
    assert (line["unitPrice"], line["effectiveDate"][:10]) == (price, day)
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == total


@pytest.mark.parametrize("meaning", ["from-date", "immediate", "re-dates"])
def test_the_first_day_of_the_begun_unposted_period_is_right_under_every_meaning(meaning: str) -> None:
    bms = Bms(world(bulk_date=meaning))
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4, EffectiveDate="2026-11-01T00:00:00")
    bill = bms.bill()
    assert bill["next_period"] == {"start": "2026-11-01", "end": "2026-11-30"}
    (line,) = bill["lines"]
    assert (line["amount"], line["prorations"]) == ("128.00", [])
    assert bill["total_now"] == "128.00"


def test_a_price_from_a_date_holds_for_what_is_already_waiting_behind_it() -> None:
    bms = Bms()
    bms.simulator.edit_line(91, units=40, effective_date="2026-12-01")
    bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=4, EffectiveDate="2026-11-01T00:00:00")
    bms.simulator.advance(bms.simulator.world.today.replace(month=12, day=1))
    assert bms.contracts()[NORTHWIND]["contractBillingPrice"] == 160.0


@pytest.mark.parametrize(
    "body",
    [
        {"SelectedClientContractServices": [], "Values": {"UnitPrice": 1}},
        {"SelectedClientContractServices": 1, "Values": {"UnitPrice": 1}},
        {"SelectedClientContractServices": [{"ClientContractId": {}}], "Values": {}},
        {"SelectedClientContractServices": [{"ClientContractId": NORTHWIND}], "Values": {}},
        {
            "SelectedClientContractServices": [
                {"ClientContractId": NORTHWIND, "ClientContractServiceId": 91}
            ],
            "Values": {"UnitPrice": -1},
        },
    ],
)
def test_a_bulk_update_that_selects_nothing_or_a_bad_price_is_refused(body: dict[str, object]) -> None:
    bms = Bms()
    path = f"/v2/admin/finance/services/{STANDARD}/relatedservices/bulkupdate"
    assert read(bms.send("POST", path, body))["success"] is False
    assert bms.running_job() is None
