from datetime import date
from decimal import Decimal

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.companies import Product
from seatbridge.api.schemas.given import Given
from seatbridge.api.schemas.runs import Ref
from seatbridge.api.values import Money


class NewLineIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"company": "juniper", "product": "standard", "unit_price": "5.00"}],
        }
    )

    company: Ref
    product: Product
    unit_price: Decimal = Field(gt=0, lt=1_000_000, decimal_places=2, description="Of one user, per period")
    unit_cost: Decimal | None = Field(
        None, ge=0, lt=1_000_000, decimal_places=2, description="Left out: the catalogue's"
    )


class NewLineOut(Schema):
    company: str
    product: Product
    contract_id: int
    service_id: int
    unit_price: Money
    unit_cost: Money
    units: int | None
    money_delta: Money | None = Field(description="A month")
    effective_date: date | None
    proration: Money | None
