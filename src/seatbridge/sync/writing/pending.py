"""Writes dated ahead whose day has come: did the contract's total move by exactly what we scheduled?"""

from decimal import Decimal

from seatbridge.psa.records import Line
from seatbridge.sync.fencing import fenced
from seatbridge.sync.memory import carry_trust, remember_stopped, remember_written
from seatbridge.sync.models import LineMemory
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing.judging import is_same_money
from seatbridge.sync.writing.verdicts import price_factors


def settle_pending(running: Running) -> None:
    rows = LineMemory.objects.filter(
        integration=running.integration, pending_from__lte=running.today(), stopped=""
    )
    for row in rows:
        view = running.seen.of(key_of(row))
        line = None if row.line_id is None else view.line(row.line_id)
        if view.total is None or line is None:
            continue  # the planner says what became of the contract or the line
        with fenced(running.run):
            _settle(running, row, view, line, view.total)


def _settle(running: Running, row: LineMemory, view: KeyView, line: Line, total: Decimal) -> None:
    units, day = row.pending_units or 0, row.pending_from
    kept = total if row.total_after is None else row.total_after
    expected = _expected(running, row, view, line, kept, total)
    data = {"units": units, "effective_date": day, "total": total, "total_kept": kept, "line": line.id}
    key = {"contract": row.contract_id, "service": row.service_id}
    if expected is not None:
        note(running, "write.took-effect", None, **data, **key)
        carry_trust(row, kept, expected)
        remember_written(
            row, line_id=line.id, units=units, price=line.unit_price, from_date=day, total=expected
        )
    elif total == kept and row.pending_before != units:
        _had_no_effect(
            running, row, f"a change to {units} units dated {day} did not take effect", {**data, **key}
        )
    elif row.pending_unknown:
        note(running, "write.cannot-tell", None, **data, **key)
        row.written_units = row.total_after = None
        _clear(row)
    else:
        # Other lines moved the total too: taken as written, and the planner says that it cannot tell.
        note(running, "write.cannot-tell", None, **data, **key)
        change = (units - (row.pending_before or 0)) * line.unit_price
        remember_written(
            row, line_id=line.id, units=units, price=line.unit_price, from_date=day, total=kept + change
        )


def _expected(
    running: Running, row: LineMemory, view: KeyView, line: Line, kept: Decimal, total: Decimal
) -> Decimal | None:
    """The total now, where it shows that the pending units are in force; else None."""
    if line.units is not None:
        return total if line.units == row.pending_units else None
    if row.pending_before is None or view.contract is None:
        return None
    change = ((row.pending_units or 0) - row.pending_before) * line.unit_price
    factors = price_factors(running.company, view.contract.billing_cycle)
    return total if any(is_same_money(total, kept + change * share) for share in factors) else None


def _had_no_effect(running: Running, row: LineMemory, why: str, data: dict[str, object]) -> None:
    note(running, "write.no-effect", None, **data)
    unknown = row.pending_unknown
    _clear(row)
    if not unknown:
        remember_stopped(row, why)


def _clear(row: LineMemory) -> None:
    row.pending_units = row.pending_from = row.pending_before = None
    row.pending_unknown = False
    row.save()
