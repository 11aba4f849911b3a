"""When failed verification stops the whole integration: three contracts, or a repeated factor."""

from decimal import Decimal

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import SyncRun, Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running

TELLING_FACTORS = (Decimal(0), Decimal(2))  # every write ignored, every write doubled


def count_mismatch(running: Running, contract_id: int, moved: Decimal, expected: Decimal | None) -> None:
    """Stop all writing where this run failed on three contracts, or twice by the same telling factor."""
    if expected:
        running.factors_seen.append(str((moved / expected).normalize()))
    running.mismatched.add(contract_id)
    contracts = _failed_contracts(running.run) | running.mismatched
    repeated = next(
        (factor for factor in TELLING_FACTORS if running.factors_seen.count(str(factor)) > 1), None
    )
    if len(contracts) < 3 and repeated is None:
        return
    why = f"verification failed on {len(contracts)} contracts ({', '.join(map(str, sorted(contracts)))})"
    if repeated is not None:
        why += f"; the totals moved by {repeated} times what was written"
    Integration.objects.filter(pk=running.integration.pk).update(stopped_reason=why)
    running.integration.stopped_reason = why
    note(running, "integration.stopped", why=why)


def _failed_contracts(run: SyncRun) -> set[int]:
    failed = Write.objects.filter(run=run, state=Write.State.MISMATCH)
    return set(failed.values_list("contract_id", flat=True))
