"""Rows of one line in BMS say so: each shows its whole change, and a sum counts it once."""

from dataclasses import replace
from decimal import Decimal

from seatbridge.sync.shown.shown_lines import ShownLine, money_of
from seatbridge.sync.shown.together import together_of, with_whom

HOLDINGS = ShownLine(
    company="hollis holdings",
    name="Hollis Holdings",
    product="standard",
    contract_id=107,
    service_id=501,
    before=20,
    after=17,
    price=Decimal("5.00"),
    money=Decimal("-15.00"),
    currency="USD",
    effective=None,
    status="held:edited-in-bms",
    cause="",
    fix="",
    explanation="",
    outcome="blocked",
    evidence="",
    line_id=7001,
    proration=None,
)
MARINE = replace(HOLDINGS, company="hollis marine", name="Hollis Marine")
OTHER = replace(HOLDINGS, company="fabrikam", name="Fabrikam", contract_id=108, line_id=7002)


def test_each_of_two_companies_on_one_line_names_the_other_and_the_sum_counts_it_once() -> None:
    lines = [HOLDINGS, MARINE, OTHER]
    together = together_of(lines, lines)
    assert [with_whom(line, together) for line in lines] == [
        "One line in BMS with Hollis Marine: sums count it once",
        "One line in BMS with Hollis Holdings: sums count it once",
        "",
    ]
    assert money_of(lines) == Decimal("-30.00")


def test_the_other_is_named_also_where_it_stands_on_another_page_of_the_list() -> None:
    assert "Hollis Marine" in with_whom(HOLDINGS, together_of([HOLDINGS], [HOLDINGS, MARINE]))


def test_two_products_of_one_company_on_one_line_are_told_apart_by_product() -> None:
    advanced = replace(HOLDINGS, product="advanced")
    together = together_of([HOLDINGS, advanced], [HOLDINGS, advanced])
    assert with_whom(HOLDINGS, together) == (
        "One line in BMS with Password Boss Advanced: sums count it once"
    )


def test_a_line_of_many_companies_names_three() -> None:
    lines = [replace(HOLDINGS, company=f"c{number}", name=f"C{number}") for number in range(6)]
    assert with_whom(lines[0], together_of(lines, lines)).startswith(
        "One line in BMS with C1, C2, C3 and 2 more:"
    )
