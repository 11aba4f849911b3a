"""Invoice check: after an invoice run, what was invoiced is compared with what stood on contract.

What is expected is kept at the first whole sync after the posting day, before it writes anything. While
something is amiss, later syncs look again: invoices may be issued days after the posting day.
"""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seatbridge.psa.errors import OutOfCalls, PsaError
from seatbridge.psa.records import InvoiceLine
from seatbridge.reconcile.calendar import IssueOn, Kind
from seatbridge.reconcile.facts import Evidence, Key
from seatbridge.reconcile.invoice_check import Invoicing, compare, posted_last
from seatbridge.reconcile.planned import Plan, PlannedLine
from seatbridge.reconcile.posting import posting_at
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import InvoiceCheck, LineMemory
from seatbridge.sync.putting_back.moves import Move, moves_since
from seatbridge.sync.records import note
from seatbridge.sync.running import Running

LOOKED_FOR = timedelta(days=10)  # so long after a posting day invoices may still be issued
EARLIER = timedelta(days=10)  # who posts early says so, and it counts for the nearest posting day
EDITED = "held:edited-in-bms"
A_MONTH, MOST_SHOWN = timedelta(days=28), 16
Row = dict[str, Any]


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
        check = kept or _expected(running, planned, kinds, posted_on)
        if check is not None:
            found.append(check)
    return found


def _posted(running: Running) -> Mapping[tuple[IssueOn, date], set[Kind]]:
    """The newest posting of each kind of contract. The 30th and the 31st are one day in most months."""
    found: dict[tuple[IssueOn, date], set[Kind]] = {}
    for kind in running.calendar.kinds:
        last = posting_at(running.calendar, kind, running.billing_now()).last
        found.setdefault((kind.issue_on, last), set()).add(kind)
    return found


def _expected(
    running: Running, planned: Plan, kinds: Collection[Kind], posted_on: date
) -> InvoiceCheck | None:
    lines: dict[Key, list[PlannedLine]] = {}
    for line in planned.lines:
        if line.contract_id is None or line.service_id is None or line.line_id is None:
            continue
        if running.calendar.kind(line.contract_id) in kinds:
            lines.setdefault((line.contract_id, line.service_id), []).append(line)
    rows = [row for key, members in lines.items() if (row := _row(running, key, members)) is not None]
    if not rows:
        return None
    _expect(running, rows)
    issue_on = next(iter(kinds)).issue_on
    return InvoiceCheck(
        integration=running.integration, posted_on=posted_on, issue_on=issue_on, document=packed(rows)
    )


def _row(running: Running, key: Key, members: Sequence[PlannedLine]) -> Row | None:
    contract, first = running.seen.contracts.get(key[0]), members[0]
    line = next((each for each in running.seen.of(key).lines if each.id == first.line_id), None)
    if contract is None or line is None or first.units_before is None or first.unit_price is None:
        return None
    periods = list(posted_last(contract, running.calendar, running.billing_now()))
    if not periods:
        return None
    return {
        "contract_id": key[0],
        "contract": contract.name,
        "service_id": key[1],
        "line": line.name,
        "companies": [[each.company, each.company_name, each.product] for each in members],
        "price": str(first.unit_price),
        "currency": first.currency,
        "carried": first.evidence_code == Evidence.CARRIED,
        "periods": [[period.start.isoformat(), period.end.isoformat()] for period in periods],
        "stands": first.units_before,
        "edited": first.status == EDITED,
    }


def _expect(running: Running, rows: list[Row]) -> None:
    """Units on each period's first day, by what stands now and what was written around it."""
    moves = moves_since(running.integration, min(_starts(row)[0] for row in rows))
    ours = _written(running, [row["contract_id"] for row in rows if row["edited"]])
    for row in rows:
        key = (row["contract_id"], row["service_id"])
        of_line, stands = moves.get(key, ()), row.pop("stands")
        if row.pop("edited"):
            stands = ours.get(key, stands)  # what somebody made of it is what the check is there to name
        row["expected"] = [_units_on(day, of_line, stands, running.today()) for day in _starts(row)]


def _written(running: Running, contracts: Collection[int]) -> dict[Key, int]:
    """The units that we wrote last, of these contracts' lines."""
    if not contracts:
        return {}
    rows = LineMemory.objects.filter(
        integration=running.integration, contract_id__in=contracts, written_units__isnull=False
    )
    found = rows.values_list("contract_id", "service_id", "written_units")
    return {(contract, service): units for contract, service, units in found if units is not None}


def _starts(row: Row) -> list[date]:
    return [date.fromisoformat(first) for first, _ in row["periods"]]


def _units_on(day: date, moves: Sequence[Move], stands: int, today: date) -> int:
    """A write dated ahead counts on a day that is still to come; one from a later day did not count yet."""
    ahead = [move.after for move in moves if today < move.since <= day]
    later = [move.before for move in moves if move.since > day and move.before is not None]
    return ahead[-1] if ahead else later[0] if later else stands


def _compare(running: Running, check: InvoiceCheck, by_contract: dict[int, list[InvoiceLine]]) -> None:
    rows = unpacked(check)
    for row in rows:
        lines = [line for line in by_contract.get(row["contract_id"], ()) if line.name == row["line"]]
        found = compare(row["expected"], lines, Decimal(row["price"]), carried=row["carried"])
        row["outcome"] = found.invoicing.value
        row["invoiced"] = list(found.invoiced)
        row["prorations"] = [str(amount) for amount in found.prorations]
        row["money"] = str(found.money)
    check.document, check.checked_at = packed(rows), running.now()
    check.summary = summary_of(rows)
    with fenced(running.run):
        check.save()
        note(running, "invoices.checked", posted_on=check.posted_on, issue_on=check.issue_on, **check.summary)


def summary_of(rows: Iterable[Row]) -> dict[str, Any]:
    """Counts of lines, and the money that was invoiced too much or too little."""
    found: dict[str, Any] = {kind.value: 0 for kind in Invoicing} | {"proration-line": 0}
    money = Decimal(0)
    for row in rows:
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
