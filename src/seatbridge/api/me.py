"""Who is calling, and what is counted."""

from typing import Any

from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, page_of_list
from seatbridge.api.schemas.me import Me, ProductOut
from seatbridge.api.schemas.pages import Page
from seatbridge.partners.roles import Right
from seatbridge.usage.products import NAMES

me = resource("Me")


@me.operation("GET", "/me", Me)
def get_me(request: Call) -> dict[str, Any]:
    """Read whose token this is, and what it may do."""
    access = request.access
    rights = [right for right in Right if access.may(right)]
    return {"partner": access.partner, "role": access.role, "rights": rights, "token": access.token}


@me.operation("GET", "/products", Page[ProductOut])
def list_products(request: Call, paging: Query[Paging]) -> Found:
    """List the Password Boss products that are counted."""
    found = [{"code": code, "name": name} for code, name in sorted(NAMES.items())]
    return page_of_list(request, found, paging, lambda item: [item["code"]])
