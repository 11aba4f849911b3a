from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Id, Money


class UnknownUnitsOut(Schema):
    """One line of BMS; several companies may share it."""

    contract_id: int
    service_id: int
    companies: list[str]
    product: str
    invoiced: int | None = Field(description="The last full-period quantity invoiced; null: not known")
    invoiced_on: date | None
    count: int | None
    unit_price: Money | None
    currency: str
    evidence: str
    status: str


class TakeLine(Given):
    contract_id: Id
    service_id: Id
    invoiced: Annotated[int, Field(strict=True, ge=0, lt=10**9)]


class TakeIn(Given):
    lines: list[TakeLine] = Field(min_length=1, max_length=20_000)


class TakenOut(Schema):
    rows: int
    changed: int
