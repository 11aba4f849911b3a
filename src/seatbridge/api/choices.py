"""What there is to choose from in BMS, as its lists were last read: no call to BMS for a search."""

from typing import Any

from ninja import Query, Status

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH, integrations
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.schemas.choices import AccountOut, ContractOut, ServiceOut
from seatbridge.api.schemas.integrations import CatalogOut
from seatbridge.api.schemas.pages import Page
from seatbridge.api.values import AskedId, Search
from seatbridge.catalog.finding import account, refreshed_at, services_carried
from seatbridge.catalog.models import SeenAccount, SeenContract, SeenService
from seatbridge.integrations.clocks import billing_today
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.choosing import is_offered
from seatbridge.mappings.refreshing_behind import CatalogReading, begin_refresh, reading_of
from seatbridge.partners.roles import Right

AT_ONCE = 0.0  # seconds to wait for a reading: a program asks again


@integrations.operation("GET", f"{PATH}/services", Page[ServiceOut])
def list_services(request: Call, paging: Query[Paging], search: Search = "") -> Found:
    """List BMS's services, by id."""
    rows = request.access.scoped(SeenService).filter(integration=request.integration, gone=False)
    return page_of_rows(request, rows.filter(name__icontains=search.strip()), paging, "service_id")


@integrations.operation("GET", f"{PATH}/accounts", Page[AccountOut])
def list_accounts(request: Call, paging: Query[Paging], search: Search = "") -> Found:
    """List BMS's accounts, by id."""
    rows = request.access.scoped(SeenAccount).filter(integration=request.integration, gone=False)
    return page_of_rows(request, rows.filter(name__icontains=search.strip()), paging, "account_id")


@integrations.operation("GET", f"{PATH}/contracts", Page[ContractOut])
def list_contracts(request: Call, paging: Query[Paging], account_id: AskedId | None = None) -> Found:
    """List BMS's contracts by id, of one account or of all."""
    integration = request.integration
    rows = request.access.scoped(SeenContract).filter(integration=integration, gone=False)
    if account_id is not None:
        owner = account(integration, account_id)
        rows = rows.filter(account_name=owner.name) if owner else rows.none()
    found = page_of_rows(request, rows, paging, "contract_id")
    carried = services_carried(integration, [row.contract_id for row in found.items])
    today = billing_today(integration)
    items = [_contract(row, carried.get(row.contract_id, set()), today) for row in found.items]
    return Found(items, found.next_cursor)


def _contract(row: SeenContract, carried: set[int], today: Any) -> dict[str, Any]:
    names = ("contract_id", "name", "account_name", "type", "status", "billing_cycle", "start", "end")
    told = {name: getattr(row, name) for name in names}
    return {**told, "may_be_mapped": is_offered(row, today), "services_carried": sorted(carried)}


@integrations.operation("GET", f"{PATH}/catalog", CatalogOut)
def get_catalog(request: Call) -> dict[str, Any]:
    """Read how old the lists of BMS are, and whether they are being read."""
    return _catalog(request.integration, reading_of(request.integration))


@integrations.operation("POST", f"{PATH}/catalog", {202: CatalogOut}, right=Right.MAP)
def refresh_catalog(request: Call) -> Status[dict[str, Any]]:
    """Read the lists of BMS again, behind this answer."""
    reading = begin_refresh(request.integration, connected, AT_ONCE)
    return Status(202, _catalog(request.integration, reading))


def _catalog(integration: Integration, reading: CatalogReading | None) -> dict[str, Any]:
    failure = reading.failure if reading is not None else None
    return {
        "refreshed_at": refreshed_at(integration),
        "reading": reading is not None and not reading.is_done,
        "cause": f"{failure.what} {failure.why}".strip() if failure else "",
        "fix": failure.fix if failure else "",
    }
