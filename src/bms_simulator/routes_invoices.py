"""Reading invoices. Lines name a contract and a service by name; no service id, no TotalRecords."""

from datetime import date
from decimal import Decimal
from typing import Any

from bms_simulator.invoices import Invoice, InvoiceLine
from bms_simulator.paging import contains, ids_in, page_of
from bms_simulator.routing import Call, Reply, Route, filter_of, require_object
from bms_simulator.state import State

# Published, never needed by anyone here: sent as null.
# fmt: off
UNUSED = (
    "Notes", "PONumber", "AccountLocationId", "AccountLocationName", "ProjectId", "ProjectName",
    "SalesTaxItemId", "SalesTaxItemName", "SalesRepId", "SalesRepName", "ClassId", "ClassName",
    "Address1", "Address2", "State", "City", "CountryName", "ZipCode", "EmailAddress", "PhoneNumber",
    "Extension", "MobileNumber", "FaxNumber", "ContactFirstName", "ContactLastName",
    "SentOn", "SentByUserName", "AccountingAppReference", "PostedToAccountingOn",
)
# fmt: on


def list_invoices(state: State, call: Call) -> Reply:
    asked = call.query()
    ids, accounts = ids_in(asked.get("id")), ids_in(asked.get("accountid"))
    found = [
        invoice
        for invoice in state.world.invoices
        if (not ids or invoice.id in ids)
        and (not accounts or invoice.account_id in accounts)
        and contains(invoice.number, asked.get("invoicenumber"))
        and contains(_account_name(state, invoice), asked.get("accountname"))
        and _within(invoice.invoice_date, asked.get("createdfrom"), asked.get("createdto"))
    ]
    shown = page_of(found, asked, state.world.knobs.page_cap)
    return Reply([_invoice_row(state, invoice) for invoice in shown])


def _account_name(state: State, invoice: Invoice) -> str:
    account = state.world.accounts.get(invoice.account_id)
    return account.name if account else ""


def _within(day: date, first: Any, last: Any) -> bool:
    text = day.isoformat()
    return (not first or text >= str(first)[:10]) and (not last or text <= str(last)[:10])


def _invoice_row(state: State, invoice: Invoice) -> dict[str, Any]:
    total = sum((line.total_price for line in invoice.lines), Decimal(0))
    return {
        "Id": invoice.id,
        "InvoiceNumber": invoice.number,
        "StatusId": 1,
        "StatusName": "New",
        "AccountId": invoice.account_id,
        "AccountName": _account_name(state, invoice),
        **dict.fromkeys(UNUSED),
        "Discount": 0.0,
        "SalesTaxRate": 0.0,
        "TotalPrice": total,
        "TotalTax": 0.0,
        "GrandTotal": total,
        "PaymentDue": total,
        "PaidAmount": 0.0,
        "InvoiceDate": invoice.invoice_date,
        "DueDate": invoice.invoice_date,
        "InvoiceFrom": invoice.first_day,
        "InvoiceTo": invoice.last_day,
        "CreatedById": 1,
        "CreatedByUserName": "Billing",
        "ModifiedById": 1,
        "ModifiedByUserName": "Billing",
        "ModifiedOn": invoice.invoice_date,
        "CreatedOn": invoice.invoice_date,
        "PostedToAccounting": False,
        "GeneratedOn": invoice.invoice_date,
    }


def list_invoice_lines(state: State, call: Call) -> Reply:
    """Lines of the invoices that fit, paged by line."""
    asked = require_object(call.json())
    wanted = filter_of(asked)
    ids = ids_in(wanted.get("listinvoiceids"))
    found = [
        (invoice, line)
        for invoice in state.world.invoices
        if (not ids or invoice.id in ids)
        and _within(invoice.invoice_date, wanted.get("invoicedatefrom"), wanted.get("invoicedateto"))
        and not wanted.get("postedtoaccounting")
        for line in invoice.lines
    ]
    shown = page_of(found, asked, state.world.knobs.page_cap)
    return Reply([_line_row(state, invoice, line) for invoice, line in shown])


def _line_row(state: State, invoice: Invoice, line: InvoiceLine) -> dict[str, Any]:
    contract = state.world.contracts.get(line.contract_id)
    nothing = ("GLAccountId", "GLAccountCode", "GLAccountName", "ClassId", "ClassName")
    return {
        "Id": line.id,
        "InvoiceId": invoice.id,
        "InvoiceNumber": invoice.number,
        "Name": line.name,
        "Description": line.description,
        "TypeId": 1,
        "TypeName": "Recurring Service",
        **dict.fromkeys(nothing),
        "Qty": line.qty,
        "UnitPrice": line.unit_price,
        "TotalPrice": line.total_price,
        "ValueDate": line.value_date,
        "ContractId": line.contract_id,
        "ContractName": contract.name if contract else None,
        "IsTaxable": False,
    }


ROUTES = (
    Route("GET", "/v2/finance/invoices/summary", "invoices:view", list_invoices),
    Route("POST", "/v2/finance/invoices/details", "invoices:view", list_invoice_lines),
)
