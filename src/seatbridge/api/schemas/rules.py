from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.given import Given
from seatbridge.reconcile.facts import Method

RuleValue = (
    Annotated[str, Field(max_length=40)]
    | Annotated[int, Field(strict=True, ge=0, le=10**9)]
    | Annotated[float, Field(strict=True, ge=0, le=10**9)]
    | None
)


class RulesOut(Schema):
    """Shares are percent ("40" is 40 %), money is a decimal string, a policy is a word."""

    company: str | None = Field(description="null: the integration's own")
    rules: dict[str, str] = Field(description="In force, by name")
    changed: list[str] = Field(description="Names of those that differ from what they fall back to")
    companies: list[str] = Field(description="Refs of the companies that have rules of their own")
    write_method: Method
    notes: list[str] = []


class RulesIn(Given):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rules": {"drop_share": "40", "zero_policy": None}}]}
    )

    rules: dict[Annotated[str, Field(max_length=40)], RuleValue] = Field(
        {}, max_length=50, description="By name; null: back to the default; left out: as it is"
    )
    write_method: Method | None = Field(None, description="Of the integration; left out: as it is")
