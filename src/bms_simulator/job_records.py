"""Background jobs of bulk updates: one per service at a time, shared with everyone in BMS."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BulkValues:
    """What a bulk update sets; None leaves it as it is."""

    unit_price: Decimal | None
    unit_cost: Decimal | None
    name: str | None
    description: str | None
    effective_date: date | None


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    service_id: int
    ends_at: datetime
    # (contract id, line id)
    selected: tuple[tuple[int, int], ...]
    values: BulkValues
    seq: int
    fails: bool = False
    passes_over: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class JobLog:
    id: UUID
    action: str
    message: str
    at: datetime


@dataclass(slots=True)
class Jobs:
    running: dict[int, Job] = field(default_factory=dict)
    logs: dict[int, list[JobLog]] = field(default_factory=dict)
    last_id: int = 0
    last_log: int = 0

    def log(self, job: Job, action: str, message: str) -> None:
        self.last_log += 1
        entry = JobLog(UUID(int=self.last_log), action, message, job.ends_at)
        self.logs.setdefault(job.id, []).append(entry)
