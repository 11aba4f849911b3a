"""Rows of BMS into records. Words of status, type and cycle pass as they are: their list is not published."""

from decimal import Decimal

from seatbridge.psa.errors import NotUnderstood
from seatbridge.psa.kaseya_bms.wire import Row
from seatbridge.psa.records import (
    Account,
    Contract,
    ContractChoice,
    InvoiceHead,
    InvoiceLine,
    Line,
    Service,
    SignedIn,
)


def signed_in(row: Row) -> SignedIn:
    return SignedIn(
        user=row.text("FullName") or row.text("EmailAddress"),
        business_name=row.text("BusinessName"),
        time_zone=row.text("OlsonTimeZoneName") or None,
        currency=row.text("CurrencyCode") or None,
        is_admin=row.flag("IsUserSystemAdmin"),
    )


def job_runs(row: Row) -> bool:
    """A job id of null means that none runs; an answer without the field means nothing at all."""
    if not row.has("JobId"):
        raise row.wrong("JobId", "missing")
    return row.get("JobId") is not None


def account(row: Row) -> Account:
    return Account(row.whole("Id"), row.text("Name"), row.flag("IsActive"))


def contract(row: Row) -> Contract:
    return Contract(
        id=row.whole("Id"),
        name=row.text("ContractName"),
        account_name=row.text("AccountName"),
        type=row.text("ContractType"),
        status=row.text("Status"),
        billing_cycle=row.text("BillingCycle"),
        billing_price=row.total("ContractBillingPrice"),
        start=row.day("StartDate"),
        end=row.optional_day("EndDate"),
    )


def contract_choice(row: Row) -> ContractChoice:
    return ContractChoice(
        row.whole("Id"), row.text("Name"), row.flag("IsActive"), row.optional_day("EndDate")
    )


def service(row: Row) -> Service:
    return Service(
        id=row.whole("Id"),
        name=row.text("Name"),
        description=row.text("Description"),
        unit_cost=row.number("UnitCost"),
        unit_price=row.number("UnitPrice"),
        is_active=row.flag("IsActive"),
    )


def line(row: Row, service_id: int) -> Line:
    """A line of the service that was asked for; one of another service breaks the search's promise."""
    if row.optional_whole("ServiceId") not in (None, 0, service_id):
        raise row.wrong("ServiceId", f"of another service than the {service_id} asked for")
    return Line(
        id=row.whole("Id"),
        contract_id=row.whole("ContractId"),
        service_id=service_id,
        account_id=row.whole("AccountId"),
        name=row.text("ServiceName"),
        description=row.text("ServiceDescription"),
        effective_date=row.day("EffectiveDate"),
        unit_cost=row.number("UnitCost"),
        unit_price=row.number("UnitPrice"),
        excluded_from_bulk=row.flag("ExcludeFromContractBulkUpdates"),
        units=_units(row),
    )


def _units(row: Row) -> int | None:
    units = row.optional_number("Units")
    if units is None or (units == units.to_integral_value() and units >= 0):
        return None if units is None else int(units)
    raise NotUnderstood(
        f"Line {row.whole('Id')} on contract {row.whole('ContractId')} holds {units} units in Kaseya BMS.",
        why="Units are whole numbers of users, from 0 up.",
        fix="Correct the units of this line in BMS, then run again.",
    )


def invoice_head(row: Row) -> InvoiceHead:
    return InvoiceHead(id=row.whole("Id"), on=row.optional_day("InvoiceDate"))


def invoice_line(row: Row) -> InvoiceLine | None:
    """None for a line of text, which bills nothing."""
    if row.get("Qty") is None and row.get("TotalPrice") is None:
        return None
    return InvoiceLine(
        invoice_id=row.optional_whole("InvoiceId"),
        contract_id=row.optional_whole("ContractId") or 0,
        name=row.text("Name"),
        quantity=row.number("Qty"),
        unit_price=row.optional_number("UnitPrice") or Decimal(0),
        total=row.total("TotalPrice"),
        value_date=row.optional_day("ValueDate"),
    )
