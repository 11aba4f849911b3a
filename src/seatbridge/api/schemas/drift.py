from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Instant, Money

DriftKind = Literal["edited", "cannot-tell", "lines", "no-price", "kept", "count"]


class DriftMember(Schema):
    company: str
    product: str


class DriftOut(Schema):
    integration: int
    run: int = Field(description="That found it")
    contract_id: int
    service_id: int
    companies: list[DriftMember]
    kind: DriftKind
    counted: int | None
    written: int | None = Field(description="By us, last")
    in_bms: int | None = Field(description="Null: nobody can tell")
    contract_total_moved: Money | None = Field(description="Since our last write")
    money_delta: Money | None = Field(description="A month, from what BMS holds to what is counted")
    cause: str
    since: Instant


class AcceptIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"contract_id": 7001, "service_id": 501}]})

    contract_id: int = Field(ge=1, lt=10**18)
    service_id: int = Field(ge=1, lt=10**18)


class Accepted(Schema):
    contract_id: int
    service_id: int
    units: int
