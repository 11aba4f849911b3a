"""Have missing lines added to contracts."""

from decimal import Decimal
from typing import Any

from ninja import Status

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.problems import FieldError, Problem
from seatbridge.api.schemas.new_lines import NewLineIn, NewLineOut
from seatbridge.integrations.clocks import clock
from seatbridge.partners.roles import Right
from seatbridge.sync.stated.adding_line import AddRefused, add_line, expected_of, offer_of

new_lines = resource("New lines")
FIELDS = {"price": "unit_price", "cost": "unit_cost"}


@new_lines.operation(
    "POST", f"{PATH}/new-lines", {201: NewLineOut}, right=Right.APPROVE, body="application/json"
)
def add_a_line(request: Call, body: NewLineIn) -> Status[dict[str, Any]]:
    """Have the line of a product added to a company's contract, at this price.

    Where the last plan shows it as `blocked:line-missing`. The next sync adds it, after a fresh reading that
    shows none.
    """
    integration, pair = request.integration, (body.company, body.product)
    offer = offer_of(integration, pair)
    try:
        row = add_line(
            integration,
            pair,
            price=body.unit_price,
            cost=body.unit_cost,
            actor=request.access.actor,
            now=clock().now(),
        )
    except AddRefused as refused:
        field = FIELDS.get(refused.field, "company")
        raise Problem(422, refused.sentence, errors=[FieldError(field, refused.sentence)]) from refused
    price, cost = row.unit_price or Decimal(0), row.unit_cost or Decimal(0)
    expected = None if offer is None else expected_of(integration, offer, price, cost)
    return Status(
        201,
        {
            "company": row.company,
            "product": row.product,
            "contract_id": row.contract_id,
            "service_id": row.service_id,
            "unit_price": price,
            "unit_cost": cost,
            "units": row.counted,
            "money_delta": None if expected is None else expected.money,
            "effective_date": None if expected is None else expected.effective,
            "proration": None if expected is None else expected.proration,
        },
    )
