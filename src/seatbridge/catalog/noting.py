"""What a sync read of contracts and lines is kept for choosing and for names: no call of its own."""

from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter

from seatbridge.catalog.models import Refresh, SeenContract, SeenLine
from seatbridge.integrations.models import Integration
from seatbridge.kit.plain_text import readable
from seatbridge.psa.records import Contract, Line

FIELDS = ("name", "account_name", "type", "status", "billing_cycle", "start", "end", "gone")
_LINE = ("line_id", "contract_id", "service_id", "account_id", "unit_price")
_BATCH = 1000


def note_reading(
    integration: Integration,
    contracts: Mapping[int, Contract],
    lines: Iterable[Line],
    services: Collection[int],
) -> None:
    """Only what moved is written. `lines`: all of these services. Must run in a transaction."""
    _note_contracts(integration, contracts.values())
    _note_lines(integration, lines, services)
    known = Refresh.objects.filter(integration=integration).first()
    if known is not None and not set(services) <= set(known.line_services or ()):
        known.line_services = sorted({*(known.line_services or ()), *services})
        known.save(update_fields=["line_services"])


def _note_contracts(integration: Integration, contracts: Iterable[Contract]) -> None:
    rows = SeenContract.objects.filter(integration=integration)
    stands = {row[0]: row[1:] for row in rows.values_list("contract_id", *FIELDS).iterator()}
    now = {each.id: _told(each) for each in contracts}
    moved = [
        SeenContract(integration=integration, contract_id=number, **dict(zip(FIELDS, told, strict=True)))
        for number, told in now.items()
        if stands.get(number) != told
    ]
    if moved:
        SeenContract.objects.bulk_create(
            moved,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["integration", "contract_id"],
            update_fields=FIELDS,
        )
    gone = [number for number, told in stands.items() if number not in now and not told[-1]]
    for first in range(0, len(gone), _BATCH // 2):
        rows.filter(contract_id__in=gone[first : first + _BATCH // 2]).update(gone=True)


def _told(each: Contract) -> tuple[object, ...]:
    return (
        readable(each.name)[:500],
        readable(each.account_name)[:500],
        readable(each.type)[:100],
        readable(each.status)[:100],
        readable(each.billing_cycle)[:100],
        each.start,
        each.end,
        False,
    )


def _note_lines(integration: Integration, lines: Iterable[Line], services: Collection[int]) -> None:
    rows = SeenLine.objects.filter(integration=integration, service_id__in=services)
    stands = {row[0]: row for row in rows.values_list(*_LINE).iterator()}
    now = {
        each.id: (each.id, each.contract_id, each.service_id, each.account_id, each.unit_price)
        for each in lines
    }
    moved = [told for number, told in now.items() if stands.get(number) != told]
    gone = sorted(stands.keys() - now.keys() | {told[0] for told in moved if told[0] in stands})
    for first in range(0, len(gone), _BATCH // 2):
        rows.filter(line_id__in=gone[first : first + _BATCH // 2]).delete()
    SeenLine.objects.bulk_create(
        (
            SeenLine(integration=integration, **dict(zip(_LINE, told, strict=True)))
            for told in sorted(moved, key=itemgetter(0))
        ),
        batch_size=_BATCH,
    )
