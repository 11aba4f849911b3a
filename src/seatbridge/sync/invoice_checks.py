"""Invoice check: after an invoice run, what was invoiced is compared with what stood on contract.

What is expected (see `invoice_expected`) is kept at the first whole sync after the posting day. While
something is amiss, later syncs look again: invoices may be issued days after the posting day.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seatbridge.psa.errors import OutOfCalls, PsaError
from seatbridge.psa.records import InvoiceLine
from seatbridge.reconcile.calendar import IssueOn, Kind
from seatbridge.reconcile.invoice_check import Due, Invoicing, compare
from seatbridge.reconcile.planned import Plan
from seatbridge.reconcile.posting import posting_at
from seatbridge.sync.fencing import fenced
from seatbridge.sync.invoice_expected import Row, expected_rows
from seatbridge.sync.models import InvoiceCheck, LineMemory
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of

LOOKED_FOR = timedelta(days=10)  # so long after a posting day invoices may still be issued
EARLIER = timedelta(days=10)  # who posts early says so, and it counts for the nearest posting day
A_MONTH, MOST_SHOWN = timedelta(days=28), 16


def check_invoices(running: Running, planned: Plan) -> None:
    """1 what is expected, once a posting day  2 read the invoices, once for all contracts  3 compare."""
    run = running.run
    if run.dry_run or run.companies or run.puts_back_id is not None:
        return
    due = [check for check in _checks(running, planned) if not check.is_done]
    if not due:
        return
    since = min(check.posted_on for check in due) - EARLIER
    try:
        lines = running.bms.invoice_lines(since, running.today())
    except OutOfCalls:
        raise
    except PsaError:
        return  # said by the run itself where it lasts; the next sync looks again
    by_contract: dict[int, list[InvoiceLine]] = {}
    for line in lines:
        by_contract.setdefault(line.contract_id, []).append(line)
    for check in due:
        _compare(running, check, by_contract)


def _checks(running: Running, planned: Plan) -> list[InvoiceCheck]:
    approved = running.integration.first_run_approved_at
    if approved is None:
        return []
    found = []
    first = approved.astimezone(running.zone).date()
    for (issue_on, posted_on), kinds in _posted(running).items():
        if posted_on <= first or running.today() - posted_on > LOOKED_FOR:
            continue
        kept = InvoiceCheck.objects.filter(
            integration=running.integration, posted_on=posted_on, issue_on=issue_on
        ).first()
        if kept is not None:
            found.append(kept)
        elif rows := expected_rows(running, planned, kinds):
            document = packed(rows)
            found.append(
                InvoiceCheck(
                    integration=running.integration,
                    posted_on=posted_on,
                    issue_on=issue_on,
                    document=document,
                )
            )
    return found


def _posted(running: Running) -> Mapping[tuple[IssueOn, date], set[Kind]]:
    """The newest posting of each kind of contract. The 30th and the 31st are one day in most months."""
    found: dict[tuple[IssueOn, date], set[Kind]] = {}
    for kind in running.calendar.kinds:
        last = posting_at(running.calendar, kind, running.billing_now()).last
        found.setdefault((kind.issue_on, last), set()).add(kind)
    return found


def _compare(running: Running, check: InvoiceCheck, by_contract: dict[int, list[InvoiceLine]]) -> None:
    rows = unpacked(check)
    for row in rows:
        lines = [line for line in by_contract.get(row["contract_id"], ()) if line.name == row["line"]]
        found = compare(_dues(row), lines, Decimal(row["price"]), carried=row["carried"])
        row["outcome"] = found.invoicing.value
        row["invoiced"] = list(found.invoiced)
        row["prorations"] = [str(amount) for amount in found.prorations]
        row["money"] = str(found.money)
    check.document, check.checked_at = packed(rows), running.now()
    check.summary = summary_of(rows)
    with fenced(running.run):
        check.save()
        _remember_invoiced(running, rows)
        note(running, "invoices.checked", posted_on=check.posted_on, issue_on=check.issue_on, **check.summary)


def _dues(row: Row) -> list[Due]:
    whole = [(1, 1)] * len(row["expected"])  # of a document that an earlier release kept
    shares, sure = row.get("shares", whole), row.get("sure", [True] * len(whole))
    every = zip(row["expected"], shares, sure, strict=True)
    return [Due(units, days, whole_days, each) for units, (days, whole_days), each in every]


def _remember_invoiced(running: Running, rows: Iterable[Row]) -> None:
    """From here on the limits of a run are measured against it: changes do not add up over the months."""
    billed = {
        (row["contract_id"], row["service_id"]): (units, date.fromisoformat(row["periods"][-1][0]))
        for row in rows
        if (units := _billed(row)) is not None
    }
    moved = []
    for memory in LineMemory.objects.filter(integration=running.integration):
        units, on = billed.get(key_of(memory), (memory.invoiced_units, memory.invoiced_on))
        if units != memory.invoiced_units:
            memory.invoiced_units, memory.invoiced_on = units, on
            moved.append(memory)
    LineMemory.objects.bulk_update(moved, ["invoiced_units", "invoiced_on"], batch_size=500)


def _billed(row: Row) -> int | None:
    """Units of the newest period, where the invoice says it. A line that carries all users is 1 unit."""
    if row["carried"]:
        return None
    if row["outcome"] == Invoicing.ON_INVOICE:
        units: int = row["expected"][-1]
        return units
    only = row["outcome"] == Invoicing.OTHER_QUANTITY and len(row["invoiced"]) == 1
    return int(row["invoiced"][0]) if only else None


def summary_of(rows: Iterable[Row]) -> dict[str, Any]:
    """Counts of lines, and the money that was invoiced too much or too little.

    A line without units is on no invoice, and counts only where something was invoiced for it.
    """
    found: dict[str, Any] = {kind.value: 0 for kind in Invoicing} | {"proration-line": 0}
    money = Decimal(0)
    for row in rows:
        if not any(units != 0 for units in row["expected"]) and not (row["invoiced"] or row["prorations"]):
            continue
        found[row["outcome"]] += 1
        found["proration-line"] += bool(row["prorations"])
        money += Decimal(row["money"]) + sum(map(Decimal, row["prorations"]), Decimal(0))
    return found | {"money": f"{money:.2f}"}


def packed(rows: list[Row]) -> bytes:
    return zlib.compress(json.dumps(rows).encode())


def unpacked(check: InvoiceCheck) -> list[Row]:
    rows: list[Row] = json.loads(zlib.decompress(bytes(check.document)))
    return rows


def exceptions_of(check: InvoiceCheck) -> list[Row]:
    """By contract: what is not on invoice as it was on contract, the most money first."""
    rows = [row for row in unpacked(check) if row.get("outcome") != "on-invoice" or row["prorations"]]
    return sorted(rows, key=lambda row: (-abs(Decimal(row["money"])), row["contract"], row["contract_id"]))


def latest_checks(integration_id: int) -> list[InvoiceCheck]:
    """The newest of each posting day of a month, the newest first. Documents are read where wanted."""
    rows = list(
        InvoiceCheck.objects.filter(integration=integration_id)
        .defer("document")
        .order_by("-posted_on", "issue_on")[:MOST_SHOWN]
    )
    newest: dict[str, date] = {}
    for row in rows:
        newest.setdefault(row.issue_on, row.posted_on)
    return [row for row in rows if newest[row.issue_on] - row.posted_on < A_MONTH]
