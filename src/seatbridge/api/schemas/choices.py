from datetime import date

from ninja import Schema
from pydantic import Field

from seatbridge.api.values import Money


class ServiceOut(Schema):
    service_id: int
    name: str
    description: str
    unit_price: Money
    unit_cost: Money
    is_active: bool


class AccountOut(Schema):
    account_id: int
    name: str
    is_active: bool


class ContractOut(Schema):
    contract_id: int
    name: str
    account_name: str
    type: str
    status: str
    billing_cycle: str
    start: date
    end: date | None
    may_be_mapped: bool = Field(description="Recurring services that run, or begin later")
    services_carried: list[int] = Field(description="Of mapped services: those on a priced line")
