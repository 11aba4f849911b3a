"""Writes to Northwind's contract, and what BMS answers to the first one."""

from datetime import date
from decimal import Decimal

from seatbridge.psa.records import LineWrite, PriceWrite

STANDARD_TO_14 = LineWrite(
    contract_id=7001,
    service_id=501,
    name="Standard",
    description="per user",
    units=14,
    unit_cost=Decimal("3.10"),
    unit_price=Decimal("22.50"),
    effective_date=date(2026, 11, 1),
)
WRITTEN = {
    "id": 91,
    "units": 14.0,
    "effectiveDate": "2026-11-01T00:00:00",
    "contractId": 7001,
    "serviceId": 501,
}
TO_ZERO = PriceWrite(
    service_id=501,
    lines=((7001, 91), (7002, 92)),
    unit_price=Decimal(0),
    unit_cost=Decimal(0),
    effective_date=date(2026, 11, 1),
    name="ENDED",
)
