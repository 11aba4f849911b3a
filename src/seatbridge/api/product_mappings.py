"""Which BMS service bills which Password Boss product."""

from typing import Any

from ninja import Body

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.problems import FieldError, Problem
from seatbridge.api.schemas.mappings import ProductMappings, ProductMappingsOut
from seatbridge.catalog.models import SeenService
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.mapping_products import known_service, map_products
from seatbridge.mappings.models import ProductMapping
from seatbridge.partners.roles import Right

mappings = resource("Mappings")


@mappings.operation("GET", f"{PATH}/product-mappings", ProductMappingsOut)
def list_product_mappings(request: Call) -> dict[str, Any]:
    """List the product mappings."""
    return {"items": _rows(request)}


@mappings.operation(
    "PUT", f"{PATH}/product-mappings", ProductMappingsOut, right=Right.MAP, body="application/json"
)
def set_product_mappings(request: Call, body: Body[ProductMappings]) -> dict[str, Any]:
    """Map products to services, all of them or none.

    A product that is not named keeps its service. With another one its first write waits for approval.
    """
    integration = request.integration
    found: dict[str, SeenService] = {}
    errors: list[FieldError] = []
    for number, each in enumerate(body):
        known = known_service(integration, each.service_id)
        if each.product in found:
            errors.append(FieldError(f"{number}.product", f"{each.product} is named twice."))
        elif known is None:
            errors.append(FieldError(f"{number}.service_id", f"BMS has no service {each.service_id}."))
        else:
            found[each.product] = known
    if errors:
        raise Problem(422, errors[0].message, errors=errors)
    with told_as_problems():
        done = map_products(integration, found, connected, actor=request.access.actor)
    idle = [f"{each.name} is inactive in BMS." for each in found.values() if not each.is_active]
    return {"items": _rows(request), "notes": [*filter(None, [done.note]), *idle]}


def _rows(request: Call) -> list[ProductMapping]:
    rows = request.access.scoped(ProductMapping).filter(integration=request.integration)
    return list(rows.order_by("product"))
