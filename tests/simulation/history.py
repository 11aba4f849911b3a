"""What happened, in words that a person can follow; its hash proves that a seed replays to the byte."""

import hashlib
import json
from typing import Any

import httpx

from tests.simulation.virtual_clock import VirtualClock


class History:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        moment = self._clock.now().astimezone(self._clock.zone)
        self.lines.append(f"{moment:%a %d %b %Y %H:%M:%S}  {text}")

    def call(self, request: httpx.Request, answered: str) -> None:
        self.say(f"    {request.method} {request.url.path} -> {answered}{_what(request)}")

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


def _what(request: httpx.Request) -> str:
    """Of a write: what it carries."""
    if not request.url.path.endswith(("/services", "/bulkupdate")):
        return ""
    body: Any = json.loads(request.content)
    if isinstance(body, list):
        row = body[0]
        return (
            f"   units {row['Units']} at {row['UnitPrice']} from {row['EffectiveDate'][:10]}"
            f" service {row['ServiceId']} name {row['ServiceName']!r}"
        )
    values = body["Values"]
    lines = [row["ClientContractServiceId"] for row in body["SelectedClientContractServices"]]
    since, name = values["EffectiveDate"][:10], values["ServiceName"]
    return f"   lines {lines} price {values['UnitPrice']} from {since} name {name!r}"
