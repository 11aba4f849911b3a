"""Is our line the only priced one of its contract? Only then does the contract's total tell its units.

BMS lists lines by service alone. So the lines of all other services are read where a total would have us say
that somebody edited our line, and on no other night; their number does not grow with the companies.
"""

from seatbridge.reconcile.facts import Evidence
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.looking import look_at
from seatbridge.sync.running import Running

MOST_OTHERS = 150  # services; more would eat up too much of the hour's calls


def crowded_contracts(running: Running, index: Index) -> frozenset[int]:
    """Of the contracts in doubt, those whose total proves nothing of our line."""
    doubtful = {key[0] for key in index.members.keys if _would_claim(index, key)}
    if not doubtful:
        return frozenset()
    mapped = set(running.service_ids)
    others = [service.id for service in running.bms.services() if service.id not in mapped]
    if len(others) > MOST_OTHERS:
        return frozenset(doubtful)
    crowded: set[int] = set()
    for service_id in others:
        lines = running.bms.lines(service_id)
        crowded |= {line.contract_id for line in lines if line.contract_id in doubtful and line.unit_price}
    return frozenset(crowded)


def _would_claim(index: Index, key: tuple[int, int]) -> bool:
    before = look_at(index, key).before
    return bool(before.edited) and before.evidence is Evidence.TOTAL
