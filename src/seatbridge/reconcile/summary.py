"""Sums over a plan in which a line shared by several companies or products counts once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from seatbridge.reconcile.planned import Outcome, PlannedLine


@dataclass(frozen=True, slots=True)
class Summary:
    """`lines` per outcome; money a month of what changes."""

    lines: dict[Outcome, int]
    money_delta: Decimal


def once_per_key(lines: Iterable[PlannedLine]) -> Iterator[PlannedLine]:
    """The first planned line of each (contract, service), and every line that belongs to none."""
    seen: set[tuple[int, int]] = set()
    for line in lines:
        if line.contract_id is None or line.service_id is None:
            yield line
            continue
        key = (line.contract_id, line.service_id)
        # A skipped line belongs to no key, even where its company has a contract.
        if line.outcome is Outcome.SKIPPED and line.status != "skipped:disabled":
            yield line
        elif key not in seen:
            seen.add(key)
            yield line


def summarize(lines: Iterable[PlannedLine]) -> Summary:
    counts = dict.fromkeys(Outcome, 0)
    money = Decimal(0)
    for line in once_per_key(lines):
        counts[line.outcome] += 1
        if line.outcome is Outcome.CHANGE and line.money_delta is not None:
            money += line.money_delta
    return Summary(counts, money)
