"""Keep what a run found to differ: count, last written, BMS now. Replaced by every newer plan."""

from collections.abc import Iterable

from seatbridge.reconcile.differences import Difference as Found
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.run_limits import Judged
from seatbridge.sync.models import Difference
from seatbridge.sync.running import Running


def note_differences(running: Running, judged: Iterable[Judged], found: Iterable[Found]) -> None:
    """Must run inside the transaction of the plan. `since`: for as long as it is of the same kind."""
    members = {row.weighed.key: row.weighed.members for row in judged}
    rows = Difference.objects.filter(integration=running.integration)
    kept = rows.values_list("contract_id", "service_id", "kind", "since")
    since = {(contract_id, service_id, kind): at for contract_id, service_id, kind, at in kept}
    made = []
    for each in found:
        key: Key = each.key
        made.append(
            Difference(
                integration=running.integration,
                run=running.run,
                contract_id=key[0],
                service_id=key[1],
                members=[[row.company.ref, row.product, row.company.name] for row in members[key]],
                search=" ".join(f"{row.company.name} {row.company.ref}" for row in members[key]).casefold(),
                kind=each.kind,
                counted=each.counted,
                written=each.written,
                in_bms=each.in_bms,
                moved=each.moved,
                money=each.money,
                sentence=each.sentence,
                since=since.get((*key, each.kind), running.now()),
            )
        )
    if since:
        rows.delete()
    if made:
        Difference.objects.bulk_create(made)
