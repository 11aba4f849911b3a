from datetime import date
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.companies import Product
from seatbridge.api.schemas.given import Given
from seatbridge.api.schemas.runs import Ref
from seatbridge.api.values import Money

State = Literal["waiting", "decided", "done", "back"]


class LeaverOut(Schema):
    company: str
    product: Product | None = Field(description="Null: the whole company")
    state: State
    cause: str
    units: int | None = Field(description="On contract")
    money_delta: Money | None = Field(description="A month, of the stop")
    next_period: date | None = Field(description="The first day of the next period that is open")
    contract_end: date | None
    decide_before: date | None
    stops_from: date | None = Field(description="Of a decision; null with a decision: with the contract")


class LeaverNamed(Given):
    company: Ref
    product: Product | None = Field(None, description="Left out: the whole company")


class StopIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"leavers": [{"company": "evergreen"}], "start": "next-period"}],
        }
    )

    leavers: list[LeaverNamed] = Field(min_length=1, max_length=500)
    start: Literal["next-period", "contract-end", "date"]
    on: date | None = Field(None, description="With `date`: the first day that is not billed any more")


class AgainIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"leavers": [{"company": "evergreen"}]}]})

    leavers: list[LeaverNamed] = Field(min_length=1, max_length=500)
