"""Invoices and prorated transactions to and from the control plane's JSON."""

from decimal import Decimal
from typing import Any

from bms_simulator.invoices import Invoice, InvoiceLine, Proration
from bms_simulator.reading import Fields


def read_proration(fields: Fields) -> Proration:
    fields.has("contract_id")
    proration = Proration(
        line_id=fields.whole("line_id"),
        name=fields.text("name"),
        since=fields.day("from"),
        until=fields.day("until"),
        units=fields.whole("units", least=-(10**9)),
        unit_price=fields.decimal("unit_price"),
        amount=fields.decimal("amount"),
    )
    fields.done()
    return proration


def write_proration(proration: Proration) -> dict[str, Any]:
    return {
        "line_id": proration.line_id,
        "name": proration.name,
        "from": proration.since.isoformat(),
        "until": proration.until.isoformat(),
        "units": proration.units,
        "unit_price": str(proration.unit_price),
        "amount": str(proration.amount),
    }


def read_invoice(fields: Fields) -> Invoice:
    number = fields.whole("id", least=1)
    invoice = Invoice(
        id=number,
        number=fields.text("number", f"INV-{number:05d}"),
        account_id=fields.whole("account_id", least=1),
        invoice_date=fields.day("invoice_date"),
        first_day=fields.day("from"),
        last_day=fields.day("to"),
        lines=tuple(_read_invoice_line(line) for line in fields.objects("lines")),
    )
    fields.has("total")
    fields.done()
    return invoice


def _read_invoice_line(fields: Fields) -> InvoiceLine:
    qty, unit_price = fields.decimal("qty"), fields.decimal("unit_price")
    line = InvoiceLine(
        id=fields.whole("id", least=1),
        contract_id=fields.whole("contract_id", least=1),
        line_id=fields.whole("line_id") if fields.has("line_id") else None,
        name=fields.text("name"),
        description=fields.text("description", ""),
        qty=qty,
        unit_price=unit_price,
        total_price=fields.decimal("total_price", qty * unit_price),
        value_date=fields.day("value_date"),
        kind=fields.choice("kind", ("full", "proration")),
    )
    fields.done()
    return line


def write_invoice(invoice: Invoice) -> dict[str, Any]:
    total = sum((line.total_price for line in invoice.lines), Decimal(0))
    return {
        "id": invoice.id,
        "number": invoice.number,
        "account_id": invoice.account_id,
        "invoice_date": invoice.invoice_date.isoformat(),
        "from": invoice.first_day.isoformat(),
        "to": invoice.last_day.isoformat(),
        "total": str(total),
        "lines": [_write_invoice_line(line) for line in invoice.lines],
    }


def _write_invoice_line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "contract_id": line.contract_id,
        "line_id": line.line_id,
        "name": line.name,
        "description": line.description,
        "qty": str(line.qty),
        "unit_price": str(line.unit_price),
        "total_price": str(line.total_price),
        "value_date": line.value_date.isoformat(),
        "kind": line.kind,
    }
