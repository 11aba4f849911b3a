from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from seatbridge.api.schemas.companies import Product
from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Id, Instant


class ProductMappingIn(Given):
    product: Product
    service_id: Id


ProductMappings = Annotated[list[ProductMappingIn], Field(max_length=10)]


class ProductMappingOut(Schema):
    product: str
    service_id: int
    service_name: str


class ProductMappingsOut(Schema):
    items: list[ProductMappingOut]
    next_cursor: None = None
    notes: list[str] = []


class Exclusion(Schema):
    reason: str
    review_on: date | None


class ExclusionIn(Given):
    reason: str = Field(min_length=1, max_length=200)
    review_on: date | None = None


class CompanyMappingOut(Schema):
    company: str
    company_name: str
    account_id: int | None
    account_name: str | None
    contract_id: int | None
    contract_name: str | None
    contract_end: date | None
    exclude: Exclusion | None
    last_sync_at: Instant | None
    last_status: str
    notes: list[str] = Field([], description="What a person should know of what was just saved")


class CompanyMappingIn(Given):
    """Either both ids, or `exclude`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"account_id": 12, "contract_id": 7001},
                {"exclude": {"reason": "in bundle", "review_on": "2027-03-01"}},
            ]
        }
    )

    account_id: Id | None = None
    contract_id: Id | None = None
    exclude: ExclusionIn | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "CompanyMappingIn":
        if self.exclude is not None and (self.account_id is not None or self.contract_id is not None):
            raise ValueError("A company is billed on a contract, or excluded: send one of the two.")
        return self


class SuggestionOut(Schema):
    """`contract_id` only where exactly one contract of the account fits."""

    company: str
    company_name: str
    account_id: int
    account_name: str
    account_is_active: bool
    contract_id: int | None
    contract_name: str
    contracts: int = Field(description="How many contracts of the account fit")
    score: int = Field(description="0 to 100")
    reason: str
    certain: bool = Field(description="Nothing about it needs a person's eye")
