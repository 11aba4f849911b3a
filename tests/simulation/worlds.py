"""Draw a world: what BMS holds and hides, and what the partner knows of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.simulation.chance import Chance

STANDARD, ADVANCED = 501, 502
# Odd cents: their movements must not look like a movement of ours by chance.
OTHERS = {601: "3.37", 602: "11.93", 603: "0.71"}
PRICES = {STANDARD: ("4.50", "5.00", "6.25"), ADVANCED: ("7.50", "9.00")}
COSTS = {STANDARD: "3.00", ADVANCED: "4.10"}
TEST_CONTRACT = 7900
PASSWORD = "the right password"
# So long did BMS bill before the partner connects it.
PAST = timedelta(days=50)


@dataclass(frozen=True, slots=True)
class DrawnContract:
    id: int
    account_id: int
    issue_on: str
    fiscal: bool


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
    """`bms` is the JSON of the simulator's world, `day` the first day that the partner works with Seatbridge."""

    bms: dict[str, Any]
    zone: str
    day: date
    products: dict[str, int]  # product -> service id
    contracts: list[DrawnContract]
    companies: list[DrawnCompany]
    issue_on: str
    fiscal: bool
    test_contract: int | None
    carried: dict[tuple[int, int], Decimal]  # lines of one unit that carry their users in the price: p
    posting_hour: int
    says_posted: bool


def draw_world(chance: Chance) -> Drawn:
    day = chance.day(date(2026, 10, 5), 120)
    issue_on, fiscal = chance.weighed({"end": 0.6, "start": 0.4}), chance.maybe(0.8)
    contracts: list[dict[str, Any]] = []
    known: list[DrawnContract] = []
    for number in range(chance.weighed({1: 5, 2: 6, 3: 4, 4: 2, 5: 1, 6: 1})):
        contract = _contract(chance, number, day, issue_on, fiscal=fiscal)
        contracts.append(contract)
        known.append(
            DrawnContract(contract["id"], contract["account_id"], contract["issue_on"], contract["fiscal"])
        )
    prices = {service: chance.pick(PRICES[service]) for service in PRICES}
    lines: list[dict[str, Any]] = []
    carried: dict[tuple[int, int], Decimal] = {}
    carries = chance.maybe(0.25)
    for contract in contracts:
        lines += _lines(chance, contract, day, prices, carried if carries else None)
    test_contract = TEST_CONTRACT if chance.maybe(0.2) else None
    if test_contract is not None:
        contracts.append(_test_contract(issue_on, fiscal=fiscal))
        lines.append(
            {"contract_id": TEST_CONTRACT, "service_id": STANDARD, "units": 1, "unit_price": "0.01",
             "effective_date": "2026-01-01"}
        )  # fmt: skip
    for number, line in enumerate(lines, start=9001):
        line["id"] = number
    products = chance.weighed(
        {
            (("standard", STANDARD), ("advanced", ADVANCED)): 8,
            (("standard", STANDARD), ("advanced", STANDARD)): 1,
            (("standard", STANDARD),): 1,
        }
    )
    return Drawn(
        bms=_bms(chance, day, prices, contracts, lines),
        zone=chance.pick(("America/New_York", "UTC", "Australia/Sydney")),
        day=day,
        products=dict(products),
        contracts=known,
        companies=_companies(chance, known, lines, dict(products), carried),
        issue_on=issue_on,
        fiscal=fiscal,
        test_contract=test_contract,
        carried=carried,
        posting_hour=chance.whole(8, 16),
        says_posted=chance.maybe(0.5),
    )


def _contract(chance: Chance, number: int, day: date, issue_on: str, *, fiscal: bool) -> dict[str, Any]:
    start = chance.pick(
        (date(2026, 1, 1), chance.day(date(2025, 3, 1), 400), date(2026, 1, 31), chance.day(date(2026, 8, 1), 60))
    )
    end = date(2029, 12, 31) if chance.maybe(0.88) else chance.day(day + timedelta(days=3), 70)
    return {
        "id": 7001 + number,
        "account_id": 11 + number,
        "name": f"Contract {number + 1}",
        "type": "Recurring Services" if chance.maybe(0.97) else "Fixed Price",
        "status": "Active" if chance.maybe(0.96) else "Expired",
        "billing_cycle": chance.weighed({"Monthly": 14, "Quarterly": 2, "Yearly": 1, "Weekly": 2}),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "issue_on": issue_on if chance.maybe(0.8) else chance.pick(("start", "end")),
        "fiscal": fiscal if chance.maybe(0.85) else not fiscal,
    }


def _test_contract(issue_on: str, *, fiscal: bool) -> dict[str, Any]:
    return {
        "id": TEST_CONTRACT, "account_id": 10, "name": "Our own test", "billing_cycle": "Monthly",
        "start": "2026-01-01", "end": "2029-12-31", "issue_on": issue_on, "fiscal": fiscal,
    }  # fmt: skip


def _lines(
    chance: Chance,
    contract: dict[str, Any],
    day: date,
    prices: dict[int, str],
    carried: dict[tuple[int, int], Decimal] | None,
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    start = date.fromisoformat(contract["start"])
    for service, share in ((STANDARD, 0.95), (ADVANCED, 0.5)):
        if not chance.maybe(share):
            continue
        line = {
            "contract_id": contract["id"],
            "service_id": service,
            "units": chance.weighed({chance.whole(1, 9): 2, chance.whole(10, 60): 3}),
            "unit_price": prices[service] if chance.maybe(0.8) else "5.40",
            "effective_date": (start if chance.maybe(0.8) else max(start, chance.day(day, 20) - timedelta(days=25))).isoformat(),
            "excluded_from_bulk": chance.maybe(0.06),
        }  # fmt: skip
        if carried is not None and chance.maybe(0.8):
            price = Decimal(line["unit_price"])
            carried[contract["id"], service] = price
            cost = Decimal(COSTS[service]) * line["units"]
            line |= {"units": 1, "unit_price": str(price * line["units"]), "unit_cost": str(cost)}
        lines.append(line)
        if chance.maybe(0.03):
            lines.append(dict(line))
        if chance.maybe(0.03):
            lines.append(dict(line) | {"unit_price": "0", "units": 2})
    for service in chance.some(list(OTHERS), 0.4):
        lines.append(
            {"contract_id": contract["id"], "service_id": service, "units": chance.whole(1, 30),
             "effective_date": contract["start"]}
        )  # fmt: skip
    return lines


def _companies(
    chance: Chance,
    contracts: list[DrawnContract],
    lines: list[dict[str, Any]],
    products: dict[str, int],
    carried: dict[tuple[int, int], Decimal],
) -> list[DrawnCompany]:
    companies: list[DrawnCompany] = []
    for contract in contracts:
        sharing = chance.weighed({1: 8, 2: 2})
        for share in range(sharing):
            number = len(companies) + 1
            company = DrawnCompany(f"C{number}", f"Company {number}", contract.account_id, contract.id)
            if chance.maybe(0.03):
                company.contract_id = None
            elif chance.maybe(0.03):
                company.excluded = "in bundle"
            elif chance.maybe(0.03):
                company.account_id += 100  # mapped to an account that the contract does not belong to
            for product, service in products.items():
                company.counts[product] = _count(chance, contract.id, service, lines, carried) if not share else chance.whole(0, 3)
            if chance.maybe(0.3):
                company.licenses = sum(company.counts.values()) + chance.whole(0, 12)
            companies.append(company)
    return companies


def _count(
    chance: Chance,
    contract_id: int,
    service: int,
    lines: list[dict[str, Any]],
    carried: dict[tuple[int, int], Decimal],
) -> int:
    line = next((row for row in lines if (row["contract_id"], row["service_id"]) == (contract_id, service)), None)
    if line is None:
        return chance.weighed({0: 9, 1: 1})
    units = int(line["units"])
    price = carried.get((contract_id, service))
    if price is not None:
        units = int(Decimal(line["unit_price"]) / price)
    return max(units + chance.weighed({0: 4, 1: 4, 2: 2, -1: 3, 15: 0.2, -units // 2: 0.2}), 0)


def _bms(
    chance: Chance,
    day: date,
    prices: dict[int, str],
    contracts: list[dict[str, Any]],
    lines: list[dict[str, Any]],
) -> dict[str, Any]:
    names = {STANDARD: "Standard", ADVANCED: "Advanced", 601: "RMM agent", 602: "Backup", 603: "Mail filter"}
    return {
        "date": (day - PAST).isoformat(),
        "users": [{"username": "seatbridge", "password": PASSWORD}],
        "services": [
            {"id": service, "name": name, "description": f"{name} per unit", "unit_cost": COSTS.get(service, "1"),
             "unit_price": prices.get(service) or OTHERS[service]}
            for service, name in names.items()
        ],
        "accounts": [{"id": number, "name": f"Account {number}"} for number in sorted({row["account_id"] for row in contracts})],
        "contracts": contracts,
        "lines": lines,
        "posting": {"start_day": chance.pick((25, 25, 20, 15, 3)), "end_day": chance.pick((1, 1, 1, 2, 5, 31))},
        "behaviour": chance.weighed({"adjusts": 5, "appends": 3, "rejects": 2}),
        "ahead": chance.weighed({"kept": 2, "re-dates": 1}),
        "bulk_date": chance.pick(("from-date", "immediate", "re-dates")),
        "billing_price_per": chance.weighed({"period": 3, "month": 1}),
        "exposes_units": chance.maybe(0.25),
        "result_as_list": chance.maybe(0.1),
        "casing": chance.weighed({"camel": 4, "pascal": 1}),
        "page_cap": chance.weighed({100: 6, 3: 1, 2: 1}),
        "hourly_limit": chance.weighed({1500: 10, 60: 1}),
        "retry_after": chance.maybe(0.5),
        "token_minutes": chance.weighed({60: 3, 20: 1, 3: 1}),
        "naive_stamps": chance.maybe(0.3),
        "job_seconds": chance.weighed({0: 3, 3: 2, 40: 2, 200: 1}),
        "settles_after_seconds": chance.weighed({0: 5, 7: 1, 30: 1, 55: 1}),
        "new_line_ahead_counts": chance.maybe(0.3),
    }  # fmt: skip
