"""What a line costs today, in a period, and by how much a change inside a period alters it."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bms_simulator.invoices import Proration, cents
from bms_simulator.knobs import Knobs
from bms_simulator.lines import Line, Terms, terms_on
from bms_simulator.periods import MONTHS_OF, Period, periods_from
from bms_simulator.records import Contract

PARTS_OF_A_CENT = Decimal("0.0001")


def contract_total(contract: Contract, lines: Iterable[Line], knobs: Knobs, today: date) -> Decimal:
    """ContractBillingPrice: the total of all lines as of today, per billing cycle or scaled to a month."""
    total = sum((_amount_today(line, knobs, today) for line in lines), Decimal(0))
    if knobs.billing_price_per == "month":
        cycle = contract.billing_cycle.strip().casefold()
        total = total * 52 / 12 if cycle == "weekly" else total / MONTHS_OF.get(cycle, 1)
    return cents(total)


def _amount_today(line: Line, knobs: Knobs, today: date) -> Decimal:
    now = terms_on(line, today)
    if now is not None:
        return now.amount
    counts_ahead = knobs.new_line_ahead_counts and not line.redated
    return line.history[0].amount if counts_ahead else Decimal(0)


def full_amount(terms: Terms, period: Period) -> Decimal:
    """A whole period's amount, smaller where the contract's own start or end cuts the period."""
    return cents(terms.amount * period.days / period.whole_days)  # in this order half a cent stays exact


def prorations_in(line: Line, period: Period) -> Iterator[Proration]:
    """The prorated transactions of changes inside an unposted period. Its first day makes none."""
    for terms in line.history:
        if period.start < terms.since < period.end:
            before = next((old for old in reversed(line.history) if old.since < terms.since), None)
            yield from _parts(line.id, before, terms, (terms.since, period.end), period.whole_days)


def corrections(contract: Contract, before: Line | None, after: Line, since: date) -> Iterator[Proration]:
    """What a change dated in posted periods owes: the difference from `since` to where posting ends."""
    posted_until = contract.posted_until
    if since >= posted_until:
        return
    for period in periods_from(contract, since):
        if period.start >= posted_until:
            return
        changes = [terms.since for line in (before, after) if line for terms in line.history]
        first, last = max(since, period.start), min(period.end, posted_until)
        edges = sorted({first, last, *(day for day in changes if first < day < last)})
        for begin, end in pairwise(edges):
            old = terms_on(before, begin) if before else None
            new = terms_on(after, begin)
            if new is not None:
                yield from _parts(after.id, old, new, (begin, end), period.whole_days)


def _parts(
    line_id: int, before: Terms | None, after: Terms, span: tuple[date, date], whole_days: int
) -> Iterator[Proration]:
    """More or fewer units at the new price, and the units that stay at the difference of prices."""
    since, until = span
    days = Decimal((until - since).days)
    old_units = before.units if before else 0
    old_price = before.unit_price if before else after.unit_price
    parts = (
        (after.units - old_units, after.unit_price),
        (old_units, after.unit_price - old_price),
    )
    for units, price in parts:
        if units and price:
            yield Proration(
                line_id=line_id,
                name=after.name,
                since=since,
                until=until,
                units=units,
                unit_price=(price * days / whole_days).quantize(PARTS_OF_A_CENT),
                amount=cents(units * price * days / whole_days),
            )
