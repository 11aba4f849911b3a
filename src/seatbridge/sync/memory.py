"""What we remember of each (contract, service), and how a confirmed write changes it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import CarriedPrice, Key, KnownLine, Pending
from seatbridge.reconcile.words import day
from seatbridge.sync.models import Difference, LineMemory, Owed, SyncRun, Write
from seatbridge.sync.open_work import open_work

# All that is remembered of nearly every line. Money comes as text: to make Decimals of SQLite's numbers took
# Django as long as all the rest.
USUAL = (
    "contract_id",
    "service_id",
    "line_id",
    "written_units",
    "written_from",
    Cast("written_price", CharField()),
    Cast("total_after", CharField()),
    "alone",
    "agreed",
    "confirmed_units",
    "first_seen_units",
    "invoiced_units",
)
# What tells that more is remembered of a line.
MORE = (
    "pending_from",
    Cast("carried_price", CharField()),
    "automatic",
    "stopped",
    Cast("dead_lines", CharField()),
)
NO_MORE = (None, None, False, "", "[]")
UNUSUAL = (
    Q(pending_from__isnull=False)
    | Q(carried_price__isnull=False)
    | Q(automatic=True)
    | ~Q(stopped="")
    | ~Q(dead_lines=[])
)
_money = lru_cache(maxsize=8192)(Decimal)


def read_memory(integration: Integration) -> dict[Key, LineMemory]:
    rows = LineMemory.objects.filter(integration=integration)
    return {(row.contract_id, row.service_id): row for row in rows}


def watched_lines(integration: Integration) -> list[LineMemory]:
    """Those of which each reading may tell something: a write dated ahead, or a line that must stay at 0."""
    rows = LineMemory.objects.filter(integration=integration)
    return list(rows.filter(Q(pending_from__isnull=False) | ~Q(dead_lines=[])))


def read_known(integration: Integration, owed: Mapping[Key, str]) -> dict[Key, KnownLine]:
    """`owed`: why nothing may be written to a key yet.

    One query, whatever the number of lines, and one more where more than usual is remembered of any.
    """
    rows = LineMemory.objects.filter(integration=integration)
    known: dict[Key, KnownLine] = {}
    usual = True
    for row in rows.values_list(*USUAL, *MORE).iterator():
        contract_id, service_id, line_id, units, since, price, total, *counted = row[: len(USUAL)]
        known[contract_id, service_id] = KnownLine(
            line_id, units, since, price and _money(price), total and _money(total), *counted
        )
        usual = usual and row[len(USUAL) :] == NO_MORE
    if not usual:
        known.update(((each.contract_id, each.service_id), as_known(each)) for each in rows.filter(UNUSUAL))
    for key in known.keys() & owed.keys():
        known[key] = known[key]._replace(owed=owed[key])
    return known


def memory_of(integration: Integration, key: Key) -> LineMemory:
    row, _ = LineMemory.objects.get_or_create(integration=integration, contract_id=key[0], service_id=key[1])
    return row


def open_debts(integration: Integration) -> dict[Key, str]:
    """Keys on which nothing new may be written yet, and why."""
    work = open_work(integration)
    waiting = {
        (row.contract_id, row.service_id): f"a write of {row.units} units is not read back yet"
        for row in work.writes
    }
    return waiting | {
        (row.contract_id, row.service_id): row.waits_for_person or _standing(row) for row in work.owed
    }


def _standing(row: Owed) -> str:
    stands = "stands at 0" if row.phase == Owed.Phase.ADDING else "is being changed"
    owed = f"{row.units} units from {day(row.effective_date)} are owed"
    return f"the line {stands} since {row.opened_at:%d %b %Y}; {owed}"


def as_known(row: LineMemory) -> KnownLine:
    pending = None
    if row.pending_from is not None and row.pending_units is not None:
        pending = Pending(
            row.pending_units,
            row.pending_from,
            outcome_unknown=row.pending_unknown,
            units_before=row.pending_before,
            price=row.pending_price,
        )
    carried = None
    if row.carried_price is not None:
        carried = CarriedPrice(row.carried_price, row.carried_cost or Decimal(0))
    return KnownLine(
        line_id=row.line_id,
        written_units=row.written_units,
        written_from=row.written_from,
        written_price=row.written_price,
        total_after=row.total_after,
        alone=row.alone,
        agreed=row.agreed,
        confirmed_units=row.confirmed_units,
        first_seen_units=row.first_seen_units,
        last_invoiced=row.invoiced_units,
        pending=pending,
        carried=carried,
        dead_lines=frozenset(row.dead_lines),
        stopped=row.stopped,
        automatic=row.automatic,
    )


def remember_written(
    row: LineMemory,
    *,
    line_id: int,
    units: int,
    price: Decimal,
    from_date: date | None,
    total: Decimal | None,
) -> None:
    """A write of ours is confirmed (or a person agreed with what BMS holds): the new base of trust.

    `total`: the contract's, as this write made it; None where that cannot be told.
    """
    row.line_id = line_id
    row.written_units = units
    row.written_from = from_date
    row.written_price = price
    row.total_after = total
    row.alone = units * price == total
    row.confirmed_units = None
    row.agreed = row.stopped = ""
    forget_pending(row)
    row.save()
    # What differed before is answered by it; the next plan looks anew.
    Difference.objects.filter(
        integration_id=row.integration_id, contract_id=row.contract_id, service_id=row.service_id
    ).delete()


def forget_pending(row: LineMemory) -> None:
    row.pending_units = row.pending_from = row.pending_before = row.pending_price = row.price_since = None
    row.pending_unknown = False


def forget_units(row: LineMemory, *, since: date | None) -> None:
    """From that day on a write of ours may be in force, and nothing tells.

    The day stays: what was invoiced or confirmed before it does not tell what stands there from it on.
    """
    row.written_from = since
    row.written_units = row.total_after = row.confirmed_units = None
    row.agreed = ""
    forget_pending(row)
    row.save()


def carry_trust(row: LineMemory, before: Decimal, after: Decimal) -> None:
    """Our own change moved the contract's total: what was trusted on its other lines stays trusted."""
    others = LineMemory.objects.filter(
        integration_id=row.integration_id, contract_id=row.contract_id, total_after=before
    )
    others.exclude(service_id=row.service_id).update(total_after=after)


def remember_ahead(
    row: LineMemory,
    write: Write,
    *,
    units_before: int | None,
    total: Decimal,
    unknown: bool,
    price: Decimal | None = None,
) -> None:
    """A write dated ahead; `unknown`: whether it arrived cannot be read before its day.

    `price`: the line's as it stands today; None: it was not read, or did not stand there before.
    """
    if row.line_id not in (None, write.line_id):
        # What is known is of a line that is gone: nothing from before this one began tells its units.
        row.written_units = row.written_price = row.confirmed_units = None
        row.written_from, row.agreed, row.alone = write.date_before, "", False
    elif price is not None and _moved_by_price(row, price, total):
        row.written_price = price
    row.line_id = write.line_id
    row.pending_units = write.units or 0
    row.pending_before = units_before
    row.pending_price, row.price_since = write.unit_price, None
    row.pending_from = write.effective_date
    row.pending_unknown = unknown
    row.total_after = total
    row.stopped = ""
    row.save()


def _moved_by_price(row: LineMemory, price: Decimal, total: Decimal) -> bool:
    """A price changed by hand explains the total that is kept from now on: the units stay trusted."""
    if row.written_units is None or row.written_price is None or row.total_after is None:
        return False
    return (price - row.written_price) * row.written_units == total - row.total_after


def remember_stopped(row: LineMemory, why: str, run: SyncRun) -> None:
    """A check of `run` failed: nothing is written to this contract before a person has looked."""
    row.stopped, row.stopped_run = why, run.pk
    row.save()
