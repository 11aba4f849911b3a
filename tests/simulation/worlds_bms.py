"""Draw what stands in BMS: contracts and lines of every kind, and how this BMS behaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.simulation.chance import Chance

STANDARD, ADVANCED = 501, 502
# Odd cents: their movements must not look like a movement of ours by chance.
OTHERS = {601: "3.37", 602: "11.93", 603: "0.71"}
NAMES = {STANDARD: "Standard", ADVANCED: "Advanced", 601: "RMM agent", 602: "Backup", 603: "Mail filter"}
PRICES = {STANDARD: ("4.50", "5.00", "6.25"), ADVANCED: ("7.50", "9.00")}
COSTS = {STANDARD: "3.00", ADVANCED: "4.10"}
TEST_CONTRACT = 7900
PASSWORD = "the right password"
# So long did BMS bill before the partner connects it.
PAST = timedelta(days=50)
FAR = date(2029, 12, 31)


@dataclass(frozen=True, slots=True)
class Terms:
    """How most of the partner's contracts are billed."""

    issue_on: str
    fiscal: bool


def pick_prices(chance: Chance) -> dict[int, str]:
    return {service: chance.pick(PRICES[service]) for service in PRICES}


def contract_json(chance: Chance, number: int, day: date, terms: Terms) -> dict[str, Any]:
    starts = (
        date(2026, 1, 1),
        date(2026, 1, 31),
        chance.day(date(2025, 3, 1), 400),
        chance.day(date(2026, 8, 1), 60),
    )
    end = FAR if chance.maybe(0.92) else chance.day(day + timedelta(days=3), 70)
    return {
        "id": 7001 + number,
        "account_id": 11 + number,
        "name": f"Contract {number + 1}",
        "type": "Recurring Services" if chance.maybe(0.98) else "Fixed Price",
        "status": "Active" if chance.maybe(0.98) else "Expired",
        "billing_cycle": chance.weighed({"Monthly": 14, "Quarterly": 2, "Yearly": 1, "Weekly": 2}),
        "start": chance.pick(starts).isoformat(),
        "end": end.isoformat(),
        "issue_on": terms.issue_on if chance.maybe(0.8) else chance.pick(("start", "end")),
        "fiscal": terms.fiscal if chance.maybe(0.85) else not terms.fiscal,
    }


def own_contract_json() -> dict[str, Any]:
    """The MSP's own contract, made for test writes: the kind on which every write method works."""
    return {
        "id": TEST_CONTRACT,
        "account_id": 10,
        "name": "Our own test",
        "billing_cycle": "Monthly",
        "start": "2026-01-01",
        "end": FAR.isoformat(),
        "issue_on": "end",
        "fiscal": True,
    }


def own_line_json() -> dict[str, Any]:
    return {
        "contract_id": TEST_CONTRACT,
        "service_id": STANDARD,
        "units": 1,
        "unit_price": "0.01",
        "effective_date": "2026-01-01",
    }


def lines_json(
    chance: Chance,
    contract: dict[str, Any],
    day: date,
    prices: dict[int, str],
    carried: dict[tuple[int, int], Decimal] | None,
) -> Iterator[dict[str, Any]]:
    for service, share in ((STANDARD, 0.98), (ADVANCED, 0.5)):
        if not chance.maybe(share):
            continue
        line = _line(chance, contract, service, day, prices)
        if carried is not None and chance.maybe(0.8):
            carried[contract["id"], service] = Decimal(line["unit_price"])
            _carry(line)
        yield line
        if chance.maybe(0.03):
            yield dict(line)
        if chance.maybe(0.03):
            yield dict(line) | {"unit_price": "0", "units": 2}
    for service in chance.some(list(OTHERS), 0.4):
        yield {
            "contract_id": contract["id"],
            "service_id": service,
            "units": chance.whole(1, 30),
            "effective_date": contract["start"],
        }


def _line(
    chance: Chance, contract: dict[str, Any], service: int, day: date, prices: dict[int, str]
) -> dict[str, Any]:
    start = date.fromisoformat(contract["start"])
    recent = max(start, chance.day(day - timedelta(days=25), 20))
    return {
        "contract_id": contract["id"],
        "service_id": service,
        "units": chance.weighed({chance.whole(1, 9): 2, chance.whole(10, 60): 3}),
        "unit_price": prices[service] if chance.maybe(0.8) else "5.40",
        "effective_date": (start if chance.maybe(0.8) else recent).isoformat(),
        "excluded_from_bulk": chance.maybe(0.06),
    }


def _carry(line: dict[str, Any]) -> None:
    """One unit whose price and cost stand for all users."""
    users = line["units"]
    line["unit_price"] = str(Decimal(line["unit_price"]) * users)
    line["unit_cost"] = str(Decimal(COSTS[line["service_id"]]) * users)
    line["units"] = 1


def bms_json(
    chance: Chance,
    day: date,
    prices: dict[int, str],
    contracts: list[dict[str, Any]],
    lines: list[dict[str, Any]],
) -> dict[str, Any]:
    accounts = sorted({row["account_id"] for row in contracts})
    return {
        "date": (day - PAST).isoformat(),
        "users": [{"username": "seatbridge", "password": PASSWORD}],
        "services": [
            {
                "id": service,
                "name": name,
                "description": f"{name} per unit",
                "unit_cost": COSTS.get(service, "1"),
                "unit_price": prices.get(service) or OTHERS[service],
            }
            for service, name in NAMES.items()
        ],
        "accounts": [{"id": number, "name": f"Account {number}"} for number in accounts],
        "contracts": contracts,
        "lines": lines,
        "posting": {
            "start_day": chance.pick((25, 25, 20, 15, 3)),
            "end_day": chance.pick((1, 1, 1, 2, 5, 31)),
        },
    } | _behaviour(chance)


def _behaviour(chance: Chance) -> dict[str, Any]:
    return {
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
        "job_seconds": chance.weighed({0: 3, 3: 2, 40: 2, 90: 2, 200: 2}),
        "settles_after_seconds": chance.weighed({0: 4, 7: 1, 30: 2, 55: 2}),
        "new_line_ahead_counts": chance.maybe(0.3),
    }
