"""Programs that call the API: each with a token of one role, or with none."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from seatbridge.integrations.clocks import clock
from seatbridge.partners.models import Partner
from seatbridge.partners.roles import Role
from seatbridge.team.tokens import make_token

BASE, JSON = "/api/v1", "application/json"


@dataclass(frozen=True, slots=True)
class Program:
    """`token` empty: it has none."""

    token: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        media_type: str = "application/json",
        **headers: str,
    ) -> HttpResponse:
        """`body`: sent as JSON, or as it is where it is text or bytes. Header names with underscores."""
        content = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().generic(method, f"{BASE}{path}", content, media_type, headers=sent)  # type: ignore[return-value]

    def get(self, path: str) -> Any:
        """The document of an answer that must be 200."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.ask(method, path, body, **more)
        assert answer.status_code < 300, answer.content
        return json.loads(answer.content) if answer.content else None

    def refused(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The problem of an answer that must have this status."""
        answer = self.ask(method, path, body, **more)
        assert answer.status_code == status, (answer.status_code, answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(answer.content)
        assert problem["status"] == status
        return problem


@dataclass(frozen=True, slots=True)
class Programs:
    alice: Program  # owner of Northgate
    bill: Program  # its billing
    bob: Program  # may only look
    carol: Program  # owner of Contoso
    stranger: Program


def programs(northgate: Partner, contoso: Partner) -> Programs:
    return Programs(
        alice=program(northgate, Role.OWNER),
        bill=program(northgate, Role.BILLING),
        bob=program(northgate, Role.VIEWER),
        carol=program(contoso, Role.OWNER),
        stranger=Program(),
    )


def program(partner: Partner, role: Role) -> Program:
    now = clock().now()
    _, text = make_token(
        partner, f"a program of {role}", role, days=30, own_role=Role.OWNER, actor="Alice", now=now
    )
    return Program(text.reveal())
