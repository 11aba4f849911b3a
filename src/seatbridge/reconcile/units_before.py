"""Units before: what BMS holds today, and how that is known (bms/README.md, Reading). Best evidence first."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import Evidence, Invoiced, KnownLine, Pending
from seatbridge.reconcile.words import amount, day, signed


class Seen(NamedTuple):
    """One line as read, beside what we remember of it."""

    line: Line
    total: Decimal  # the contract's billing price, of all its lines
    known: KnownLine
    invoiced: Invoiced | None
    sole: bool  # the only priced line among the contract's mapped ones
    today: date
    currency: str
    crowded: bool = False  # other services may be priced on the contract

    @property
    def is_ours(self) -> bool:
        """The line that we wrote, not one that a person put in its place."""
        return self.known.line_id is None or self.known.line_id == self.line.id

    @property
    def pending_has_come(self) -> bool:
        pending = self.known.pending
        return pending is not None and pending.effective_date <= self.today


class Before(NamedTuple):
    """`edited`: what a person changed, where that is known. `unusable`: why nothing follows from the line."""

    units: int | None
    evidence: Evidence
    sentence: str
    edited: str = ""
    unusable: str = ""


UNKNOWN = Before(
    None, Evidence.UNKNOWN, "The units in BMS are not known: nothing was written, invoiced or confirmed."
)
GONE = "the line that we wrote is gone, another one stands in its place"


def units_before(seen: Seen) -> Before:
    """The first evidence that there is."""
    return _read(seen) or _remembered(seen) or _total(seen) or _confirmed(seen) or _unknown(seen)


def _remembered(seen: Seen) -> Before | None:
    return (_written(seen) or _invoiced(seen)) if seen.is_ours else None


def _unknown(seen: Seen) -> Before:
    if not seen.is_ours:
        return Before(None, Evidence.UNKNOWN, f"Units unknown: {GONE}.")
    since = _untold_since(seen)
    if since is None:
        return UNKNOWN
    why = f"nothing tells whether our write from {day(since)} took effect, and nothing was invoiced since"
    return Before(None, Evidence.UNKNOWN, f"The units in BMS are not known: {why}.")


def _untold_since(seen: Seen) -> date | None:
    """From this day on a write of ours may be in force, and nothing tells: what is older proves nothing."""
    if seen.pending_has_come and seen.known.pending is not None:
        return seen.known.pending.effective_date
    return seen.known.written_from if seen.known.written_units is None else None


def _read(seen: Seen) -> Before | None:
    units = seen.line.units
    if units is None:
        return None
    pending = seen.known.pending
    ours = {seen.known.written_units, None if pending is None else pending.units}
    edited = ""
    if seen.known.written_units is not None and units not in ours and seen.is_ours:
        edited = f"BMS shows {units} units, {_kept_words(seen.known, seen.known.written_units)}."
    return Before(units, Evidence.READ, f"BMS shows {units}", edited)


def _written(seen: Seen) -> Before | None:
    if seen.pending_has_come and seen.known.pending is not None:
        return _pending_has_come(seen, seen.known.pending)
    if seen.known.written_units is None:
        return None
    before = _since_our_write(seen, seen.known.written_units)
    if before.evidence is Evidence.WRITTEN:
        return before
    # A write forgets what was confirmed before it: what is confirmed now was said since.
    return _confirmed(seen) or before


def _since_our_write(seen: Seen, units: int) -> Before:
    known = seen.known
    words = _kept_words(known, units)
    since = "" if known.written_from is None or known.agreed else f" from {day(known.written_from)}"
    moved = Decimal(0) if known.total_after is None else seen.total - known.total_after
    raised = Decimal(0) if known.written_price is None else seen.line.unit_price - known.written_price
    # A price raised in BMS moves the total by the units that stand there: that is no edit of the units.
    if known.total_after is not None and moved == raised * units:
        return Before(units, Evidence.WRITTEN, f"{words}{since}")
    price = seen.line.unit_price
    if (
        known.alone
        and seen.sole
        and not seen.crowded
        and known.total_after is not None
        and price
        and not raised
        and not moved % price
    ):
        now = units + int(moved / price)
        if now >= 0:
            return Before(
                now,
                Evidence.TOTAL,
                f"the contract's total is {amount(seen.total, seen.currency)}, which is {now}",
                f"The contract's total changed by {signed(moved, seen.currency)} since {_since_when(known)}: "
                f"{now} units stand in BMS, {words}.",
            )
    return Before(units, Evidence.WRITTEN_UNSURE, f"{words}{since}; {_cannot_tell(seen, moved)}")


def _kept_words(known: KnownLine, units: int) -> str:
    """Whose number it is: ours, or the one that the count agreed with when we had written nothing."""
    match known.agreed:
        case "":
            return f"we wrote {units}"
        case Evidence.READ:
            return f"BMS showed {units}"
        case Evidence.TOTAL:
            return f"the contract's total stood for {units}"
        case _:
            return f"{units} confirmed by a person"


def _since_when(known: KnownLine) -> str:
    return "then" if known.agreed else "our write"


def _cannot_tell(seen: Seen, moved: Decimal) -> str:
    if seen.known.total_after is None:
        return "the contract's total after it is not known"
    return f"contract total changed by {signed(moved, seen.currency)}, cannot tell which line"


def _pending_has_come(seen: Seen, pending: Pending) -> Before | None:
    """From its day on the contract's total must carry the change that was dated ahead."""
    known = seen.known
    before = known.written_units if pending.units_before is None else pending.units_before
    sentence = f"we wrote {pending.units} from {day(pending.effective_date)}"
    if known.total_after is None or before is None:
        why = "the total cannot prove it"
        return None if pending.outcome_unknown else _unsure(pending.units, f"{sentence}; {why}")
    moved = seen.total - known.total_after
    if moved == (pending.units - before) * seen.line.unit_price:
        return Before(pending.units, Evidence.WRITTEN, sentence)
    if not moved:
        return _unsure(before, f"{sentence}; the contract's total has not moved since")
    return (
        None
        if pending.outcome_unknown
        else _unsure(pending.units, f"{sentence}; {_cannot_tell(seen, moved)}")
    )


def _unsure(units: int, sentence: str) -> Before:
    return Before(units, Evidence.WRITTEN_UNSURE, sentence)


def _invoiced(seen: Seen) -> Before | None:
    since = _untold_since(seen)
    if seen.invoiced is None or (since is not None and seen.invoiced.on < since):
        return None
    units = seen.invoiced.units
    return Before(units, Evidence.INVOICED, f"invoiced {units} on {day(seen.invoiced.on)}")


def _total(seen: Seen) -> Before | None:
    """Only where the line is known to be the contract's only priced one; then it must divide without rest."""
    alone = seen.known.alone or (seen.invoiced is not None and seen.invoiced.only_line)
    price = seen.line.unit_price
    if not alone or not seen.sole or price <= 0 or seen.total < 0 or seen.total % price:
        return None
    units = int(seen.total / price)
    total = f"{amount(seen.total, seen.currency)} ÷ {amount(price, seen.currency)}"
    return Before(units, Evidence.TOTAL, f"the contract's total {total} = {units}")


def _confirmed(seen: Seen) -> Before | None:
    """Whoever confirms takes a pending write's place: one whose day has come was made after that."""
    units = None if seen.pending_has_come else seen.known.confirmed_units
    return None if units is None else Before(units, Evidence.CONFIRMED, f"{units} confirmed by a person")
