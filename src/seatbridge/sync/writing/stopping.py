"""When failed verification stops the whole integration: three contracts, or a repeated factor."""

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.writing.judging import money

TELLING_FACTORS = (Decimal(0), Decimal(2))  # every write ignored, every write doubled
MOST_SUMS = 5  # named in the reason; the ledger has them all


@dataclass(frozen=True, slots=True)
class Failed:
    contract_id: int
    moved: Decimal
    expected: Decimal | None


def count_mismatches(running: Running) -> None:
    """Stop all writing where this run failed on three contracts, or twice by the same telling factor.

    Each failure has its ledger entry already: what a process that died had found counts too.
    """
    failed = _failed_in(running)
    contracts = sorted({each.contract_id for each in failed})
    factors = Counter(each.moved / each.expected for each in failed if each.expected)
    repeated = next((factor for factor in TELLING_FACTORS if factors[factor] > 1), None)
    if len(contracts) < 3 and repeated is None:
        return
    why = f"verification failed on {len(contracts)} contracts ({', '.join(map(str, contracts))})"
    if repeated is not None:
        why += f"; the totals moved by {repeated} times what was written"
    why += f": {_sums(running, failed)}"
    Integration.objects.filter(pk=running.integration.pk).update(stopped_reason=why)
    running.integration.stopped_reason = why
    note(running, "integration.stopped", why=why)


def _failed_in(running: Running) -> list[Failed]:
    entries = LedgerEntry.objects.filter(
        partner_id=running.integration.partner_id, run_id=running.run.pk, event="write.mismatch"
    )
    found = []
    for contract_id, text in entries.order_by("seq").values_list("contract_id", "data"):
        if contract_id is None:
            continue
        data = json.loads(text)
        expected = data.get("expected")
        found.append(
            Failed(contract_id, Decimal(data["moved"]), None if expected is None else Decimal(expected))
        )
    return found


def _sums(running: Running, failed: list[Failed]) -> str:
    """`Northwind monthly (7001) moved by 10.00, expected 5.00`, of each."""
    said = [_sum(running, each) for each in failed[-MOST_SUMS:]]
    more = len(failed) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more else "")


def _sum(running: Running, failed: Failed) -> str:
    contract = running.seen.contracts.get(failed.contract_id)
    name = "" if contract is None else f"{contract.name} "
    expected = "" if failed.expected is None else f", expected {money(failed.expected)}"
    return f"{name}({failed.contract_id}) moved by {money(failed.moved)}{expected}"
