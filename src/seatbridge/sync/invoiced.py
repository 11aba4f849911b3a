"""What was invoiced last: the evidence where nothing better is known (bms/README.md, evidence b2).

Invoices change only when the MSP posts, so one look per posting and line is enough; a look reads 45 days of
invoice lines of all contracts, whatever the number of lines in doubt.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from seatbridge.integrations.models import Integration
from seatbridge.psa.records import InvoiceLine
from seatbridge.reconcile.facts import Invoiced, Key
from seatbridge.reconcile.invoice_check import is_full
from seatbridge.reconcile.posting import posting_at
from seatbridge.sync.memory import read_memory
from seatbridge.sync.models import LineMemory
from seatbridge.sync.running import Running

LOOK_BACK = timedelta(days=45)


def read_invoiced(running: Running, doubtful: Iterable[Key]) -> dict[Key, Invoiced]:
    """Known invoiced units by key; reads BMS only for keys not looked at since the last posting."""
    wanted = set(doubtful)
    if not wanted:
        return {}
    memory = read_memory(running.integration)
    now = running.billing_now()
    kinds = running.calendar.kinds
    fresh_from = max(posting_at(running.calendar, kind, now).last for kind in kinds)
    stale = {key for key in wanted if not _is_fresh(memory.get(key), fresh_from)}
    if stale:
        return _look(running, memory, wanted)
    return {key: found for key in wanted if (found := _remembered(memory[key])) is not None}


def _is_fresh(row: LineMemory | None, fresh_from: date) -> bool:
    return row is not None and row.invoices_looked_on is not None and row.invoices_looked_on > fresh_from


def _remembered(row: LineMemory) -> Invoiced | None:
    if row.invoiced_units is None or row.invoiced_on is None:
        return None
    return Invoiced(units=row.invoiced_units, on=row.invoiced_on, only_line=row.invoiced_only)


def _look(running: Running, memory: Mapping[Key, LineMemory], wanted: set[Key]) -> dict[Key, Invoiced]:
    today = running.today()
    by_contract: dict[int, list[InvoiceLine]] = {}
    for line in running.bms.invoice_lines(today - LOOK_BACK, today):
        by_contract.setdefault(line.contract_id, []).append(line)
    found: dict[Key, Invoiced] = {}
    rows: list[LineMemory] = []
    for key in sorted(wanted):
        names = {line.name for line in running.seen.of(key).lines}
        invoiced = last_invoiced(by_contract.get(key[0], []), names)
        if invoiced is not None:
            found[key] = invoiced
        rows.append(_noted(running.integration, memory.get(key), key, invoiced, today))
    _save(rows)
    return found


def last_invoiced(lines: list[InvoiceLine], names: set[str]) -> Invoiced | None:
    """The newest full-period quantity.

    Invoices carry no service id, so the line's name joins; prorations do not count, nor does what is free of
    charge: that is another line of the name, or one that we priced to 0.
    """
    full = [line for line in lines if line.name in names and line.unit_price and is_full(line)]
    dated = [line for line in full if line.value_date is not None]
    if not dated:
        return None
    newest = max(line.value_date for line in dated if line.value_date is not None)
    same = [line for line in dated if line.value_date == newest]
    if len(same) > 1:
        return None  # two lines of one name on one invoice: nothing is guessed
    others = [line for line in lines if line.invoice_id == same[0].invoice_id and line is not same[0]]
    return Invoiced(units=int(same[0].quantity), on=newest, only_line=not others)


def _noted(
    integration: Integration, row: LineMemory | None, key: Key, invoiced: Invoiced | None, today: date
) -> LineMemory:
    row = row or LineMemory(integration=integration, contract_id=key[0], service_id=key[1])
    row.invoices_looked_on = today
    if invoiced is not None:
        row.invoiced_units, row.invoiced_on = invoiced.units, invoiced.on
        row.invoiced_only = invoiced.only_line
    return row


def _save(rows: list[LineMemory]) -> None:
    fields = ["invoices_looked_on", "invoiced_units", "invoiced_on", "invoiced_only"]
    LineMemory.objects.bulk_create([row for row in rows if row.pk is None])
    LineMemory.objects.bulk_update([row for row in rows if row.pk is not None], fields, batch_size=500)
