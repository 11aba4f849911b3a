"""Writes dated ahead whose day has come: did the contract's total move by exactly what we scheduled?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from seatbridge.ledger.writing import append
from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.words import day, price_words
from seatbridge.sync.fencing import fenced
from seatbridge.sync.memory import (
    carry_trust,
    forget_pending,
    forget_units,
    remember_stopped,
    remember_written,
)
from seatbridge.sync.models import LineMemory, Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running, key_of
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing.judging import shows
from seatbridge.sync.writing.verdicts import price_factors

CANCELLED_OUT = (
    "the changes of this contract on that day cancel each other out, so its total stayed as it was: "
    "taken as written"
)
OTHERS_MOVED = (
    "the contract's total moved by something else too: taken as written, and looked at again by the next plan"
)
NONE_KNOWN = (
    "what stood there before it was not known, so the contract's total cannot prove it: taken as written"
)
NOT_KNOWN = (
    "its answer was lost, and the contract's total does not tell: the units on contract are no longer taken "
    "as known, and the next plan says so"
)


class Due(NamedTuple):
    row: LineMemory
    view: KeyView
    line: Line
    total: Decimal
    members: list[list[str]]  # [company ref, product], as the write had them
    prices: frozenset[Decimal]  # all that we sent for that day

    @property
    def change(self) -> Decimal | None:
        before = self.row.pending_before
        return None if before is None else ((self.row.pending_units or 0) - before) * self.line.unit_price


def settle_pending(running: Running, watched: Iterable[LineMemory]) -> None:
    """`watched`: rows of `memory.watched_lines`, as they are now."""
    due: dict[int, list[Due]] = defaultdict(list)
    rows = [row for row in watched if row.pending_from is not None and not row.stopped]
    sent = _sent_for(running, rows)
    for row in rows:
        view = running.seen.of(key_of(row))
        line = None if row.line_id is None else view.line(row.line_id)
        if view.total is None or line is None or row.pending_from is None:
            continue  # the planner says what became of the contract or the line
        if row.pending_from > running.today():
            _watch_price(running, row, line)
            continue
        writes = sent.get((key_of(row), row.pending_from), [])
        prices = frozenset(write.unit_price for write in writes)
        members = writes[-1].members if writes else []
        due[row.contract_id].append(Due(row, view, line, view.total, members, prices))
    for of_contract in due.values():
        joint = _joint_change(running, of_contract)
        for each in of_contract:
            _settle_due(running, each, joint)


def _sent_for(running: Running, rows: Sequence[LineMemory]) -> dict[tuple[Key, date], list[Write]]:
    """What was written for the lines whose day has come. One query, and none where no day has."""
    days = {row.pending_from for row in rows if row.pending_from and row.pending_from <= running.today()}
    found: dict[tuple[Key, date], list[Write]] = defaultdict(list)
    if days:
        writes = Write.objects.filter(integration=running.integration, ahead=True, effective_date__in=days)
        for write in writes.order_by("pk"):
            found[key_of(write), write.effective_date].append(write)
    return found


def _joint_change(running: Running, of_contract: Sequence[Due]) -> Decimal | None:
    """Several lines of a contract change on one day, and its total shows their sum: that of all of them.

    None: there is one line only, or they do not explain the total together.
    """
    changes = [each.change for each in of_contract]
    known = [change for change in changes if change is not None]
    kept = {each.row.total_after for each in of_contract}
    first = of_contract[0]
    base, contract = first.row.total_after, first.view.contract
    if len(changes) == 1 or len(known) < len(changes) or len(kept) > 1 or base is None or contract is None:
        return None
    joint = sum(known, Decimal(0))
    factors = price_factors(running.company, contract.billing_cycle)
    return joint if any(shows(first.total - base, joint, share) for share in factors) else None


def _settle_due(running: Running, due: Due, joint: Decimal | None) -> None:
    row, line = due.row, due.line
    undone = _undone(due)
    with fenced(running.run):
        if joint is None or line.units is not None:
            _settle(running, due)
        else:
            _settle_together(running, due, joint)
        if undone:
            note(running, "write.price-undone", None, contract=row.contract_id, line=line.id, why=undone)
            remember_stopped(row, undone, running.run)


def _settle_together(running: Running, due: Due, joint: Decimal) -> None:
    """Changes that cancel out leave the total as it was: they fit it, and do not prove anything."""
    row, line, total = due.row, due.line, due.total
    event, why = ("write.took-effect", "") if joint else ("write.cannot-tell", CANCELLED_OUT)
    _note(running, event, due, row.total_after, why)
    if row.total_after is not None:
        carry_trust(row, row.total_after, total)
    units, day = row.pending_units or 0, row.pending_from
    remember_written(row, line_id=line.id, units=units, price=line.unit_price, from_date=day, total=total)


def _note(running: Running, event: str, due: Due, kept: Decimal | None, why: str = "") -> None:
    """`kept`: the contract's total as it was remembered. `why`: also what is done about it."""
    row = due.row
    data = {
        "units": row.pending_units or 0,
        "units_before": row.pending_before,
        "effective_date": row.pending_from,
        "total": due.total,
        "total_kept": kept,
        "companies": due.members,
    }
    append(
        running.integration.partner_id,
        event,
        actor=running.run.actor,
        data=data | ({"why": why} if why else {}),
        integration_id=running.integration.pk,
        run_id=running.run.pk,
        contract_id=row.contract_id,
        service_id=row.service_id,
        line_id=due.line.id,
        at=running.now(),
    )


def _watch_price(running: Running, row: LineMemory, line: Line) -> None:
    """A price changed by hand before the day is kept in mind: on that day the one that we sent takes over."""
    moved = None if line.unit_price == row.pending_price else line.unit_price
    if row.pending_price is not None and moved != row.price_since:
        row.price_since = moved
        with fenced(running.run):
            row.save(update_fields=["price_since"])


def _undone(due: Due) -> str:
    """Also where a later write of ours was to carry the newer price to that day, and was lost."""
    row, price, since = due.row, due.line.unit_price, due.row.pending_from
    theirs = row.pending_price if row.price_since is None and row.pending_unknown else row.price_since
    ours = due.prices | {row.pending_price}
    if theirs is None or since is None or price == theirs or price not in ours:
        return ""
    return (
        f"the price was changed by hand to {price_words(theirs)}, and our write dated {day(since)}, made "
        f"before that, put {price_words(price)} in its place: set the price in BMS"
    )


def _settle(running: Running, due: Due) -> None:
    row, line, total = due.row, due.line, due.total
    units, day = row.pending_units or 0, row.pending_from
    kept = total if row.total_after is None else row.total_after
    expected = _expected(running, due, kept)
    if expected is not None:
        _note(running, "write.took-effect", due, kept)
        carry_trust(row, kept, expected)
        remember_written(
            row, line_id=line.id, units=units, price=line.unit_price, from_date=day, total=expected
        )
    elif row.pending_unknown and (row.pending_before is None or total != kept):
        _note(running, "write.cannot-tell", due, kept, NOT_KNOWN)
        forget_units(row, since=day)
    elif total == kept and row.pending_before != units:
        _had_no_effect(running, due, kept)
    else:
        # Taken as written, and the planner says that the total cannot tell.
        change = due.change
        _note(running, "write.cannot-tell", due, kept, NONE_KNOWN if change is None else OTHERS_MOVED)
        after = None if change is None else kept + change
        remember_written(row, line_id=line.id, units=units, price=line.unit_price, from_date=day, total=after)


def _expected(running: Running, due: Due, kept: Decimal) -> Decimal | None:
    """The total now, where it shows that the pending units are in force; else None."""
    row, contract, total = due.row, due.view.contract, due.total
    if due.line.units is not None:
        return total if due.line.units == row.pending_units else None
    if row.pending_before is None or contract is None:
        return None
    change = ((row.pending_units or 0) - row.pending_before) * due.line.unit_price
    factors = price_factors(running.company, contract.billing_cycle)
    return total if any(shows(total - kept, change, share) for share in factors) else None


def _had_no_effect(running: Running, due: Due, kept: Decimal) -> None:
    _note(running, "write.no-effect", due, kept)
    unknown, why = due.row.pending_unknown, _why_stopped(due.row)
    _clear(due.row)
    if not unknown:
        remember_stopped(due.row, why, running.run)


def _why_stopped(row: LineMemory) -> str:
    change = f"a change to {row.pending_units} units dated {row.pending_from} did not take effect"
    if row.pending_before is not None:
        return change
    return f"the contract's total did not move: {change}, or as many stood there before, which is not known"


def _clear(row: LineMemory) -> None:
    forget_pending(row)
    row.save()
