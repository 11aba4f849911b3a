"""What a person states about lines that no program can read: units, price of one user, who counts them.

Each file is taken whole or not at all; each line that changes leaves a ledger entry with old and new.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from seatbridge.catalog.finding import contract_names, service_names
from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.mappings.catalog_age import refresh_if_old
from seatbridge.mappings.file_rows import Source
from seatbridge.mappings.importing import Asking, MappingReport, RowChange
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.words import day
from seatbridge.sync.memory import memory_of
from seatbridge.sync.models import LineMemory
from seatbridge.sync.stated.stated_rows import Carried, read_automatic, read_carried, read_units

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Statement:
    """`fields`: what the line's memory holds from now on; `matters`: those that decide whether it is news."""

    event: str
    fields: Mapping[str, object]
    matters: tuple[str, ...]


def state_units(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """`company,product,units`: what BMS holds now. Raises ImportRefused."""
    return keep_units(integration, read_units(integration, source), asking)


def keep_units(integration: Integration, stated: Mapping[Key, int], asking: Asking) -> MappingReport:
    return _keep(integration, stated, lambda units: _units_stated(units, asking.today), asking)


def preview_units(
    integration: Integration, source: Source, asking: Asking
) -> tuple[MappingReport, list[RowChange]]:
    """What `state_units` would change. Raises what it raises, and keeps nothing."""
    stated = read_units(integration, source)
    contracts = contract_names(integration, {key[0] for key in stated})
    services = service_names(integration, {key[1] for key in stated})
    rows = LineMemory.objects.filter(integration=integration, contract_id__in={key[0] for key in stated})
    memory = {(row.contract_id, row.service_id): row for row in rows}
    changes = []
    for key, units in sorted(stated.items()):
        statement = _units_stated(units, asking.today)
        row = memory.get(key) or LineMemory(contract_id=key[0], service_id=key[1])
        if any(getattr(row, name) != statement.fields[name] for name in statement.matters):
            contract = contracts.get(key[0], f"contract {key[0]}")
            what = f"{contract} · {services.get(key[1], f'service {key[1]}')}"
            changes.append(RowChange(what, _known_words(row), f"{units} confirmed"))
    return MappingReport(len(stated), len(changes)), changes


def _known_words(row: LineMemory) -> str:
    if row.written_units is not None:
        return f"{row.written_units} written by us"
    if row.invoiced_units is not None and row.invoiced_on is not None:
        return f"invoiced {row.invoiced_units} on {day(row.invoiced_on)}"
    return "not known" if row.confirmed_units is None else f"{row.confirmed_units} confirmed"


def mark_automatic(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """`contract_id,service_id[,automatic]`: BMS counts these lines itself, so they are never written."""
    refresh_if_old(integration, asking.open_bms, asking.now)
    stated = read_automatic(integration, source)
    return _keep(integration, stated, _marked, asking)


def state_carried(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """`contract_id,service_id,unit_price,unit_cost`: lines of 1 unit, and the price and cost of one user."""
    refresh_if_old(integration, asking.open_bms, asking.now)
    stated = read_carried(integration, source)
    return _keep(integration, stated, _carries, asking)


def _units_stated(units: int, today: date) -> _Statement:
    """Newer than our last write and than the last invoice: both are forgotten as evidence.

    `written_from` stays: that day's write was made, whatever stands there now, and a second one in the same
    period could be prorated.
    """
    nothing = dict.fromkeys(
        (
            "written_units",
            "written_price",
            "total_after",
            "pending_units",
            "pending_from",
            "pending_before",
            "pending_price",
            "price_since",
            "invoiced_units",
            "invoiced_on",
        )
    )
    return _Statement(
        "line.units-stated",
        {
            **nothing,
            "confirmed_units": units,
            "alone": False,
            "agreed": "",
            "stopped": "",  # a person has looked
            "pending_unknown": False,
            "invoiced_only": False,
            "invoices_looked_on": today,
        },
        ("confirmed_units", "written_units", "pending_from", "stopped"),
    )


def _marked(automatic: bool) -> _Statement:  # noqa: FBT001 - the value that a row states
    return _Statement("line.automatic-stated", {"automatic": automatic}, ("automatic",))


def _carries(carried: Carried) -> _Statement:
    price, cost = carried
    return _Statement(
        "line.carried-price-stated",
        {
            "carried_price": price,
            "carried_cost": cost,
            "confirmed_units": 1,
            "written_units": None,
            "agreed": "",
        },
        ("carried_price", "carried_cost"),
    )


def _keep(
    integration: Integration,
    stated: Mapping[Key, Value],
    statement_of: Callable[[Value], _Statement],
    asking: Asking,
) -> MappingReport:
    report = MappingReport(len(stated))
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        for key, value in sorted(stated.items()):
            statement = statement_of(value)
            report.changed += _remember(integration, key, statement, actor=asking.actor, now=asking.now)
    return report


def take_as_current(
    integration: Integration, key: Key, units: int, *, today: date, actor: str, now: datetime
) -> bool:
    """One line stands at `units` in BMS: from now on that is what every change is reckoned from.

    Must be called in a transaction that holds the integration's row.
    """
    return _remember(integration, key, _units_stated(units, today), actor=actor, now=now)


def _remember(
    integration: Integration, key: Key, statement: _Statement, *, actor: str, now: datetime
) -> bool:
    row = memory_of(integration, key)
    old = {name: getattr(row, name) for name in statement.matters}
    new = {name: statement.fields[name] for name in statement.matters}
    if old == new:
        return False
    for name, value in statement.fields.items():
        setattr(row, name, value)
    row.save()
    _note(integration, row, statement.event, {"old": old, "new": new}, actor=actor, now=now)
    return True


def _note(
    integration: Integration,
    row: LineMemory,
    event: str,
    data: Mapping[str, object],
    *,
    actor: str,
    now: datetime,
) -> None:
    append(
        integration.partner_id,
        event,
        actor=actor,
        data=data,
        integration_id=integration.pk,
        contract_id=row.contract_id,
        service_id=row.service_id,
        line_id=row.line_id,
        at=now,
    )
