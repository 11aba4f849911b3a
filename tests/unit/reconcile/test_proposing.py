"""The calendar that a year of invoices tells of: found where it is clear, left alone where it is not."""

from datetime import date
from decimal import Decimal

import pytest

from bms_simulator.simulator import Simulator
from bms_simulator.world import World
from seatbridge.psa.records import Contract, InvoiceHead, InvoiceLine
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.proposing import Proposed, propose
from tests.unit.reconcile.worlds import moment

PRESET = BillingCalendar()


def a_contract(number: int, cycle: str = "Monthly", start: date = date(2025, 1, 1)) -> Contract:
    words = ("Northwind", "Northwind", "Recurring Services", "Active", cycle)
    return Contract(number, *words, Decimal(0), start, date(2029, 12, 31))


def a_year(
    *contracts: dict[str, object],
    calendar: BillingCalendar = PRESET,
    until: date = date(2026, 11, 23),
    **knobs: object,
) -> Proposed:
    """What is proposed after BMS has posted these contracts for a year."""
    world = World.from_json(
        {
            "date": "2025-11-23",
            "company_name": "Northgate IT",
            "services": [{"id": 1, "name": "Password Boss Standard", "unit_price": "5"}],
            "accounts": [{"id": 1, "name": "Northwind"}],
            "contracts": [
                {"id": number, "account_id": 1, "name": "Northwind", "start": "2025-01-01",
                 "end": "2029-12-31", "issue_on": "end", **contract}
                for number, contract in enumerate(contracts, start=1)
            ],
            "lines": [
                {"id": number, "contract_id": number, "service_id": 1, "units": 10,
                 "effective_date": contract.get("start", "2025-01-01")}
                for number, contract in enumerate(contracts, start=1)
            ],
            **knobs,
        }
    )  # fmt: skip
    bms = Simulator(world, lambda: moment("2026-11-23 09:00"))
    bms.advance(until)
    known = {
        row.id: Contract(
            row.id,
            row.name,
            "Northwind",
            row.type,
            row.status,
            row.billing_cycle,
            Decimal(0),
            row.start,
            row.end,
        )
        for row in world.contracts.values()
    }
    heads = [InvoiceHead(each.id, each.invoice_date) for each in world.invoices]
    lines = [
        InvoiceLine(
            each.id, row.contract_id, row.name, row.qty, row.unit_price, row.total_price, row.value_date
        )
        for each in world.invoices
        for row in each.lines
    ]
    return propose(known, heads, lines, calendar)


def test_what_most_contracts_do_becomes_the_calendar_and_the_others_differ() -> None:
    found = a_year(
        {}, {}, {}, {"issue_on": "start"}, {"posts_on": 10}, posting={"end_day": 3, "start_day": 20}
    )
    assert (found.default, found.end_posts_on, found.start_posts_on) == (IssueOn.END, 3, 20)
    assert found.contracts == {
        4: ContractTerms(IssueOn.START),
        5: ContractTerms(posts_on=10),
    }
    assert found.unclear == 0


def test_the_evidence_names_the_invoices() -> None:
    found = a_year({}, {}, {"issue_on": "start"})
    assert found.evidence[0].startswith(
        "End of cycle: 2 of 2 contracts are posted on the 1st, in 12 of 12 months: invoices of 1 Dec 2025,"
    )
    assert found.evidence[3].startswith("Start of cycle, posted on the 25th in 12 of 12 months: invoices of ")


@pytest.mark.parametrize("cycle", ["Weekly", "Monthly", "Quarterly"])
@pytest.mark.parametrize("issue_on", ["start", "end"])
@pytest.mark.parametrize("fiscal", [True, False])
@pytest.mark.parametrize("day", [1, 5, 25, 31])
def test_every_kind_of_contract_is_told_from_its_invoices(
    cycle: str,
    issue_on: str,
    fiscal: bool,  # noqa: FBT001 - a case
    day: int,
) -> None:
    contract = {"billing_cycle": cycle, "issue_on": issue_on, "fiscal": fiscal, "start": "2024-11-12"}
    found = a_year(contract, posting={f"{issue_on}_day": day})
    assert found.unclear == 0
    kind = found.start_posts_on if issue_on == "start" else found.end_posts_on
    assert (found.default, found.fiscal, kind) == (IssueOn(issue_on), fiscal, day)


def test_nothing_is_proposed_where_the_calendar_says_it_already() -> None:
    calendar = BillingCalendar(contracts={2: ContractTerms(IssueOn.START)})
    found = a_year({}, {"issue_on": "start"}, calendar=calendar)
    assert found.contracts == {}
    assert (found.default, found.end_posts_on, found.start_posts_on) == (IssueOn.END, 1, 25)


def test_what_a_person_said_stays_where_invoices_cannot_tell() -> None:
    """From the 1st of January calendar months and months from the start are the same."""
    calendar = BillingCalendar(contracts={1: ContractTerms(fiscal=False)})
    found = a_year({}, calendar=calendar)
    assert found.contracts == {}
    assert found.fiscal is calendar.fiscal


def test_one_invoice_is_no_habit() -> None:
    found = a_year({}, until=date(2025, 12, 2))
    assert (found.contracts, found.unclear) == ({}, 1)
    assert (found.default, found.end_posts_on) == (IssueOn.END, 1)


def test_days_that_do_not_agree_are_no_habit() -> None:
    heads = [InvoiceHead(month, date(2026, month, day)) for month, day in ((2, 3), (3, 9), (4, 20), (5, 1))]
    lines = [
        InvoiceLine(month, 1, "Password Boss", Decimal(1), Decimal(5), Decimal(5), date(2026, month - 1, 1))
        for month in (2, 3, 4, 5)
    ]
    contract = Contract(
        1,
        "Northwind",
        "Northwind",
        "Recurring Services",
        "Active",
        "Monthly",
        Decimal(0),
        date(2025, 1, 1),
        None,
    )
    found = propose({1: contract}, heads, lines, PRESET)
    assert (found.contracts, found.unclear, found.end_posts_on) == ({}, 1, 1)


def test_a_sale_on_the_day_of_the_invoice_does_not_turn_the_end_of_the_cycle_into_its_start() -> None:
    heads = [InvoiceHead(month, date(2026, month, 1)) for month in range(2, 8)]
    recurring = [
        InvoiceLine(month, 1, "Password Boss", Decimal(1), Decimal(5), Decimal(5), date(2026, month - 1, 1))
        for month in range(2, 8)
    ]
    sale = InvoiceLine(4, 1, "Laptop", Decimal(1), Decimal(900), Decimal(900), date(2026, 4, 1))
    contract = Contract(
        1,
        "Northwind",
        "Northwind",
        "Recurring Services",
        "Active",
        "Monthly",
        Decimal(0),
        date(2025, 1, 1),
        None,
    )
    found = propose({1: contract}, heads, [*recurring, sale], PRESET)
    assert (found.default, found.contracts, found.unclear) == (IssueOn.END, {}, 0)
