"""Product Mappings: left the Password Boss products, right the BMS services."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from seatbridge.catalog.finding import (
    ServicesToChoose,
    services_named,
    services_to_choose,
)
from seatbridge.catalog.models import SeenService
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.mapping_products import known_service, map_products
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.partners.roles import Right
from seatbridge.usage.products import NAMES, PRODUCTS
from seatbridge.web.asked_text import asked_text
from seatbridge.web.integrations.asked import asked_integration

MOST = 12
USUAL = "password boss"  # what its services are named, where nothing is searched for


@dataclass(frozen=True, slots=True)
class ProductRow:
    """`now`: the mapped service as last seen; `choices`: what the search found, the chosen one first."""

    product: str
    name: str
    service_id: int | None
    now: SeenService | None
    search: str
    choices: list[SeenService]
    chosen: int | None


def product_rows(
    integration: Integration, asked: Mapping[str, str], mapped: Mapping[str, int | None]
) -> list[ProductRow]:
    """`asked`: from the URL or a form: `q_PRODUCT` searches, PRODUCT is chosen. One query without either."""
    chosen = {product: _number(asked.get(product, "")) or mapped.get(product) for product in PRODUCTS}
    usual = services_to_choose(integration, USUAL, {*mapped.values(), *chosen.values()}, MOST)
    rows = []
    for product in PRODUCTS:
        search = asked_text(asked, f"q_{product}")
        found = services_named(integration, search, MOST) if search else usual.named
        rows.append(_row(product, mapped.get(product), chosen[product], search, usual, found))
    return rows


def _row(
    product: str,
    mapped: int | None,
    chosen: int | None,
    search: str,
    known: ServicesToChoose,
    found: list[SeenService],
) -> ProductRow:
    keep = known.by_id.get(chosen or 0)
    if keep is not None:
        found = [keep, *(each for each in found if each.service_id != keep.service_id)]
    now = known.by_id.get(mapped or 0)
    return ProductRow(product, NAMES[product], mapped, now, search, found[:MOST], chosen)


@require_safe
def search(request: HttpRequest, number: int) -> HttpResponse:
    """The services that one product's search finds. From the catalog: no call for a key that is pressed."""
    _, integration = asked_integration(request, number, Right.VIEW)
    product = request.GET.get("product", "")
    if product not in PRODUCTS:
        product = PRODUCTS[0]
    rows = product_rows(integration, request.GET.dict(), read_product_mappings(integration))
    row = next(each for each in rows if each.product == product)
    return render(request, "integrations/services.html", {"row": row, "integration": integration})


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.MAP)
    wanted = _wanted(integration, request.POST)
    unknown = [NAMES[product] for product, found in wanted.items() if found is None]
    if unknown:
        messages.error(request, f"{' and '.join(unknown)}: BMS has no such service. Search, and choose one.")
    known = {product: found for product, found in wanted.items() if found is not None}
    was = {product: str(request.POST.get(f"was_{product}", "")) for product in PRODUCTS}
    opened = any(f"was_{product}" in request.POST for product in PRODUCTS)
    done = map_products(integration, known, connected, actor=access.actor, was=was if opened else None)
    for product, found in done.changed.items():
        messages.success(request, f"{NAMES[product]} is billed as {found.name}.")
        if not found.is_active:
            messages.warning(request, f"{found.name} is inactive in BMS.")
    for product, sentence in done.stale.items():
        messages.error(request, f"{NAMES[product]}: {sentence}")
    if not done.changed and not unknown and not done.stale:
        messages.info(request, "Nothing was changed: these services are mapped already.")
    if done.note:
        messages.warning(request, done.note)
    return redirect(f"/integrations/{integration.pk}/#products")


def _wanted(integration: Integration, posted: QueryDict) -> dict[str, SeenService | None]:
    found: dict[str, SeenService | None] = {}
    for product in PRODUCTS:
        if chosen := posted.get(product):
            found[product] = known_service(integration, _number(str(chosen)) or 0)
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
