"""A small world for tests, a clock that only tests move, and a client that speaks the vendor's wire."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bms_simulator.simulator import Simulator
from bms_simulator.wire import Answer, Request
from bms_simulator.world import World

STANDARD, ADVANCED, AGENTS = 501, 502, 601
NORTHWIND, CONTOSO = 7001, 7002
POST_SERVICE = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
BULK_UPDATE = "POST /v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate"
SEARCH_LINES = "POST /v2/admin/finance/services/{serviceId}/relatedservices/search"
CONTRACTS = "GET /v2/finance/contracts/summary"
SIGN_IN = "POST /v2/security/authenticate"

WORLD: dict[str, Any] = {
    "company_name": "Northgate IT",
    "date": "2026-11-23",
    "users": [
        {"username": "alice", "password": "alice's password", "kind": "api"},
        {"username": "bob", "password": "bob's password", "rights": ["contracts:view", "services:view"]},
        {"username": "carol", "password": "carol's password", "kind": "mfa", "mfa_code": "123456"},
    ],
    "services": [
        {
            "id": STANDARD,
            "name": "Standard",
            "description": "per user",
            "unit_cost": "3",
            "unit_price": "5.00",
        },
        {"id": ADVANCED, "name": "Advanced", "unit_cost": "4.5", "unit_price": "7.50"},
        {"id": AGENTS, "name": "RMM agent", "unit_price": "3.25"},
    ],
    "accounts": [{"id": 1, "name": "Northwind"}, {"id": 2, "name": "Contoso"}],
    "contracts": [
        {
            "id": NORTHWIND,
            "account_id": 1,
            "name": "Northwind monthly",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "issue_on": "end",
        },
        {
            "id": CONTOSO,
            "account_id": 2,
            "name": "Contoso monthly",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "issue_on": "start",
        },
    ],
    "lines": [
        {
            "id": 91,
            "contract_id": NORTHWIND,
            "service_id": STANDARD,
            "units": 32,
            "effective_date": "2026-01-01",
        },
        {
            "id": 92,
            "contract_id": CONTOSO,
            "service_id": ADVANCED,
            "units": 46,
            "effective_date": "2026-01-01",
        },
        {"id": 93, "contract_id": CONTOSO, "service_id": AGENTS, "units": 4, "effective_date": "2026-01-01"},
    ],
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def world(**changes: Any) -> dict[str, Any]:
    """The small world with knobs changed."""
    return deepcopy(WORLD) | changes


@dataclass
class Bms:
    """A simulator with a test's clock, and a signed-in client of it."""

    json_world: dict[str, Any] = field(default_factory=world)
    user: str = "alice"

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.simulator = Simulator(World.from_json(self.json_world), self.clock)
        self.token = self.sign_in().get("result", {})["accessToken"] if self.user else ""

    def sign_in(self, username: str = "", password: str = "", **fields: str) -> dict[str, Any]:
        username = username or self.user or "alice"
        form = {
            "GrantType": "password",
            "UserName": username,
            "Password": password or f"{username}'s password",
            "Tenant": "Northgate IT",
        } | fields
        answer = self.send("POST", "/v2/security/authenticate", form=form)
        return read(answer)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        headers = {"authorization": f"Bearer {getattr(self, 'token', '')}"}
        data = b""
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            data = urlencode(form).encode()
        elif body is not None:
            headers["content-type"] = "application/json"
            data = json.dumps(body).encode()
        asked = {name.replace("_", "."): str(value) for name, value in query.items()}
        return self.simulator.handle(Request(method, path, asked, headers, data))

    def contracts(self) -> dict[int, dict[str, Any]]:
        rows = read(self.send("GET", "/v2/finance/contracts/summary", PageSize=100))["result"]
        return {row["id"]: row for row in rows}

    def lines(self, service_id: int = STANDARD, **wanted: Any) -> list[dict[str, Any]]:
        body = {"PageSize": 100, "PageNumber": 1, "Filter": wanted}
        path = f"/v2/admin/finance/services/{service_id}/relatedservices/search"
        rows: list[dict[str, Any]] = read(self.send("POST", path, body))["result"]
        return rows

    def post_service(self, contract_id: int, *elements: dict[str, Any]) -> Answer:
        return self.send(
            "POST", f"/v2/finance/contracts/recurringservices/{contract_id}/services", [*elements]
        )

    def bulk(self, service_id: int, selected: list[tuple[int, int]], **values: Any) -> Answer:
        chosen = [{"ClientContractId": c, "ClientContractServiceId": line} for c, line in selected]
        body = {"SelectedClientContractServices": chosen, "Values": values}
        return self.send("POST", f"/v2/admin/finance/services/{service_id}/relatedservices/bulkupdate", body)

    def running_job(self, service_id: int = STANDARD) -> int | None:
        path = f"/v2/admin/finance/services/{service_id}/backgroundjob"
        job: int | None = read(self.send("GET", path))["result"]["jobId"]
        return job

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return read(self.send(method, f"/control/{path}", body))

    def bill(self, contract_id: int = NORTHWIND) -> dict[str, Any]:
        return next(bill for bill in self.simulator.bills() if bill["contract_id"] == contract_id)


def read(answer: Answer) -> Any:
    return json.loads(answer.body)


def element(units: int, day: str = "2026-11-01", **changes: Any) -> dict[str, Any]:
    """One complete element of a POST of the Standard service."""
    return {
        "ServiceId": STANDARD,
        "ServiceName": "Standard",
        "ServiceDescription": "per user",
        "Units": units,
        "UnitCost": 3,
        "UnitPrice": 5.0,
        "EffectiveDate": f"{day}T00:00:00",
        "SortOrder": 0,
    } | changes
