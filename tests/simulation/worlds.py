"""Draw a world: what BMS holds and hides, and what the partner knows of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.simulation.chance import Chance
from tests.simulation.worlds_bms import (
    ADVANCED,
    STANDARD,
    TEST_CONTRACT,
    Terms,
    bms_json,
    contract_json,
    lines_json,
    own_contract_json,
    own_line_json,
    pick_prices,
)


@dataclass(slots=True)
class DrawnCompany:
    """A company of Password Boss with its counts; `contract_id` None: not mapped."""

    ref: str
    name: str
    account_id: int
    contract_id: int | None
    counts: dict[str, int] = field(default_factory=dict)
    licenses: int | None = None
    excluded: str = ""


@dataclass(slots=True)
class Drawn:
    """`bms` is the simulator's world as JSON, `day` the first day of the partner with Seatbridge."""

    bms: dict[str, Any]
    zone: str
    day: date
    products: dict[str, int]  # product -> service id
    companies: list[DrawnCompany]
    terms: Terms
    test_contract: int | None
    carried: dict[tuple[int, int], Decimal]  # lines of one unit that carry their users in the price: p
    posting_hour: int
    says_posted: bool


def draw_world(chance: Chance) -> Drawn:
    day = chance.day(date(2026, 10, 5), 120)
    terms = Terms(chance.weighed({"end": 0.7, "start": 0.3}), fiscal=chance.maybe(0.8))
    count = chance.weighed({1: 2, 2: 6, 3: 4, 4: 2, 5: 1, 6: 1})
    contracts = [contract_json(chance, number, day, terms) for number in range(count)]
    prices = pick_prices(chance)
    carried: dict[tuple[int, int], Decimal] = {}
    carries = chance.maybe(0.25)
    lines = [
        line
        for contract in contracts
        for line in lines_json(chance, contract, day, prices, carried if carries else None)
    ]
    products = _products(chance)
    companies = _companies(chance, contracts, lines, products, carried)
    has_test_contract = chance.maybe(0.75)
    if has_test_contract:
        contracts.append(own_contract_json())
        lines.append(own_line_json())
    for number, line in enumerate(lines, start=9001):
        line["id"] = number
    return Drawn(
        bms=bms_json(chance, day, prices, contracts, lines),
        zone=chance.pick(("America/New_York", "UTC", "Australia/Sydney")),
        day=day,
        products=products,
        companies=companies,
        terms=terms,
        test_contract=TEST_CONTRACT if has_test_contract else None,
        carried=carried,
        posting_hour=chance.whole(8, 16),
        says_posted=chance.maybe(0.5),
    )


def _products(chance: Chance) -> dict[str, int]:
    both = (("standard", STANDARD), ("advanced", ADVANCED))
    on_one_line = (("standard", STANDARD), ("advanced", STANDARD))
    return dict(chance.weighed({both: 8, on_one_line: 1, both[:1]: 1}))


def _companies(
    chance: Chance,
    contracts: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    products: dict[str, int],
    carried: dict[tuple[int, int], Decimal],
) -> list[DrawnCompany]:
    companies: list[DrawnCompany] = []
    for contract in contracts:
        for share in range(chance.weighed({1: 8, 2: 2})):
            number = len(companies) + 1
            company = DrawnCompany(f"C{number}", f"Company {number}", contract["account_id"], contract["id"])
            _spoil(chance, company)
            for product, service in products.items():
                first = _count(chance, (contract["id"], service), lines, carried)
                company.counts[product] = chance.whole(0, 3) if share else first
            if chance.maybe(0.3):
                company.licenses = sum(company.counts.values()) + chance.whole(0, 12)
            companies.append(company)
    return companies


def _spoil(chance: Chance, company: DrawnCompany) -> None:
    """Not mapped, excluded, or mapped to an account that the contract does not belong to."""
    if chance.maybe(0.03):
        company.contract_id = None
    elif chance.maybe(0.03):
        company.excluded = "in bundle"
    elif chance.maybe(0.03):
        company.account_id += 100


def _count(
    chance: Chance,
    key: tuple[int, int],
    lines: list[dict[str, Any]],
    carried: dict[tuple[int, int], Decimal],
) -> int:
    line = next((row for row in lines if (row["contract_id"], row["service_id"]) == key), None)
    if line is None:
        return chance.weighed({0: 9, 1: 1})
    units = int(line["units"])
    if key in carried:
        units = int(Decimal(line["unit_price"]) / carried[key])
    return max(units + chance.weighed({0: 4, 1: 4, 2: 2, -1: 3, 15: 0.2, -units // 2: 0.2}), 0)
