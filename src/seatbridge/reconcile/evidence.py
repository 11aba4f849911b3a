"""Which lines have no better evidence than what was invoiced: invoices are read for those only."""

from seatbridge.reconcile.facts import Evidence, Key
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.line_checks import find_line
from seatbridge.reconcile.weighing import see_units

_NOT_BETTER = {Evidence.TOTAL, Evidence.CONFIRMED, Evidence.UNKNOWN}


def keys_without_evidence(index: Index) -> frozenset[Key]:
    """Keys of mapped companies whose contract can be written to; `facts.invoiced` is not looked at."""
    return frozenset(key for key in index.members.keys if _needs(index, key))


def _needs(index: Index, key: Key) -> bool:
    known = index.known(key)
    line = find_line(index.lines.get(key, ()), known).line
    if line is None or known.automatic or index.terms(key[0]).stop is not None:
        return False
    return see_units(index, key, line, None).evidence in _NOT_BETTER
