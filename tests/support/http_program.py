"""A program that calls a real server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

PATIENCE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class HttpProgram:
    client: httpx.Client

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            sent["Content-Type"] = "text/csv"
            answer = self.client.request(method, path, content=body, headers=sent)
        else:
            answer = self.client.request(method, path, json=body, headers=sent)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def until(self, path: str, is_so: Callable[[Any], bool]) -> Any:
        """Ask again until the answer is so."""
        end = time.monotonic() + PATIENCE
        while not is_so(found := self.ok("GET", path)):
            assert time.monotonic() < end, f"{path} stays {found}"
            time.sleep(0.05)
        return found


@contextmanager
def calling(address: str, token: str) -> Iterator[HttpProgram]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60, trust_env=False) as client:
        yield HttpProgram(client)
