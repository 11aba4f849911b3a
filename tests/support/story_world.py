"""What a story begins with: Northgate's clients in Password Boss, and their contracts in BMS."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

STANDARD, ADVANCED, AGENTS = 501, 502, 601
SERVICES = {"standard": STANDARD, "advanced": ADVANCED}
COMPANY_NAME, USERNAME, PASSWORD = "Northgate IT", "api@northgate.test", "correct horse"
BULK_UPDATE = "POST /v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate"
POST_LINE = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
JOB = "GET /v2/admin/finance/services/{serviceId}/backgroundjob"
LINES = "POST /v2/admin/finance/services/{serviceId}/relatedservices/search"
CONTRACTS = "GET /v2/finance/contracts/summary"
INVOICES = "POST /v2/finance/invoices/details"
ACCOUNTS = "GET /v2/crm/accounts/lookup"
SIGN_IN = "POST /v2/security/authenticate"


@dataclass(frozen=True, slots=True)
class Client:
    """One company and the contract that it is billed on. `users` None: as many as `units`."""

    ref: str
    units: Mapping[str, int] = field(default_factory=lambda: {"standard": 10})
    users: Mapping[str, int] | None = None
    licenses: int | None = 10_000
    contract: Mapping[str, Any] = field(default_factory=dict)
    line: Mapping[str, Any] = field(default_factory=dict)
    agents: int = 0  # units of a service that is not ours
    shares_with: str = ""  # the company on whose contract this one is billed too
    is_mapped: bool = True
    excluded: str = ""
    has_contract: bool = True

    @property
    def counted(self) -> Mapping[str, int]:
        return self.units if self.users is None else self.users


def clients(number: int, units: int = 10, **fields: Any) -> list[Client]:
    return [Client(f"client-{each:03}", {"standard": units}, **fields) for each in range(1, number + 1)]


@dataclass(frozen=True, slots=True)
class Places:
    """Which ids a client's things have in BMS."""

    refs: tuple[str, ...]
    shares: Mapping[str, str]

    @classmethod
    def of(cls, all_clients: Iterable[Client]) -> "Places":
        rows = list(all_clients)
        return cls(
            tuple(row.ref for row in rows), {row.ref: row.shares_with for row in rows if row.shares_with}
        )

    def account(self, ref: str) -> int:
        return self.refs.index(self.shares.get(ref, ref)) + 1

    def contract(self, ref: str) -> int:
        return 7000 + self.account(ref)

    def line(self, ref: str, product: str = "standard") -> int:
        return self.account(ref) * 10 + {"standard": 1, "advanced": 2}[product]


def world_of(all_clients: Iterable[Client], today: date, **knobs: Any) -> dict[str, Any]:
    rows = list(all_clients)
    places = Places.of(rows)
    owners = [row for row in rows if row.has_contract and not row.shares_with]
    return {
        "company_name": COMPANY_NAME,
        "date": today.isoformat(),
        "users": [{"username": USERNAME, "password": PASSWORD, "kind": "api"}],
        "services": [
            {"id": STANDARD, "name": "Password Boss Standard", "unit_cost": "3", "unit_price": "5.00"},
            {"id": ADVANCED, "name": "Password Boss Advanced", "unit_cost": "4.5", "unit_price": "7.50"},
            {"id": AGENTS, "name": "RMM agent", "unit_price": "3.25"},
        ],
        "accounts": [{"id": places.account(row.ref), "name": row.ref.title()} for row in owners],
        "contracts": [_contract(row, places) for row in owners],
        "lines": [line for row in owners for line in _lines(row, places)],
        **knobs,
    }


def _contract(client: Client, places: Places) -> dict[str, Any]:
    return {
        "id": places.contract(client.ref),
        "account_id": places.account(client.ref),
        "name": f"{client.ref.title()} monthly",
        "start": "2026-01-01",
        "end": "2027-12-31",
        "issue_on": "end",
        **client.contract,
    }


def _lines(client: Client, places: Places) -> list[dict[str, Any]]:
    contract_id = places.contract(client.ref)
    since = {"contract_id": contract_id, "effective_date": client.contract.get("start", "2026-01-01")}
    lines = [
        {"id": places.line(client.ref, product), "service_id": SERVICES[product], "units": units}
        | since
        | dict(client.line)
        for product, units in client.units.items()
    ]
    if client.agents:
        account = places.account(client.ref)
        lines.append({"id": account * 10 + 5, "service_id": AGENTS, "units": client.agents, **since})
    return lines
