"""Which contract follows one that ends, and from which day a company is billed on it: never two a day."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from seatbridge.psa.records import Contract
from seatbridge.reconcile.facts import Accepted, CompanyMapping
from seatbridge.reconcile.renewals import (
    Carried,
    Standing,
    carried_by,
    find_followers,
    on_successors,
    standing_of,
)

ENDS = date(2026, 12, 31)
OLD_ID, NEW_ID, ACCOUNT = 1, 2, 10
DAY = timedelta(days=1)
CARRIED = {OLD_ID: carried_by([(501, ACCOUNT, Decimal(5))]), NEW_ID: carried_by([(501, ACCOUNT, Decimal(5))])}
days = st.dates(date(2025, 6, 1), date(2028, 6, 1))


def contract(number: int, start: date, end: date | None, **fields: str) -> Contract:
    told = {"type": "Recurring Services", "status": "Active", "account_name": "Northwind"} | fields
    return Contract(
        number,
        f"C{number}",
        told["account_name"],
        told["type"],
        told["status"],
        "Monthly",
        Decimal(0),
        start,
        end,
    )


OLD = contract(OLD_ID, date(2026, 1, 1), ENDS)
NEXT = contract(NEW_ID, ENDS + DAY, date(2027, 12, 31))


def test_the_clone_that_begins_the_day_after_follows() -> None:
    assert find_followers(OLD, ACCOUNT, [OLD, NEXT], CARRIED).one == NEXT


def test_one_of_another_account_with_the_same_name_does_not() -> None:
    other = {**CARRIED, NEW_ID: carried_by([(501, 99, Decimal(5))])}
    found = find_followers(OLD, ACCOUNT, [NEXT], other)
    assert (found.fitting, found.near) == ((), ())


def test_one_that_lacks_a_service_or_is_of_another_type_is_named_only() -> None:
    both = {**CARRIED, OLD_ID: carried_by([(501, ACCOUNT, Decimal(5)), (502, ACCOUNT, Decimal(7))])}
    assert "lacks a service" in find_followers(OLD, ACCOUNT, [NEXT], both).near[0][1]
    retainer = contract(NEW_ID, ENDS + DAY, None, type="Retainer")
    assert "only Recurring Services" in find_followers(OLD, ACCOUNT, [retainer], CARRIED).near[0][1]


def test_a_line_at_price_0_carries_nothing() -> None:
    assert carried_by([(501, ACCOUNT, Decimal(0))]) == Carried(frozenset(), {})


def test_a_contract_without_an_end_has_nothing_to_follow_it() -> None:
    assert find_followers(contract(OLD_ID, date(2026, 1, 1), None), ACCOUNT, [NEXT], CARRIED).fitting == ()


@given(start=days, length=st.integers(0, 900))
def test_no_day_belongs_to_a_contract_and_to_what_may_follow_it(start: date, length: int) -> None:
    other = contract(NEW_ID, start, start + length * DAY)
    for each in find_followers(OLD, ACCOUNT, [other], CARRIED).fitting:
        assert each.start == ENDS + DAY


@given(today=days, end=st.none() | days, start=days)
def test_a_company_is_billed_on_one_contract_and_moves_only_once_the_old_one_is_over(
    today: date, end: date | None, start: date
) -> None:
    old, new = contract(OLD_ID, date(2025, 1, 1), end), contract(NEW_ID, start, None)
    contracts, accepted = {OLD_ID: old, NEW_ID: new}, Accepted(NEW_ID, first_write_approved=True)
    seen = (("standard", 20),)
    mapping = CompanyMapping(ACCOUNT, OLD_ID, first_write_approved=False, first_units=seen)
    (moved,) = on_successors({"northwind": mapping}, {OLD_ID: accepted}, contracts, today).values()
    is_over = end is not None and end < today
    if moved.contract_id == NEW_ID:
        assert is_over
        assert start <= today
        assert moved.first_write_approved
        assert moved.first_units == ()  # they were seen on the former contract's line
    else:
        assert moved == mapping
    void = standing_of(accepted, OLD_ID, contracts, today) is Standing.VOID
    assert void == (end is None or end >= start)
    if is_over and start <= today and not void:
        assert moved.contract_id == NEW_ID
