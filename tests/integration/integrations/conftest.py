"""Northgate's integration, and a BMS that only knows how to sign in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from seatbridge.config.settings import Settings
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.partners.models import Partner
from tests.with_django import SETTINGS

RIGHT = "correct horse"


@dataclass
class FakeTime:
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)
    while_asleep: Callable[[], None] = lambda: None

    def clock(self) -> Clock:
        return Clock(real_now=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.while_asleep()


@dataclass
class SignInDesk:
    """Counts sign-ins; accepts one password."""

    password: str = RIGHT
    sign_ins: int = 0
    fails: bool = False
    denied: frozenset[str] = frozenset()

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/security/authenticate"):
            self.sign_ins += 1
            return self._sign_in(parse_qs(request.content.decode())["Password"][0])
        if any(part in path for part in self.denied):
            return _refusal("You do not have permission to view this.")
        if path.endswith("/security/userinfo"):
            return _result(
                {
                    "fullName": "Seatbridge API",
                    "businessName": "Northgate IT",
                    "currencyCode": "CAD",
                    "isUserSystemAdmin": False,
                }
            )
        return httpx.Response(200, json={"success": True, "result": [], "totalRecords": 0})

    def _sign_in(self, password: str) -> httpx.Response:
        if self.fails:
            return httpx.Response(502, text="<html>Bad Gateway</html>")
        if password != self.password:
            return _refusal("Invalid username or password.")
        return _result(
            {"accessToken": "a", "refreshToken": "r", "accessTokenExpireOn": "2026-11-23T12:00:00"}
        )


def _result(result: object) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "result": result})


def _refusal(message: str) -> httpx.Response:
    return httpx.Response(200, json={"success": False, "error": {"code": 1, "message": message}})


@pytest.fixture
def settings_of_tests() -> Settings:
    return SETTINGS


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def desk() -> SignInDesk:
    return SignInDesk()


def form(password: str = RIGHT, company_name: str = "Northgate IT") -> ConnectionForm:
    return ConnectionForm(
        hostname="bms.kaseya.com", company_name=company_name, username="seatbridge", password=Secret(password)
    )


@pytest.fixture
def integration(northgate: Partner) -> Integration:
    return add_integration(northgate, form(), SETTINGS, actor="Alice")[0]
