"""A host that answers from a script, a clock that moves only by sleeping, and rows in the vendor's shapes."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx

from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.psa.kaseya_bms.client import Bms, Credentials, open_bms

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "planted-password-7f3a"
ALICE = Credentials("bms.kaseya.com", "Northgate IT", "alice", Secret(PASSWORD))

AUTHENTICATE = "/v2/security/authenticate"
REFRESH = "/v2/security/refreshtoken"
USER_INFO = "/v2/security/userinfo"
ACCOUNTS = "/v2/crm/accounts/lookup"
CONTRACTS = "/v2/finance/contracts/summary"
LINES = "/v2/admin/finance/services/501/relatedservices/search"
WRITE = "/v2/finance/contracts/recurringservices/7001/services"
BULK = "/v2/admin/finance/services/501/relatedservices/bulkupdate"
JOB = "/v2/admin/finance/services/501/backgroundjob"
INVOICES = "/v2/finance/invoices/details"

# What the host does with one request: a response, an error of the network, or something made of the request.
Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Time:
    now: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(real_now=lambda: self.now, sleep=self.sleep)


@dataclass
class Host:
    """Each path has its own list of steps; the last one is repeated."""

    time: Time = field(default_factory=Time)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    seen: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.steps[AUTHENTICATE] = self.steps[REFRESH] = [self.signed_in]

    def signed_in(self, _request: httpx.Request) -> httpx.Response:
        number = self.seen[AUTHENTICATE] + self.seen[REFRESH]
        until = self.time.now + timedelta(hours=1)
        return ok(tokens(number, until.isoformat()))

    def on(self, path: str, *steps: Step) -> None:
        self.steps[path] = list(steps)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(request)
        self.seen[path] += 1
        steps = self.steps[path]
        step = steps[min(self.seen[path], len(steps)) - 1]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)

    def bms(self, credentials: Credentials = ALICE, **options: Any) -> Bms:
        transport = httpx.MockTransport(self.handle)
        return open_bms(
            credentials, "https://api.bms.kaseya.com", self.time.clock, transport=transport, **options
        )

    def sent(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]


def tokens(number: int, until: str) -> dict[str, Any]:
    return {
        "accessToken": f"access-{number}",
        "refreshToken": f"refresh-{number}",
        "accessTokenExpireOn": until,
        "refreshTokenExpireOn": "2027-01-01T00:00:00Z",
    }


def answered(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, text=json.dumps(body), headers=headers)


def ok(result: Any, total: int | None = None) -> httpx.Response:
    envelope = {"success": True, "error": None, "result": result}
    return answered(envelope if total is None else envelope | {"totalRecords": total})


def no(message: str, code: int = 4711, status: int = 200) -> httpx.Response:
    error = {"code": code, "message": message, "details": None, "stackStrace": None, "subErrors": []}
    return answered({"success": False, "error": error, "result": None}, status)


def page(status: int = 200) -> httpx.Response:
    return httpx.Response(status, html="<html><body>We will be back soon</body></html>")


def cut_json() -> httpx.Response:
    return httpx.Response(200, text='{"success":true,"result":[{"id":1,"contr')


def contract_row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "contractName": f"Contract {number}",
        "accountName": "Northwind",
        "contractType": "Recurring Services",
        "contractBillingPrice": 160.0,
        "status": "Active",
        "billingCycle": "Monthly",
        "startDate": "2026-01-01T00:00:00",
        "endDate": "2026-12-31T00:00:00",
    } | changes


def line_row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "serviceId": 501,
        "contractId": 7001,
        "accountId": 1,
        "serviceName": "Standard",
        "serviceDescription": None,
        "effectiveDate": "2026-01-01T00:00:00",
        "unitCost": 3.0,
        "unitPrice": 5.0,
        "excludeFromContractBulkUpdates": False,
    } | changes


def pages_of(rows: list[dict[str, Any]], *, cap: int = 100, total: bool = True) -> Step:
    """The pages of a list that stands still."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content) if request.content else dict(request.url.params)
        size, number = min(int(asked["PageSize"]), cap), int(asked["PageNumber"])
        return ok(rows[(number - 1) * size : number * size], len(rows) if total else None)

    return answer


def form_of(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.content.decode()))
