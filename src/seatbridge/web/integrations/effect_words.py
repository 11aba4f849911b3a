"""The effect of other rules on the last plan, in words, with the lines behind each number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seatbridge.reconcile.planned import PlannedLine
from seatbridge.reconcile.words import either_unknown
from seatbridge.sync.shown.effect import Counted, Effect, EffectLine, Part
from seatbridge.sync.shown.groups import group_of
from seatbridge.web.wording import day_words, money_words

MOST_ROWS = 25


@dataclass(frozen=True, slots=True)
class EffectRow:
    company: str
    ref: str
    product: str
    units: str
    money: str
    was: str
    would_be: str


@dataclass(frozen=True, slots=True)
class EffectShown:
    """`unknown`: what this cannot know."""

    run_id: int
    sentences: tuple[str, ...]
    rows: tuple[EffectRow, ...]
    more_rows: int
    unknown: tuple[str, ...]


def shown_effect(effect: Effect) -> EffectShown:
    parts = (effect.released, effect.held, effect.dated, effect.other)
    lines = [line for part in parts for line in part.lines]
    return EffectShown(
        run_id=effect.run_id,
        sentences=tuple(_sentences(effect)),
        rows=tuple(_row(line) for line in lines[:MOST_ROWS]),
        more_rows=max(len(lines) - MOST_ROWS, 0),
        unknown=tuple(_unknown(effect)),
    )


def _sentences(effect: Effect) -> Iterator[str]:
    if effect.is_none:
        yield "Nothing in the last plan would be otherwise."
        return
    currency = effect.currency
    if not any(part.lines for part in (effect.released, effect.held, effect.dated, effect.other)):
        yield "No line of the last plan would wait, go on or be dated otherwise."
    if effect.released.lines:
        yield f"{_lines(effect.released)} would no longer wait{_money(effect.released, currency)}."
    if effect.held.lines:
        yield f"{_lines(effect.held)} would wait for you{_money(effect.held, currency)}."
    if effect.dated.lines:
        prorated = effect.dated.proration
        once = f", prorated {money_words(prorated, currency, signed=True)} once" if prorated else ""
        yield f"{_lines(effect.dated)} would count from another day{once}."
    if effect.other.lines:
        yield f"{_lines(effect.other)} would stand otherwise, as listed."
    if effect.waits != effect.would_wait:
        yield from _of_run(effect)
    if effect.counted:
        yield _of_counted(effect.counted, currency)


def _of_run(effect: Effect) -> Iterator[str]:
    if not effect.would_wait:
        yield "The run as a whole would no longer wait."
        return
    changes = f"{effect.changes:,} change{'' if effect.changes == 1 else 's'}"
    yield f"The run as a whole would wait, {changes} with it: {' '.join(effect.would_wait)}"


def _of_counted(counted: Counted, currency: str) -> str:
    if not counted.users:
        return "As the users are known today, nobody would be counted otherwise."
    more = "more" if counted.users > 0 else "fewer"
    users = f"{abs(counted.users):,} {more} user{'' if abs(counted.users) == 1 else 's'}"
    companies = f"{counted.companies:,} compan{'y' if counted.companies == 1 else 'ies'}"
    money = (
        ""
        if counted.money is None
        else f", {money_words(counted.money, currency, signed=True)} a billing period at the catalog's prices"
    )
    return f"As the users are known today, {users} would be counted in {companies}{money}."


def _unknown(effect: Effect) -> Iterator[str]:
    yield (
        f"This is the plan of {day_words(effect.planned_at.date())} {effect.planned_at:%H:%M}, planned anew "
        "as a sync by the schedule would, with nothing read from BMS. What was counted, mapped, approved or "
        "changed in BMS since then is not in it."
    )
    if effect.counted and effect.counted.users:
        yield "Whether limits hold these counts, only the next preview can tell."


def _lines(part: Part) -> str:
    return f"{len(part.lines):,} line{'' if len(part.lines) == 1 else 's'}"


def _money(part: Part, currency: str) -> str:
    return "" if part.money is None else f", {money_words(part.money, currency, signed=True)} a month"


def _row(line: EffectLine) -> EffectRow:
    new = line.would_be
    money = new.money_delta
    return EffectRow(
        company=new.company_name,
        ref=new.company,
        product=new.product.capitalize(),
        units=f"{either_unknown(new.units_before)} → {either_unknown(new.units_after)}",
        money="" if not money else f"{money_words(money, new.currency, signed=True)} / month",
        was=_stands(line.was),
        would_be=_stands(new),
    )


def _stands(line: PlannedLine) -> str:
    on: date | None = line.effective_date
    if line.status == "awaiting-approval":
        word = "Goes with the run"
    elif line.status == "skipped:excluded":
        word = "Left as it is"
    else:
        word = group_of(line.status).value
    when = "" if on is None or line.status == "skipped:excluded" else f" from {day_words(on, weekday=False)}"
    share: Decimal | None = line.proration
    once = "" if not share else f", prorated {money_words(share, line.currency, signed=True)}"
    return f"{word}{when}{once}"
