"""Units over twelve months, from what was written: as a chart, and as the table beneath it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from seatbridge.reconcile.periods import add_months
from seatbridge.sync.shown.changes import Change

WIDTH, HEIGHT, BASE = 600, 150, 130  # of the drawing, and where its bars stand
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    units: int | None  # at its end
    is_now: bool


@dataclass(frozen=True, slots=True)
class Bar:
    month: Month
    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    words: str  # what it shows, for who cannot see it


def months_of(changes: Iterable[Change], now_units: int | None, today: date) -> list[Month]:
    """`changes`: of one line, newest first. `now_units`: where nothing was ever written."""
    dated = sorted(
        (change for change in changes if change.effective), key=lambda row: (row.effective, row.seq)
    )
    first = add_months(today.replace(day=1), 1 - MONTHS)
    return [_month(add_months(first, number), dated, now_units, today) for number in range(MONTHS)]


def _month(first: date, dated: Sequence[Change], now_units: int | None, today: date) -> Month:
    following = add_months(first, 1)
    before = [row for row in dated if row.effective is not None and row.effective < following]
    if before:
        units = before[-1].after
    elif dated and following > dated[0].at.date():
        units = dated[0].before  # so it stood when it was first written; what stood earlier is not known
    else:
        units = now_units if first <= today < following else None
    return Month(first, units, first <= today < following)


def chart_of(months: Sequence[Month]) -> Chart | None:
    """None where fewer than two months are known: a table says it better."""
    known = [month.units for month in months if month.units is not None]
    if len(known) < 2:
        return None
    most, step = max([*known, 1]), WIDTH // MONTHS
    bars = []
    for number, month in enumerate(months):
        height = 0 if month.units is None else round(month.units * (BASE - 20) / most)
        x = number * step
        bars.append(Bar(month, x + 6, BASE - height, step - 12, height, x + step // 2))
    return Chart(tuple(bars), f"Units on contract at the end of each month, from {known[0]} to {known[-1]}.")
