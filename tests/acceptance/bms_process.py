"""The simulator as a real process on a real port, its control plane, and a client that speaks to it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.psa.kaseya_bms.client import Bms, Credentials, open_bms

STANDARD, ADVANCED = 501, 502
NORTHWIND, CONTOSO = 7001, 7002
PASSWORD = "planted-password-7f3a"
ALICE = Credentials("bms.fabrikam.test", "Northgate IT", "alice", Secret(PASSWORD))

WORLD: dict[str, Any] = {
    "company_name": "Northgate IT",
    "date": "2026-11-23",
    "users": [
        {"username": "alice", "password": PASSWORD},
        {"username": "bob", "password": PASSWORD, "rights": ["contracts:view", "services:view"]},
        {"username": "carol", "password": PASSWORD, "kind": "mfa", "totp_secret": "JBSWY3DPEHPK3PXP"},
    ],
    "services": [
        {"id": STANDARD, "name": "Standard", "unit_cost": "3.10", "unit_price": "5.00"},
        {"id": ADVANCED, "name": "Advanced", "unit_cost": "4.50", "unit_price": "7.50"},
    ],
    "accounts": [{"id": 1, "name": "Northwind"}, {"id": 2, "name": "Contoso", "is_active": False}],
    "contracts": [
        {
            "id": number,
            "account_id": number - 7000,
            "name": f"Contract {number}",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "issue_on": "end",
        }
        for number in (NORTHWIND, CONTOSO)
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
    ],
}


def wide_world(contracts: int) -> dict[str, Any]:
    """As many accounts, each with one contract that has a line of both services."""
    world = deepcopy(WORLD)
    numbers = range(1, contracts + 1)
    world["accounts"] = [{"id": number, "name": f"Account {number}"} for number in numbers]
    template = WORLD["contracts"][0]
    world["contracts"] = [
        template | {"id": number, "account_id": number, "name": f"Contract {number}"} for number in numbers
    ]
    world["lines"] = [
        {
            "id": service_id * 1000 + number,
            "contract_id": number,
            "service_id": service_id,
            "units": 5,
            "effective_date": "2026-01-01",
        }
        for service_id in (STANDARD, ADVANCED)
        for number in numbers
    ]
    return world


@dataclass
class Skipping:
    """Real time, in which waiting takes none: what would be slept is added to the clock."""

    skipped: timedelta = timedelta(0)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.skipped += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(real_now=lambda: datetime.now(UTC) + self.skipped, sleep=self.sleep)


@dataclass
class BmsProcess:
    """A simulator process. `time` is what the clients that it opens go by."""

    url: str
    control: httpx.Client
    time: Skipping = field(default_factory=Skipping)

    def load(self, world: dict[str, Any] = WORLD, **knobs: Any) -> None:
        self.time = Skipping()
        self.tell("PUT", "world", world | knobs)
        self.tell("DELETE", "calls")

    def tell(self, method: str, path: str, body: Any = None) -> Any:
        response = self.control.request(method, f"/control/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def arm(self, endpoint: str, fault: str, **more: Any) -> None:
        self.tell("POST", "faults", {"endpoint": endpoint, "fault": fault, **more})

    @property
    def writes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tell("GET", "writes")
        return found

    @property
    def calls(self) -> dict[str, int]:
        found: dict[str, int] = self.tell("GET", "calls")["calls"]
        return found

    @property
    def sign_ins(self) -> dict[str, int]:
        found: dict[str, int] = self.tell("GET", "calls")["sign_ins"]
        return found

    def billed(self, line_id: int) -> dict[str, Any]:
        """What the line will be billed at next, as only the control plane can tell."""
        lines = [line for bill in self.tell("GET", "bills") for line in bill["lines"]]
        return next(line for line in lines if line["line_id"] == line_id)

    def open(self, credentials: Credentials = ALICE, **options: Any) -> Bms:
        return open_bms(credentials, self.url, options.pop("clock", self.time.clock), **options)


@contextmanager
def bms_process() -> Iterator[BmsProcess]:
    started = subprocess.Popen(
        [sys.executable, "-m", "bms_simulator", "--companies", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        url = json.loads(started.stdout.readline())["url"]
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as control:
            yield BmsProcess(url, control)
    finally:
        started.terminate()
        started.communicate(timeout=10)


REAL_TIME = Clock(sleep=time.sleep)
