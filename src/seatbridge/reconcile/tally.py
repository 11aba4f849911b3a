"""The sums that a run is judged by. They add up, so that lines may be counted that nobody looks at again."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    # against the units last invoiced, else first seen, over the lines that nothing holds
    base: int = 0
    net: int = 0
    absolute: int = 0
    money: Decimal = Decimal(0)  # a month
    companies: int = 0
    lost: int = 0  # companies that fall to zero or are missing
    missing_units: int = 0  # on lines that a missing company is part of
    missing_money: Decimal = Decimal(0)  # a month, of those
    lines: int = 0
    held: int = 0
    held_money: Decimal = Decimal(0)  # a month, whichever way it moves

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.base + other.base,
            self.net + other.net,
            self.absolute + other.absolute,
            self.money + other.money,
            self.companies + other.companies,
            self.lost + other.lost,
            self.missing_units + other.missing_units,
            self.missing_money + other.missing_money,
            self.lines + other.lines,
            self.held + other.held,
            self.held_money + other.held_money,
        )


NOTHING = Tally()
