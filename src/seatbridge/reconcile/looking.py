"""One (contract, service) as it stands: what we remember, its contract's terms, its line, units before."""

from decimal import Decimal

from seatbridge.psa.records import Line
from seatbridge.reconcile.carried import units_before_with
from seatbridge.reconcile.facts import Evidence, Invoiced, Key
from seatbridge.reconcile.index import Index, Looked
from seatbridge.reconcile.line_checks import find_line
from seatbridge.reconcile.units_before import Before, Seen

NO_LINE = Before(None, Evidence.UNKNOWN, "")


def look_at(index: Index, key: Key) -> Looked:
    """Once a key: who asks which invoices to read, and the plan made from them, see the same."""
    looked = index.looked.get(key)
    if looked is None:
        known = index.known(key)
        found = find_line(index.lines.get(key, ()), known)
        before = NO_LINE if found.line is None else see_units(index, key, found.line, None)
        looked = index.looked[key] = Looked(known, index.terms(key[0]), found, before)
    return looked


def see_units(index: Index, key: Key, line: Line, invoiced: Invoiced | None) -> Before:
    contract = index.facts.contracts.get(key[0])
    seen = Seen(
        line=line,
        total=Decimal(0) if contract is None else contract.billing_price,
        known=index.known(key),
        invoiced=invoiced,
        sole=index.priced.get(key[0]) == 1,
        today=index.today,
        currency=index.facts.currency,
        crowded=key[0] in index.facts.crowded,
    )
    return units_before_with(index.facts.verdict.method, seen)
