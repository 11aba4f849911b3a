"""The limits of product.md section 2: what must wait for a person. All settable; these are the defaults."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    # per line: (share, units), both reached
    drop: tuple[Decimal, int] = (Decimal("0.50"), 3)
    big_drop: tuple[Decimal, int] = (Decimal("0.25"), 10)
    rise: tuple[Decimal, int] = (Decimal("0.50"), 10)
    rise_after_days: int = 90
    money_drop: Decimal = Decimal(250)  # a month
    # per run, against the units last invoiced, else first seen
    run_min_units: int = 10
    run_net_drop: Decimal = Decimal("0.05")
    run_net_rise: Decimal = Decimal("0.10")
    run_absolute: Decimal = Decimal("0.15")
    run_lost_companies: tuple[int, Decimal] = (5, Decimal("0.03"))
    run_held_lines: tuple[int, Decimal] = (8, Decimal("0.05"))
    run_feed_share: Decimal = Decimal("0.97")
