"""The billing change history."""

from ninja import Query

from seatbridge.api.calls import Call
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, cut, read_cursor
from seatbridge.api.schemas.ledger import LedgerEntryOut
from seatbridge.api.schemas.pages import Page
from seatbridge.api.values import AskedId, Search
from seatbridge.ledger.exporting import plain
from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.searching import page_of, search_entries

ledger = resource("Ledger")


@ledger.operation("GET", "/ledger", Page[LedgerEntryOut])
def list_ledger_entries(
    request: Call,
    paging: Query[Paging],
    search: Search = "",
    event: Search = "",
    integration: AskedId | None = None,
    run: AskedId | None = None,
) -> Found:
    """List the ledger's entries, newest first.

    Each word of `search` must occur in who, what or the values; a number is also a contract, line or run.
    """
    rows = search_entries(request.access.scoped(LedgerEntry), search)
    for name, wanted in (("event", event), ("integration_id", integration), ("run_id", run)):
        if wanted:
            rows = rows.filter(**{name: wanted})
    (before,) = read_cursor(request, paging) or (None,)
    found = page_of(rows, before, paging.limit + 1).entries
    page = cut(request, found, paging, lambda entry: [entry.seq])
    return Found([plain(entry) for entry in page.items], page.next_cursor)
