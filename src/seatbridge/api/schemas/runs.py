from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.companies import Product
from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Instant, Money
from seatbridge.reconcile.planned import Outcome

Mode = Literal["dry-run", "sync"]
State = Literal[
    "queued",
    "observing",
    "planned",
    "awaiting-approval",
    "applying",
    "paused",
    "verifying",
    "succeeded",
    "needs-attention",
    "failed",
    "cancelled",
]
Ref = Annotated[str, Field(min_length=1, max_length=100)]


class RunIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "dry-run"}, {"mode": "sync"}]})

    mode: Mode
    companies: list[Ref] = Field([], max_length=10_000, description="Refs; left out: all")


class RunStarted(Schema):
    id: int
    state: State


class Summary(Schema):
    """`money_delta`: a month, of what was written; a line of BMS that several companies share counts once."""

    lines: int
    by_status: dict[str, int]
    written: int
    money_delta: Money


class Trouble(Schema):
    status: str
    cause: str
    fix: str


class ProgressOut(Schema):
    words: str
    done: int
    planned: int


class RunOut(Schema):
    id: int
    integration: int
    mode: Mode
    state: State
    actor: str
    companies: list[str] = Field(description="Empty: all")
    approves: int | None = Field(description="The run whose plan it carries out")
    puts_back: int | None = Field(description="The run whose lines it puts back")
    created_at: Instant
    ended_at: Instant | None
    resume_at: Instant | None = Field(description="Of a paused run: when it goes on by itself")
    digest: str = Field(description="Of its plan: send it to approve. Empty: there is no plan.")
    waits: list[str] = Field(description="Why the run waits as a whole")
    summary: Summary | None
    problem: Trouble | None = Field(description="What ended it early")
    progress: ProgressOut | None = Field(description="While it is under way")


class LineOut(Schema):
    company: str
    product: str
    contract_id: int | None
    line_id: int | None
    units_before: int | None
    evidence: str
    units_after: int | None
    explanation: str
    unit_price: Money | None
    currency: str
    money_delta: Money | None = Field(description="A month")
    money_delta_period: Money | None
    effective_date: date | None
    proration: Money | None
    outcome: Outcome
    status: str
    cause: str
    fix: str
    deadline: date | None = Field(
        description="A decision before this day is in time for the next invoice run"
    )
    waiting: str = Field(description="What it costs, either way, that nobody decides")


class PairOut(Schema):
    company: str
    product: str


class NamedLine(Given):
    company: Ref
    product: Product


class LeaveIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"digest": "0f3c…", "lines": [{"company": "northwind", "product": "standard"}]},
            ]
        }
    )

    digest: str = Field(min_length=1, max_length=64, description="Of the plan that was looked at")
    lines: list[NamedLine] = Field(min_length=1, max_length=20_000)


class LeftOut(Schema):
    lines: list[PairOut] = Field(description="With those that belong together with the named ones")


class DecisionOut(Schema):
    id: int
    choice: Literal["approve", "leave"]
    lines: list[PairOut]
    contract_id: int
    units_before: int | None
    units: int | None = Field(description="The count that was decided on")
    status: str = Field(description="Of the line as it was decided on")
    by: str
    decided_on: date
    until: date = Field(description="The posting day that it ends with")


class ApprovalIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"digest": "0f3c…", "lines": [{"company": "northwind", "product": "standard"}]},
            ]
        }
    )

    digest: str = Field(min_length=1, max_length=64, description="Of the plan that was looked at")
    lines: list[NamedLine] | None = Field(
        None,
        min_length=1,
        max_length=20_000,
        description="Left out: the whole plan, where it waits as a whole",
    )


class UndoIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"mode": "dry-run"},
                {"mode": "sync", "lines": [{"company": "northwind", "product": "standard"}]},
            ]
        }
    )

    mode: Mode = Field("sync", description="`dry-run` shows what would be put back; approve it to write it")
    lines: list[NamedLine] | None = Field(
        None, min_length=1, max_length=20_000, description="Left out: all that the run wrote"
    )
