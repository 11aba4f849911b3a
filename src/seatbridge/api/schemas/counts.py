from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from seatbridge.api.schemas.companies import Number, Product
from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Flag, Instant


class CountIn(Given):
    company: Annotated[str, Field(min_length=1, max_length=100)]
    product: Product
    count: Number


class CountsIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-23T05:00:00Z",
                    "complete": False,
                    "counts": [{"company": "northwind", "product": "standard", "count": 14}],
                }
            ]
        }
    )

    as_of: AwareDatetime | None = Field(None, description="The moment that they speak of; left out: now")
    complete: Flag = Field(
        default=False, description="Every company of the partner is named: one that is absent has left"
    )
    counts: list[CountIn] = Field(min_length=1, max_length=100_000)


class ImportReportOut(Schema):
    """`created`, `changed`, `unchanged` are rows."""

    kind: str
    rows: int
    created: int
    changed: int
    unchanged: int
    left: int = Field(description="Companies, of a users file: users, that it shows to be gone")
    companies: int
    warnings: list[str]
    dry_run: bool


class CountsTaken(ImportReportOut):
    as_of: Instant
