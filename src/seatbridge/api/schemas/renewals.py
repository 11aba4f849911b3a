from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Id, Money


class SuccessorOut(Schema):
    contract_id: int
    name: str
    start: date
    end: date | None
    status: str = Field(description="BMS's own word")


class RenewedLineOut(Schema):
    service_id: int
    product: str
    units: int | None = Field(description="As last known on the old contract; null: not known")
    count: int | None
    unit_price: Money | None
    new_unit_price: Money | None = Field(description="On the successor")


class NearOut(Schema):
    contract_id: int
    name: str
    wrong: str


class RenewalOut(Schema):
    """A contract that ends, with companies billed on it."""

    contract_id: int
    contract_name: str
    account_name: str
    companies: list[str]
    end: date
    followed: str = Field(description="accepted, one, several, none or stopping")
    successor: SuccessorOut | None = Field(description="The accepted one, or the only one that fits")
    fitting: list[SuccessorOut]
    near: list[NearOut] = Field(description="Of the same account, with what is wrong")
    lines: list[RenewedLineOut]
    money: Money | None = Field(description="A month, by the count")
    currency: str
    seal: str = Field(description="Of what is shown; sent back, the first write is approved with it")


class CloneUnits(Given):
    service_id: Id
    units: Annotated[int, Field(strict=True, ge=0, lt=10**9)]


class AcceptOne(Given):
    contract_id: Id
    successor_id: Id
    seal: Annotated[str, Field(max_length=64)] = ""
    units: list[CloneUnits] = Field(default=[], max_length=100)


class AcceptRenewalsIn(Given):
    renewals: list[AcceptOne] = Field(min_length=1, max_length=2_000)


class AcceptedOut(Schema):
    contract_id: int
    successor_id: int
    starts_on: date
    state: str
    first_write_approved: bool


class AcceptedRenewalsOut(Schema):
    accepted: list[AcceptedOut]
