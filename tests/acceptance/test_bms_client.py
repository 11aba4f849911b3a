"""The client and a real BMS process: what is read is what is there, what is written is what is billed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import (
    MissingRight,
    NeedsCredentials,
    RateLimited,
    Rejected,
    Retriable,
    Unreachable,
)
from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.budget import OwnBudget
from seatbridge.psa.kaseya_bms.call_window import Rate
from seatbridge.psa.records import Account, LineAnswer, LineWrite, PriceWrite
from tests.acceptance.bms_process import (
    ADVANCED,
    ALICE,
    CONTOSO,
    NORTHWIND,
    REAL_TIME,
    STANDARD,
    BmsProcess,
    bms_process,
    wide_world,
)

TO_14 = LineWrite(
    contract_id=NORTHWIND,
    service_id=STANDARD,
    name="Standard",
    description="per user",
    units=14,
    unit_cost=Decimal("3.10"),
    unit_price=Decimal("5.00"),
    effective_date=date(2026, 11, 1),
)
TO_5_25 = PriceWrite(
    service_id=STANDARD,
    lines=((NORTHWIND, 91),),
    unit_price=Decimal("5.25"),
    unit_cost=Decimal("3.10"),
    effective_date=date(2026, 11, 1),
)


@pytest.fixture(scope="module")
def process() -> Iterator[BmsProcess]:
    with bms_process() as started:
        yield started


@pytest.fixture
def there(process: BmsProcess) -> BmsProcess:
    process.load()
    return process


def test_authenticating_says_which_bms_company_and_user(there: BmsProcess) -> None:
    with there.open() as bms:
        who = bms.whoami()
    assert (who.user, who.business_name, who.currency) == ("alice", "Northgate IT", "USD")
    assert there.sign_ins == {"accepted": 1, "refused": 0}


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_observation_costs_exactly_the_floor(process: BmsProcess, at_once: int) -> None:
    process.load(wide_world(250))
    with process.open(at_once=at_once) as bms:
        reading = bms.read([STANDARD, ADVANCED])
    assert sorted(reading.contracts) == list(range(1, 251))
    assert len({line.id for line in reading.lines}) == 500
    assert process.calls == {calls.AUTHENTICATE: 1, calls.CONTRACTS: 3, calls.LINES: 6}
    assert bms.calls == process.calls


@pytest.mark.parametrize(
    "knobs",
    [
        {"casing": "pascal"},
        {"naive_stamps": True},
        {"page_cap": 7},
        {"exposes_units": True},
        {"result_as_list": True},
        {"sign_in_refusal": "401"},
    ],
)
def test_however_this_bms_spells_things_the_same_is_read_and_written(
    process: BmsProcess, knobs: dict[str, Any]
) -> None:
    process.load(**knobs)
    with process.open() as bms:
        reading = bms.read([STANDARD, ADVANCED])
        answer = bms.write_line(TO_14)
        (after,) = bms.lines(STANDARD)
    assert reading.contracts[NORTHWIND].billing_price == Decimal(160)
    assert [(line.id, line.account_id, line.unit_price) for line in reading.lines] == [
        (91, 1, Decimal("5.00")),
        (92, 2, Decimal("7.50")),
    ]
    assert reading.lines[0].units == (32 if "exposes_units" in knobs else None)
    assert answer == LineAnswer(91, Decimal(14), date(2026, 11, 1))
    assert (after.id, after.unit_cost) == (91, Decimal("3.1"))
    assert process.billed(91)["units"] == 14


def test_every_list_for_choosing_can_be_read(there: BmsProcess) -> None:
    with there.open() as bms:
        assert bms.accounts() == [
            Account(1, "Northwind", is_active=True),
            Account(2, "Contoso", is_active=False),
        ]
        assert [account.name for account in bms.accounts(include_inactive=False)] == ["Northwind"]
        assert [choice.id for choice in bms.contract_choices(2)] == [CONTOSO]
        assert [service.unit_price for service in bms.services()] == [Decimal(5), Decimal("7.5")]
        assert [service.id for service in bms.services("adv")] == [ADVANCED]
        assert [line.id for line in bms.lines(STANDARD, "Contract 7001")] == [91]
        assert bms.lines(STANDARD, "Contract 7002") == []


def test_what_was_invoiced_is_read_back(there: BmsProcess) -> None:
    there.tell("POST", "date", {"date": "2026-12-02"})
    with there.open() as bms:
        billed = {line.contract_id: line for line in bms.invoice_lines(date(2026, 11, 23), date(2026, 12, 2))}
        nothing = bms.invoice_lines(date(2026, 1, 1), date(2026, 1, 2))
    assert (billed[NORTHWIND].quantity, billed[NORTHWIND].total) == (Decimal(32), Decimal(160))
    assert (billed[CONTOSO].name, billed[CONTOSO].total) == ("Advanced", Decimal(345))
    assert nothing == []


def test_a_price_job_takes_effect_when_it_ends(process: BmsProcess) -> None:
    process.load(job_seconds=1)
    with process.open(clock=REAL_TIME) as bms:
        bms.write_prices(TO_5_25)
        with pytest.raises(Retriable, match="already"):
            bms.write_prices(TO_5_25)
        before = bms.lines(STANDARD)[0].unit_price
        bms.wait_for_job(STANDARD)
        after = bms.lines(STANDARD)[0]
    assert (before, after.unit_price, after.name) == (Decimal(5), Decimal("5.25"), "Standard")
    assert len(process.writes) == 1


def test_a_second_line_is_refused_with_the_same_code_each_time(process: BmsProcess) -> None:
    process.load(behaviour="rejects")
    codes = []
    with process.open() as bms:
        for write in (TO_14, replace(TO_14, contract_id=CONTOSO, service_id=ADVANCED)):
            with pytest.raises(Rejected) as caught:
                bms.write_line(write)
            codes.append(caught.value.code)
    assert codes[0] == codes[1]
    assert not any(write["effect"] for write in process.writes)


def test_a_wrong_password_costs_one_sign_in_whatever_is_asked(there: BmsProcess) -> None:
    with there.open(replace(ALICE, password=Secret("wrong"))) as bms:
        for ask in (bms.sign_in, bms.whoami, bms.contracts, bms.accounts, lambda: bms.write_line(TO_14)):
            with pytest.raises(NeedsCredentials) as caught:
                ask()
            assert caught.value.refused
    assert there.sign_ins == {"accepted": 0, "refused": 1}


def test_a_wrong_company_name_is_told_from_a_wrong_password(there: BmsProcess) -> None:
    with (
        there.open(replace(ALICE, company_name="Northgate")) as bms,
        pytest.raises(NeedsCredentials, match="does not know the company name Northgate"),
    ):
        bms.sign_in()


def test_a_user_with_mfa_needs_the_totp_secret(there: BmsProcess) -> None:
    carol = replace(ALICE, username="carol")
    with there.open(carol) as bms, pytest.raises(NeedsCredentials, match="second factor"):
        bms.sign_in()
    with there.open(replace(carol, totp_secret=Secret("jbsw y3dp ehpk 3pxp"))) as bms:
        assert bms.whoami().user == "carol"


def test_a_missing_right_is_named_for_what_it_is(there: BmsProcess) -> None:
    with there.open(replace(ALICE, username="bob")) as bms:
        bms.contracts()
        with pytest.raises(MissingRight, match="POST /v2/finance/contracts/recurringservices"):
            bms.write_line(TO_14)
    assert not there.writes[0]["effect"]


def test_a_token_is_refreshed_without_another_sign_in(there: BmsProcess) -> None:
    with there.open() as bms:
        bms.contracts()
        there.time.sleep(31 * 60)
        bms.contracts()
    assert (there.calls[calls.AUTHENTICATE], there.calls[calls.REFRESH]) == (1, 1)


def test_the_limit_of_bms_is_waited_for_only_so_long(process: BmsProcess) -> None:
    process.load(hourly_limit=3, retry_after=True)
    with process.open() as bms:
        for _ in range(3):
            bms.contracts()
        with pytest.raises(RateLimited) as caught:
            bms.contracts()
    assert caught.value.retry_at > process.time.clock.now()
    assert process.time.slept == []


def test_our_own_budget_keeps_us_below_the_limit_of_bms(process: BmsProcess) -> None:
    process.load(hourly_limit=3)
    waits: list[str] = []
    with process.open(budget=OwnBudget(Rate(2))) as bms:
        bms.on_wait = lambda _until, why: waits.append(why)
        for _ in range(3):
            bms.contracts()
    assert waits == ["Kaseya's hourly limit"]


def test_a_host_where_nothing_listens_is_unreachable_and_nothing_was_sent() -> None:
    nobody = BmsProcess("http://127.0.0.1:9", control=None)  # type: ignore[arg-type]
    with nobody.open() as bms, pytest.raises(Unreachable, match="cannot be reached"):
        bms.sign_in()
    assert nobody.time.slept == [1]
