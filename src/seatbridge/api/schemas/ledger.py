from typing import Any

from ninja import Schema
from pydantic import Field

from seatbridge.api.values import Instant


class LedgerEntryOut(Schema):
    """Never changed. The hash of an entry covers the one before it."""

    seq: int
    at: Instant
    event: str = Field(description="subject.verb")
    actor: str
    integration_id: int | None
    run_id: int | None
    contract_id: int | None
    service_id: int | None
    line_id: int | None
    data: dict[str, Any]
    previous_hash: str
    hash: str
