"""The worlds and partners that crash tests run in. In each of them one approved sync has writing to do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support import worlds
from tests.support.worlds import ADVANCED, AGENTS, CONTOSO, NORTHWIND, NORTHWIND_STANDARD, STANDARD

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FABRIKAM, OWN = 7003, 7009
COMPANIES = """ref,name,type,licenses_assigned
northwind,Northwind,customer,40
contoso,Contoso,customer,40
fabrikam,Fabrikam,customer,40
"""
COUNTS = {
    "northwind": ("northwind,standard,14", "northwind,advanced,6"),
    "contoso": ("contoso,advanced,{contoso}",),
    "fabrikam": ("fabrikam,standard,9",),
}
# company -> its account and contract
CONTRACTS = {"northwind": (1, NORTHWIND), "contoso": (2, CONTOSO), "fabrikam": (3, FABRIKAM)}
# service -> price and cost of one user
CARRIED = {STANDARD: ("5", "3"), ADVANCED: ("7.5", "4.5")}
# (contract, service, line, units today)
LINES = (
    (NORTHWIND, STANDARD, NORTHWIND_STANDARD, 12),
    (NORTHWIND, ADVANCED, 94, 5),
    (CONTOSO, ADVANCED, 92, 20),
    (FABRIKAM, STANDARD, 95, 8),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`knobs` of the pretend BMS; `reading`, `ahead` and `method`: what the partner's rows know already."""

    name: str
    knobs: dict[str, Any] = field(default_factory=dict)
    issue_on: str = "end"
    reading: str = "adjusts"
    ahead: str = "unknown"
    method: str = "auto"
    test_contract: int | None = None
    units_known: bool = True
    companies: tuple[str, ...] = ("northwind",)
    carrying: tuple[str, ...] = ()  # companies whose lines are of 1 unit that carries the price of all users
    # Two priced lines at once cannot be kept away where BMS adds one without warning; only undone.
    doubles: bool = False
    cycle: str = "Monthly"
    contoso: int = 21

    def carries(self, contract: int) -> bool:
        return contract in [CONTRACTS[company][1] for company in self.carrying]

    def world(self) -> dict[str, Any]:
        year = {
            "start": "2026-01-01",
            "end": "2027-12-31",
            "issue_on": self.issue_on,
            "billing_cycle": self.cycle,
        }
        made = worlds.world(**self.knobs)
        made["accounts"].append({"id": 9, "name": "Northgate IT"})
        made["contracts"] = [
            {"id": NORTHWIND, "account_id": 1, "name": "Northwind monthly", **year},
            {"id": CONTOSO, "account_id": 2, "name": "Contoso monthly", **year},
            {"id": FABRIKAM, "account_id": 3, "name": "Fabrikam monthly", **year},
            {"id": OWN, "account_id": 9, "name": "Test", **year},
        ]
        made["lines"] = [
            *(self._line(*line) for line in LINES),
            _line(CONTOSO, AGENTS, 93, 4, "3.25"),
            _line(OWN, STANDARD, 99, 3, "0.01"),
        ]
        return made

    def _line(self, contract: int, service: int, line: int, units: int) -> dict[str, Any]:
        made = _line(contract, service, line, units, "")
        if self.carries(contract):
            price, cost = CARRIED[service]
            made |= {
                "units": 1,
                "unit_price": str(float(price) * units),
                "unit_cost": str(float(cost) * units),
            }
        return made

    def counts(self) -> str:
        rows = [row for company in self.companies for row in COUNTS[company]]
        return "\n".join(["company,product,count", *rows, ""]).format(contoso=self.contoso)

    def rows(self) -> dict[str, Any]:
        return {
            "host": worlds.HOST,
            "company_name": worlds.COMPANY_NAME,
            "username": worlds.USERNAME,
            "password": worlds.PASSWORD,
            "companies": COMPANIES,
            "counts": self.counts(),
            "products": {"standard": STANDARD, "advanced": ADVANCED},
            "contracts": {company: CONTRACTS[company] for company in self.companies},
            "units": [
                (contract, service, 1, CARRIED[service])
                if self.carries(contract)
                else (contract, service, units, None)
                for contract, service, _, units in LINES
                if self.units_known
            ],
            "issue_on": self.issue_on,
            "reading": self.reading,
            "ahead": self.ahead,
            "method": self.method,
            "test_contract": self.test_contract,
        }


def _line(contract: int, service: int, line: int, units: int, price: str) -> dict[str, Any]:
    made = {
        "id": line,
        "contract_id": contract,
        "service_id": service,
        "units": units,
        "effective_date": "2026-01-01",
    }
    return made | ({"unit_price": price, "unit_cost": "0"} if price else {})


TWO = ("northwind", "contoso")
ADJUST = Scenario("adjust", companies=TWO)
ADJUST_AHEAD = Scenario("adjust ahead", issue_on="start", companies=TWO)
CANARY = Scenario("canary where BMS adjusts", reading="unknown")
CANARY_APPENDS = Scenario("canary where BMS appends", {"behaviour": "appends"}, reading="unknown")
CANARY_REJECTS = Scenario("canary where BMS rejects", {"behaviour": "rejects"}, reading="unknown")
REPLACE = Scenario("replace", {"behaviour": "appends"}, reading="appends", method="replace", companies=TWO)
PRICE_CARRYING = Scenario(
    "price-carrying",
    {"behaviour": "rejects"},
    reading="rejects",
    method="price-carrying",
    carrying=("northwind",),
)
DOUBLED = Scenario("doubled by a BMS that suddenly appends", {"behaviour": "appends"}, doubles=True)
RE_DATED = Scenario(
    "ahead where BMS re-dates", {"ahead": "re-dates"}, issue_on="start", companies=("fabrikam",)
)
# From the 1st of the next month, inside a quarter that is not posted: what was re-dated must be put back.
PUT_BACK = Scenario(
    "ahead where BMS re-dates into an open period",
    {"ahead": "re-dates"},
    cycle="Quarterly",
    companies=("fabrikam",),
)

SCENARIOS = (
    # So large a rise would be held in any run but the approved first one.
    Scenario("adjust by much", companies=TWO, contoso=35),
    Scenario("adjust with units unknown", units_known=False, companies=("contoso",)),
    ADJUST_AHEAD,
    CANARY,
    CANARY_APPENDS,
    CANARY_REJECTS,
    Scenario("canary on a test contract", reading="unknown", test_contract=OWN, companies=("fabrikam",)),
    REPLACE,
    PRICE_CARRYING,
    DOUBLED,
    RE_DATED,
    PUT_BACK,
)
