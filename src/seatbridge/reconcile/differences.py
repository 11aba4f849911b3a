"""What is counted, what we wrote last, what BMS holds now. Nothing is claimed that cannot be known."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from seatbridge.reconcile.facts import Evidence, Key
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.run_limits import Judged
from seatbridge.reconcile.words import amount, signed, units

_GOES_BY_ITSELF = (Outcome.CHANGE, Outcome.SKIPPED)


class DifferenceKind(StrEnum):
    EDITED = "edited"  # other units stand in BMS than we wrote, and that is known
    CANNOT_TELL = "cannot-tell"  # the contract's total moved, by whichever line
    LINES = "lines"  # our line is gone, another stands in its place, or there are several
    NO_PRICE = "no-price"  # the units are right, and are invoiced at nothing
    KEPT = "kept"  # a person keeps what BMS holds
    COUNT = "count"  # BMS holds what we wrote, and the count is another


class Difference(NamedTuple):
    key: Key
    kind: DifferenceKind
    counted: int | None
    written: int | None
    in_bms: int | None  # None: not known
    moved: Decimal | None  # of the contract's total, since our last write
    money: Decimal | None  # a month, from what BMS holds to what is counted
    sentence: str


def differences(index: Index, judged: list[Judged]) -> Iterator[Difference]:
    """In the plan's order; lines where all three agree are left out."""
    for row in judged:
        found = _kind(index, row)
        if found is None:
            continue
        kind, sentence = found
        weighed = row.weighed
        certain = kind is not DifferenceKind.CANNOT_TELL and weighed.line_stands
        money = weighed.a_month(weighed.moves_by)
        yield Difference(
            key=weighed.key,
            kind=kind,
            counted=weighed.target.units,
            written=weighed.known.written_units,
            in_bms=weighed.before.units if certain else None,
            moved=_moved(row),
            money=money if certain else None,
            sentence=sentence,
        )


def _kind(index: Index, row: Judged) -> tuple[DifferenceKind, str] | None:
    weighed, known = row.weighed, row.weighed.known
    if known.automatic or known.owed or weighed.pending is not None:
        return None  # under way, or BMS's own
    if not weighed.line_stands:
        return _without_line(index, row)
    return _of_line(index, row) or _by_count(row) or _without_price(index, row)


def _of_line(index: Index, row: Judged) -> tuple[DifferenceKind, str] | None:
    weighed, known = row.weighed, row.weighed.known
    line, written = weighed.line, known.written_units
    if line is not None and written is not None and known.line_id not in (None, line.id):
        gone = f"Line {known.line_id}, on which we wrote {written}, is gone"
        return DifferenceKind.LINES, f"{gone}; line {line.id} stands in its place."
    if weighed.before.edited:
        return DifferenceKind.EDITED, weighed.before.edited
    if weighed.kept:
        return DifferenceKind.KEPT, row.ruling.cause
    moved = _moved(row)
    if weighed.before.evidence is Evidence.WRITTEN_UNSURE and moved:
        words = f"Contract total changed by {signed(moved, index.facts.currency)}, cannot tell which line."
        return DifferenceKind.CANNOT_TELL, words
    return None


def _without_line(index: Index, row: Judged) -> tuple[DifferenceKind, str] | None:
    weighed = row.weighed
    priced = [line for line in index.lines.get(weighed.key, ()) if line.unit_price]
    if len(priced) > 1:
        prices = ", ".join(f"{line.id} at {amount(line.unit_price, index.facts.currency)}" for line in priced)
        return (
            DifferenceKind.LINES,
            f"{len(priced)} priced lines of this service stand on the contract: {prices}.",
        )
    written = weighed.known.written_units
    if written and not weighed.adds_line and weighed.terms.stop is None:
        return DifferenceKind.LINES, f"The line on which we wrote {units(written)} is no longer in BMS."
    return None


def _by_count(row: Judged) -> tuple[DifferenceKind, str] | None:
    weighed = row.weighed
    stands, counted = weighed.before.units, weighed.target.units
    if stands is None or counted is None or stands == counted or row.ruling.outcome in _GOES_BY_ITSELF:
        return None
    return DifferenceKind.COUNT, row.ruling.cause or f"{counted} are counted, {stands} stand in BMS."


def _without_price(index: Index, row: Judged) -> tuple[DifferenceKind, str] | None:
    weighed, line = row.weighed, row.weighed.line
    if line is None or weighed.price or not weighed.before.units or row.ruling.outcome is Outcome.SKIPPED:
        return None
    nothing = amount(Decimal(0), index.facts.currency)
    what = f"Line {line.id} has no price in BMS: its units are invoiced at {nothing}."
    fix = "Set its price there, or exclude the company with the reason, if these users are free."
    return DifferenceKind.NO_PRICE, f"{what} {fix}"


def _moved(row: Judged) -> Decimal | None:
    contract, kept = row.weighed.terms.contract, row.weighed.known.total_after
    return None if contract is None or kept is None else contract.billing_price - kept
