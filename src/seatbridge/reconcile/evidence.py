"""Which lines have no better evidence than what was invoiced: invoices are read for those only."""

from seatbridge.reconcile.facts import Evidence, Key
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.looking import look_at

_NOT_BETTER = {Evidence.TOTAL, Evidence.CONFIRMED, Evidence.UNKNOWN}


def keys_without_evidence(index: Index) -> frozenset[Key]:
    """Keys of mapped companies whose contract can be written to; `facts.invoiced` is not looked at."""
    return frozenset(key for key in index.members.keys if _needs(index, key))


def _needs(index: Index, key: Key) -> bool:
    known, terms, found, before = look_at(index, key)
    if found.line is None or known.automatic or terms.stop is not None:
        return False
    return before.evidence in _NOT_BETTER
