"""What a plan says: planned lines per mapped company and product, planned writes per (contract, service)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Evidence, Key, Method


class Outcome(StrEnum):
    NO_CHANGE = "no-change"
    CHANGE = "change"
    HOLD = "hold"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


class PlannedLine(NamedTuple):
    """Status is one code of product.md section 2. `cause` says why, `fix` what a person can do."""

    company: str
    company_name: str
    product: str
    contract_id: int | None
    service_id: int | None
    line_id: int | None
    units_before: int | None
    evidence: str  # a sentence: "invoiced 14 on 1 Nov 2026"
    units_after: int | None
    explanation: str  # "14 users = 14 units"
    unit_price: Decimal | None
    currency: str
    money_delta: Decimal | None  # per month
    money_delta_period: Decimal | None  # per billing period of the contract
    effective_date: date | None
    proration: Decimal | None  # expected, once, on the next invoice
    outcome: Outcome
    status: str
    cause: str
    fix: str
    basis: tuple[str, ...]  # what this line was computed from: count, mapping and rule, line, contract
    evidence_code: str = ""  # a value of Evidence: where `units_before` comes from
    deadline: date | None = None  # a decision before this day is in time for the next invoice run
    waiting: str = ""  # of a line that waits for a person: what that costs either way
    users: int | None = None  # counted for this company and product, whatever the line is to stand at
    instead_of: int | None = None  # of a put back: units dated ahead that never came into force


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One key that is due to be written now. `line` is as just read: its price, cost and texts are kept."""

    key: Key
    line: Line
    members: tuple[tuple[str, str], ...]  # the (company, product) pairs whose counts add up here
    units_before: int | None
    evidence: Evidence
    units_after: int
    effective_date: date
    ahead: bool  # the effective date lies in the future
    method: Method | None  # None: only as a canary, since this BMS company has no verdict yet
    canary_able: bool  # its earliest unposted period has begun, it is not excluded from bulk updates
    unit_price: Decimal  # of one user: the line's own, or p with price-carrying
    unit_cost: Decimal
    stake: Decimal  # money a month that moves if this write goes wrong: the canary takes the least
    # All lines of one decision with their units, in the order of writing; empty: this line alone.
    together: tuple[tuple[Key, int], ...] = ()
    creates: bool = False  # the first line of the service on its contract: `line` has no id yet


@dataclass(frozen=True, slots=True)
class Plan:
    lines: tuple[PlannedLine, ...]
    writes: tuple[PlannedWrite, ...]
    # Sentences: why the run as a whole waits ("net +12 % against the units last invoiced, +$340.00 a month").
    run_holds: tuple[str, ...] = field(default=())

    @property
    def waits_for_approval(self) -> bool:
        return bool(self.run_holds)
