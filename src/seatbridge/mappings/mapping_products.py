"""Which service bills which product: chosen from the catalog, saved, and the contracts that carry it read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatbridge.catalog.finding import refreshed_at, service
from seatbridge.catalog.models import SeenService
from seatbridge.catalog.refreshing import refresh_lines
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import OpenBms
from seatbridge.mappings.editing import ChangedMeanwhile, set_product_mapping
from seatbridge.psa.errors import PsaError


@dataclass(frozen=True, slots=True)
class ProductsMapped:
    """`changed`: product -> its new service. `note`: what a person should know beside it, or empty.

    `stale`: product -> why it was left: somebody else changed it meanwhile.
    """

    changed: Mapping[str, SeenService]
    note: str
    stale: Mapping[str, str] = field(default_factory=dict)


def known_service(integration: Integration, service_id: int) -> SeenService | None:
    """None: BMS has no such service, or none any more."""
    found = service(integration, service_id)
    return None if found is None or found.gone else found


def map_products(
    integration: Integration,
    wanted: Mapping[str, SeenService],
    open_bms: OpenBms,
    *,
    actor: str,
    was: Mapping[str, str] | None = None,
) -> ProductsMapped:
    """Products that are not in `wanted` keep their service. Raises nothing that a PSA can cause.

    `was`: product -> the service that the person saw, empty for none. What they did not touch keeps what
    somebody else chose meanwhile.
    """
    changed, stale = {}, {}
    for product, found in wanted.items():
        seen = None if was is None else was.get(product, "")
        if seen == str(found.service_id):
            continue
        try:
            if set_product_mapping(integration, product, found.service_id, found.name, actor=actor, was=seen):
                changed[product] = found
        except ChangedMeanwhile as meanwhile:
            stale[product] = str(meanwhile)
    return ProductsMapped(changed, _read_lines(integration, changed, open_bms), stale)


def _read_lines(integration: Integration, changed: Mapping[str, SeenService], open_bms: OpenBms) -> str:
    """Which contracts carry them: shown where a contract is chosen."""
    if not changed or refreshed_at(integration) is None:
        return ""
    try:
        with open_bms(integration) as bms:
            for each in changed.values():
                refresh_lines(integration, bms, each.service_id)
    except PsaError as error:
        return f"Saved. Which contracts carry it could not be read: {error.what} {error.fix}".strip()
    return ""
