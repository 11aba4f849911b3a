from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Flag, Id, Instant, TimeOfDay

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DayOfMonth = Annotated[int, Field(strict=True, ge=1, le=31)]
IssueOn = Literal["start", "end"]


class ScheduleOut(Schema):
    cadence: Literal["daily", "weekly"]
    at: TimeOfDay
    weekday: Weekday | None
    timezone: str = Field(description="An IANA name")
    next_run_at: Instant | None = Field(
        description="null: the integration is off. Also the last sync on the evening before a posting day."
    )


class ScheduleIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"cadence": "weekly", "at": "06:00", "weekday": "monday", "timezone": "UTC"}]
        }
    )

    cadence: Literal["daily", "weekly"]
    at: TimeOfDay
    weekday: Weekday | None = Field(None, description="With weekly")
    timezone: str | None = Field(None, max_length=64, description="An IANA name; left out: the partner's")


class ContractTermsOut(Schema):
    """What one contract does otherwise; null: as the calendar says."""

    contract_id: int
    issue_on: IssueOn | None
    fiscal: bool | None
    posts_on: int | None = Field(description="Day of the month on which it is posted")


class ContractTermsIn(Given):
    contract_id: Id
    issue_on: IssueOn | None = None
    fiscal: Flag | None = None
    posts_on: DayOfMonth | None = None


class TermsIn(Given):
    issue_on: IssueOn | None = None
    fiscal: Flag | None = None
    posts_on: DayOfMonth | None = None


class TermsInForce(Schema):
    issue_on: IssueOn
    posts_on: int
    fiscal: bool


class ContractTermsFound(ContractTermsOut):
    """`open_from` to `open_until`: the earliest period that is not posted; null: there is none."""

    name: str
    account_name: str
    billing_cycle: str
    in_force: TermsInForce = Field(description="Its own word, or the calendar's")
    open_from: date | None
    open_until: date | None
    posted_on: date | None = Field(description="When that period is posted")


class TermsChange(Schema):
    what: str
    before: str
    after: str


class TermsReportOut(Schema):
    rows: int
    changed: int
    dry_run: bool
    changes: list[TermsChange] = Field(description="Of a dry run, the first 500")


class ContractTermsProposed(ContractTermsOut):
    evidence: str = Field(description="Which invoices say so")


class CalendarProposed(Schema):
    start_posts_on: int
    end_posts_on: int
    default: IssueOn
    fiscal: bool


class ProposalOut(Schema):
    read_at: Instant | None = Field(description="null: invoices were not read yet")
    accepted_at: Instant | None = None
    since: date | None = None
    invoices: int = 0
    calendar: CalendarProposed | None = None
    evidence: str = ""
    unclear: int = Field(0, description="Contracts whose invoices are too few, or do not agree")
    contracts: list[ContractTermsProposed] = Field(description="Those that would change")


class AcceptIn(Given):
    read_at: AwareDatetime = Field(description="Of the proposal that was looked at")
    contracts: list[Id] | None = Field(None, max_length=10_000, description="Left out: all of them")


class CalendarOut(Schema):
    start_posts_on: int = Field(description="Day of the month on which start-of-cycle contracts are posted")
    end_posts_on: int = Field(description="Day of the month on which end-of-cycle contracts are posted")
    default: IssueOn
    fiscal: bool = Field(description="Billing periods are calendar months; false: from the contract's start")
    freeze_until: TimeOfDay
    contracts: list[ContractTermsOut]
    sentences: list[str] = Field(description="The same in words, with dates")


class CalendarIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "start_posts_on": 25,
                    "end_posts_on": 1,
                    "default": "end",
                    "fiscal": True,
                    "contracts": [{"contract_id": 7001, "issue_on": "start"}],
                }
            ]
        }
    )

    start_posts_on: DayOfMonth
    end_posts_on: DayOfMonth
    default: IssueOn
    fiscal: Flag
    freeze_until: TimeOfDay | None = Field(None, description="Left out: as it is")
    contracts: list[ContractTermsIn] | None = Field(
        None, max_length=10_000, description="All that do otherwise; left out: as they are"
    )


class PostedIn(Given):
    on: date | None = Field(None, description="The day of posting; left out: today")


class PostedOut(Schema):
    on: date
