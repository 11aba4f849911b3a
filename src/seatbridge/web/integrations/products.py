"""Product Mappings: left the Password Boss products, right the BMS services."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from seatbridge.catalog.finding import (
    ServicesToChoose,
    refreshed_at,
    service,
    services_named,
    services_to_choose,
)
from seatbridge.catalog.models import SeenService
from seatbridge.catalog.refreshing import refresh_lines
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.editing import set_product_mapping
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.usage.products import PRODUCTS
from seatbridge.web.integrations.asked import asked_integration

MOST = 12
USUAL = "password boss"  # what its services are named, where nothing is searched for
NAMES = {"standard": "Password Boss Standard", "advanced": "Password Boss Advanced"}


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
        search = asked.get(f"q_{product}", "").strip()[:200]
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
    changed = []
    for product, found in wanted.items():
        if found is not None and set_product_mapping(
            integration, product, found.service_id, found.name, actor=access.actor
        ):
            changed.append(found)
            messages.success(request, f"{NAMES[product]} is billed as {found.name}.")
            if not found.is_active:
                messages.warning(request, f"{found.name} is inactive in BMS.")
    if not changed and not unknown:
        messages.info(request, "Nothing was changed: these services are mapped already.")
    _read_lines(request, integration, changed)
    return redirect(f"/integrations/{integration.pk}/#products")


def _wanted(integration: Integration, posted: QueryDict) -> dict[str, SeenService | None]:
    found: dict[str, SeenService | None] = {}
    for product in PRODUCTS:
        if chosen := posted.get(product):
            seen = service(integration, _number(str(chosen)) or 0)
            found[product] = None if seen is None or seen.gone else seen
    return found


def _read_lines(request: HttpRequest, integration: Integration, services: list[SeenService]) -> None:
    """Which contracts carry them: shown where a contract is chosen."""
    if not services or refreshed_at(integration) is None:
        return
    try:
        with connected(integration) as bms:
            for each in services:
                refresh_lines(integration, bms, each.service_id)
    except PsaError as error:
        messages.warning(
            request, f"Saved. Which contracts carry it could not be read: {error.what} {error.fix}".strip()
        )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
