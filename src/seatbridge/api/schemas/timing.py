from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

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


class ContractTermsIn(Given):
    contract_id: Id
    issue_on: IssueOn | None = None
    fiscal: Flag | None = None


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
