"""Billing change history: the ledger, searched, and as a CSV file."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.integrations.clocks import billing_now_of
from seatbridge.ledger.canonical import instant
from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.searching import in_order, page_of, search_entries
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.shown.changes import ORDERED, Line, instead_of
from seatbridge.usage.models import Company
from seatbridge.web.asked_text import asked_text
from seatbridge.web.csv_answers import csv_answer
from seatbridge.web.history.entry_words import companies_in, row_of

PAGE = 50
EVERYTHING = "everything"
COLUMNS = (
    "entry",
    "at",
    "event",
    "by",
    "integration",
    "run",
    "contract",
    "service",
    "line",
    "companies",
    "units_before",
    "units",
    "effective_date",
    "unit_price",
    "data",
    "hash",
)


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    search, what = _asked(request)
    before = request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None
    entries = _entries(access, search, what)
    found = page_of(entries if what == EVERYTHING else _results(access, entries), start, PAGE)
    names, instead = _names(access, found.entries), _instead(access, found.entries)
    today = billing_now_of(access.partner).date()
    shown = {
        "rows": [row_of(entry, names, today, instead) for entry in found.entries],
        "next_before": found.next_before,
        "is_first": start is None,
        "search": search,
        "what": what,
        "tab": "changes",
        "section": "history",
    }
    return render(request, "history/ledger.html", shown)


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    access = require(request, Right.VIEW)
    rows = _table(in_order(_entries(access, *_asked(request))))
    writer = csv.writer(_Echo())
    lines = (writer.writerow(row) for row in rows)
    return csv_answer(lines, "billing-change-history.csv")


class _Echo:
    """What csv writes to, a line at a time."""

    def write(self, text: str) -> str:
        return text


def _asked(request: HttpRequest) -> tuple[str, str]:
    what = EVERYTHING if request.GET.get("what") == EVERYTHING else ""
    return asked_text(request.GET, "search"), what


def _entries(access: Access, search: str, what: str) -> QuerySet[LedgerEntry]:
    return search_entries(access.scoped(LedgerEntry), search, only_writes=what != EVERYTHING)


def _instead(access: Access, entries: Iterable[LedgerEntry]) -> Mapping[Line, int]:
    """Of the runs on the page; their orders may stand on another one."""
    runs = {entry.run_id for entry in entries if entry.run_id is not None}
    return instead_of(access.scoped(LedgerEntry).filter(event=ORDERED, run_id__in=runs)) if runs else {}


def _results(access: Access, entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """What a run set out to write is said by the result as well, but while there is none."""
    open_runs = access.scoped(Write).filter(state=Write.State.INTENDED)
    owed_runs = access.scoped(Owed).exclude(phase=Owed.Phase.SETTLED)
    is_open = Q(run_id__in=open_runs.values("run")) | Q(run_id__in=owed_runs.values("run"))
    return entries.filter(~Q(event="write.intended") | is_open)


def _names(access: Access, entries: Iterable[LedgerEntry]) -> dict[str, str]:
    refs = {ref for entry in entries for ref in companies_in(json.loads(entry.data))}
    return dict(access.scoped(Company).filter(ref__in=refs).values_list("ref", "name"))


def _table(entries: Iterable[LedgerEntry]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for entry in entries:
        data = json.loads(entry.data)
        row = (
            entry.seq,
            instant(entry.at),
            entry.event,
            entry.actor,
            entry.integration_id,
            entry.run_id,
            entry.contract_id,
            entry.service_id,
            entry.line_id,
            " ".join(companies_in(data)),
            data.get("units_before"),
            data.get("units"),
            data.get("effective_date"),
            data.get("unit_price"),
            entry.data,
            entry.hash,
        )
        yield tuple(_harmless(cell) for cell in row)


def _harmless(cell: object) -> object:
    """A spreadsheet must not take a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
