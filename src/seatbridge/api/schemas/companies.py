from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Flag, Instant
from seatbridge.usage.cells import MOST

Product = Literal["standard", "advanced"]
Number = Annotated[int, Field(strict=True, ge=0, le=MOST)]


class CountOut(Schema):
    product: str
    count: int | None = Field(description="null: there is none. Missing is not zero.")
    as_of: Instant | None
    stale: str = Field(description="Why it is not billed; empty: it is")
    explanation: str


class CompanyOut(Schema):
    ref: str
    name: str
    type: Literal["customer", "msp"]
    level: Literal["", "standard", "advanced", "trial"]
    licenses_assigned: int | None
    domains: list[str]
    state: Literal["active", "inactive", "left"]
    left_at: Instant | None
    first_seen_on: date
    counts: list[CountOut]


class CompanyIn(Given):
    """Fields that are left out stay as they are."""

    name: str = Field(min_length=1, max_length=200)
    type: Literal["customer", "msp"] = "customer"
    level: Literal["", "standard", "advanced", "trial"] = ""
    licenses_assigned: Number | None = None
    domains: list[Annotated[str, Field(max_length=253)]] = Field(default=[], max_length=50)
    state: Literal["active", "inactive"] = "active"


class UserOut(Schema):
    company: str
    user: str
    email: str
    name: str
    status: Literal["invited", "active", "pending-approval", "disabled", "deleted"]
    product: Literal["", "standard", "advanced"] = Field(description="Empty: the company's level")
    since: date | None
    nfr: bool
    counted: bool = Field(
        description="False: no list of users ever named this company, and one user is no list. Import one."
    )


class UserIn(Given):
    """Fields that are left out stay as they are."""

    status: Literal["invited", "active", "pending-approval", "disabled", "deleted"]
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=200)
    product: Literal["", "standard", "advanced"] = ""
    since: date | None = None
    nfr: Flag = False
