"""Writes dated ahead whose day has come: did the contract's total move by exactly what we scheduled?"""

from decimal import Decimal

from seatbridge.psa.records import Line
from seatbridge.sync.fencing import fenced
from seatbridge.sync.memory import carry_trust, forget_pending, remember_stopped, remember_written
from seatbridge.sync.models import LineMemory
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing.judging import shows
from seatbridge.sync.writing.verdicts import price_factors


def settle_pending(running: Running) -> None:
    rows = LineMemory.objects.filter(integration=running.integration, pending_from__isnull=False, stopped="")
    for row in rows:
        view = running.seen.of(key_of(row))
        line = None if row.line_id is None else view.line(row.line_id)
        if view.total is None or line is None or row.pending_from is None:
            continue  # the planner says what became of the contract or the line
        if row.pending_from > running.today():
            _watch_price(running, row, line)
            continue
        undone = _undone(row, line)
        with fenced(running.run):
            _settle(running, row, view, line, view.total)
            if undone:
                note(running, "write.price-undone", None, contract=row.contract_id, line=line.id, why=undone)
                remember_stopped(row, undone, running.run)


def _watch_price(running: Running, row: LineMemory, line: Line) -> None:
    """A price changed by hand before the day is kept in mind: on that day the one that we sent takes over."""
    moved = None if line.unit_price == row.pending_price else line.unit_price
    if row.pending_price is not None and moved != row.price_since:
        row.price_since = moved
        with fenced(running.run):
            row.save(update_fields=["price_since"])


def _undone(row: LineMemory, line: Line) -> str:
    if row.price_since is None or line.unit_price != row.pending_price:
        return ""
    return (
        f"the price was changed by hand to {row.price_since}, and our write dated {row.pending_from}, made "
        f"before that, put {line.unit_price} in its place: set the price in BMS"
    )


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
    return total if any(shows(total - kept, change, share) for share in factors) else None


def _had_no_effect(running: Running, row: LineMemory, why: str, data: dict[str, object]) -> None:
    note(running, "write.no-effect", None, **data)
    unknown = row.pending_unknown
    _clear(row)
    if not unknown:
        remember_stopped(row, why, running.run)


def _clear(row: LineMemory) -> None:
    forget_pending(row)
    row.save()
