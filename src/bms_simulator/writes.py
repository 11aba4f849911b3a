"""Every writing vendor call, as it was received and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Write:
    """`effect` may turn true later, when the background job that the call started has changed a line."""

    seq: int
    at: datetime
    endpoint: str
    contract_id: int | None
    service_id: int | None
    body: Any
    effect: bool = False
    # The status that was answered, or "cut".
    answered: int | str = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "endpoint": self.endpoint,
            "contract_id": self.contract_id,
            "service_id": self.service_id,
            "body": self.body,
            "effect": self.effect,
            "answered": self.answered,
        }
