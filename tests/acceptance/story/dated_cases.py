"""Changes worked out by hand: the day they count from, what is prorated, and each invoice line that follows.

20 users at 5.00 a period become 23 or 17, unless a case says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

InvoiceLine = tuple[date, int, Decimal, str]


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    contract: Mapping[str, Any]
    today: date
    after: int
    effective: date
    until: date  # days pass up to here, with every posting day on the way
    invoiced: tuple[InvoiceLine, ...]
    status: str = "synced"
    proration: str | None = None
    posts_on: Mapping[str, int] = field(default_factory=dict)  # start or end -> day of the month
    price: str = "5.00"
    policy: str = "no-proration"

    def __str__(self) -> str:
        return self.name


def full(first_day: date, units: int, total: str) -> InvoiceLine:
    return first_day, units, Decimal(total), "full"


def part(since: date, units: int, total: str) -> InvoiceLine:
    return since, units, Decimal(total), "proration"


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def terms(cycle: str, issue_on: str = "end", **more: Any) -> dict[str, Any]:
    return {"billing_cycle": cycle, "issue_on": issue_on, **more}


FROM_START = {"fiscal": False}
LEAP = {"start": "2028-02-29", "end": "2030-12-31"}

WEEKLY = (
    Case(
        "weekly, calendar weeks, end of cycle, a rise",
        terms("Weekly"),
        on(11, 11),
        23,
        on(10, 26),  # the week to Sunday 1 November had not ended before the 1st
        on(12, 2),
        tuple(full(on(*day), 23, "115.00") for day in ((10, 26), (11, 2), (11, 9), (11, 16), (11, 23))),
    ),
    Case(
        "weekly from a Thursday, end of cycle, a drop",
        terms("Weekly", start="2026-01-01", **FROM_START),
        on(11, 11),
        17,
        on(10, 29),
        on(12, 2),
        tuple(full(on(*day), 17, "85.00") for day in ((10, 29), (11, 5), (11, 12), (11, 19))),
    ),
    Case(
        "weekly, calendar weeks, start of cycle, posted before they begin, a rise",
        terms("Weekly", "start"),
        on(11, 11),
        23,
        on(11, 30),
        on(11, 26),
        tuple(full(on(*day), 23, "115.00") for day in ((11, 30), (12, 7), (12, 14), (12, 21))),
        status="scheduled",
    ),
    Case(
        "weekly from a Thursday, start of cycle, posted after they began, a drop",
        terms("Weekly", "start", start="2026-01-01", **FROM_START),
        on(11, 11),
        17,
        on(11, 12),
        on(12, 6),
        tuple(full(on(*day), 17, "85.00") for day in ((11, 12), (11, 19), (11, 26), (12, 3))),
        status="planned",
        posts_on={"start": 5},
    ),
)

MONTHLY = (
    Case(
        "monthly, calendar months, end of cycle, a rise",
        terms("Monthly"),
        on(11, 23),
        23,
        on(11, 1),
        on(12, 2),
        (full(on(11, 1), 23, "115.00"),),
    ),
    Case(
        "monthly, posted on the 5th, a drop between the period's end and its posting",
        terms("Monthly"),
        on(12, 2),
        17,
        on(11, 1),
        on(12, 6),
        (full(on(11, 1), 17, "85.00"),),
        posts_on={"end": 5},
    ),
    Case(
        "monthly from the 31st, a rise in the period that began on 28 February",
        terms("Monthly", start="2026-01-31", **FROM_START),
        on(3, 15),
        23,
        on(2, 28),
        on(5, 2),
        (full(on(2, 28), 23, "115.00"), full(on(3, 31), 23, "115.00")),
    ),
    Case(
        "monthly from a leap day, a drop",
        terms("Monthly", **LEAP, **FROM_START),
        on(3, 10, 2028),
        17,
        on(2, 29, 2028),
        on(5, 2, 2028),
        (full(on(2, 29, 2028), 17, "85.00"), full(on(3, 29, 2028), 17, "85.00")),
    ),
    Case(
        "monthly, calendar months, start of cycle, posted before they begin, a rise",
        terms("Monthly", "start"),
        on(11, 23),
        23,
        on(12, 1),
        on(11, 26),
        (full(on(12, 1), 23, "115.00"),),
        status="scheduled",
    ),
    Case(
        "monthly from the 17th, start of cycle, posted before they begin, a drop",
        terms("Monthly", "start", start="2026-01-17", **FROM_START),
        on(11, 23),
        17,
        on(12, 17),
        on(11, 26),
        (full(on(12, 17), 17, "85.00"),),
        status="scheduled",
    ),
    Case(
        "monthly, start of cycle, posted on the 5th, a rise that waits for its first day",
        terms("Monthly", "start"),
        on(11, 23),
        23,
        on(12, 1),
        on(12, 6),
        (full(on(12, 1), 23, "115.00"),),
        status="planned",
        posts_on={"start": 5},
    ),
    Case(
        "monthly, posted on a 31st that November lacks, a drop in December",
        terms("Monthly"),
        on(12, 2),
        17,
        on(11, 1),  # on 30 November, a posting day, November had not ended
        on(1, 1, 2027),
        (full(on(11, 1), 17, "85.00"),),
        posts_on={"end": 31},
    ),
    Case(
        "monthly, the contract began inside the period, a rise",
        terms("Monthly", start="2026-11-10"),
        on(11, 23),
        23,
        on(11, 10),
        on(12, 2),
        (full(on(11, 10), 23, "80.50"),),  # 21 of 30 days
    ),
    Case(
        "monthly, the contract ends inside the period, a drop",
        terms("Monthly", end="2026-11-25"),
        on(11, 23),
        17,
        on(11, 1),
        on(12, 2),
        (full(on(11, 1), 17, "70.83"),),  # 25 of 30 days
    ),
)

QUARTERLY = (
    Case(
        "quarterly, calendar quarters, end of cycle, a rise",
        terms("Quarterly"),
        on(11, 23),
        23,
        on(12, 1),
        on(1, 2, 2027),
        (full(on(10, 1), 20, "100.00"), part(on(12, 1), 3, "5.05")),  # 31 of 92 days
        status="scheduled",
        proration="5.05",
    ),
    Case(
        "quarterly, calendar quarters, end of cycle, a drop",
        terms("Quarterly"),
        on(11, 23),
        17,
        on(1, 1, 2027),
        on(4, 2, 2027),
        (full(on(10, 1), 20, "100.00"), full(on(1, 1, 2027), 17, "85.00")),
        status="scheduled",
    ),
    Case(
        "quarterly, start of cycle, a rise in the quarter that is posted",
        terms("Quarterly", "start"),
        on(11, 23),
        23,
        on(12, 1),
        on(12, 26),
        (full(on(1, 1, 2027), 23, "115.00"), part(on(12, 1), 3, "5.05")),
        status="scheduled",
        proration="5.05",
    ),
    Case(
        "quarterly from 30 November, start of cycle, a drop; the quarter after begins on 28 February",
        terms("Quarterly", "start", start="2025-11-30", **FROM_START),
        on(11, 23),
        17,
        on(11, 30),
        on(2, 26, 2027),
        (full(on(11, 30), 17, "85.00"), full(on(2, 28, 2027), 17, "85.00")),
        status="scheduled",
    ),
    Case(
        "quarterly, a rise whose proration ends in half a cent",
        terms("Quarterly"),
        on(2, 10, 2027),
        23,
        on(3, 1, 2027),
        on(4, 2, 2027),
        (full(on(1, 1, 2027), 20, "9.00"), part(on(3, 1, 2027), 3, "0.47")),  # 0.465: 31 of 90 days
        status="scheduled",
        proration="0.47",
        price="0.45",
    ),
)

YEARLY = (
    Case(
        "yearly from a leap day, end of cycle, a rise",
        terms("Yearly", **LEAP, **FROM_START),
        on(5, 10, 2028),
        23,
        on(6, 1, 2028),
        on(3, 2, 2029),
        (full(on(2, 29, 2028), 20, "100.00"), part(on(6, 1, 2028), 3, "11.18")),  # 272 of 365 days
        status="scheduled",
        proration="11.18",
    ),
    Case(
        "yearly, calendar years, start of cycle, a rise in a posted leap year",
        terms("Yearly", "start", start="2027-01-01", end="2030-12-31"),
        on(2, 10, 2028),
        23,
        on(3, 1, 2028),
        on(12, 26, 2028),
        (full(on(1, 1, 2029), 23, "115.00"), part(on(3, 1, 2028), 3, "12.54")),  # 306 of 366 days
        status="scheduled",
        proration="12.54",
    ),
    Case(
        "yearly, calendar years, end of cycle, a drop",
        terms("Yearly"),
        on(11, 23),
        17,
        on(1, 1, 2027),
        on(1, 2, 2028),
        (full(on(1, 1), 20, "100.00"), full(on(1, 1, 2027), 17, "85.00")),
        status="scheduled",
    ),
    Case(
        "yearly, calendar years, start of cycle, a drop",
        terms("Yearly", "start"),
        on(11, 23),
        17,
        on(1, 1, 2027),
        on(12, 26),
        (full(on(1, 1, 2027), 17, "85.00"),),
        status="scheduled",
    ),
)

FROM_THE_DAY = (
    Case(
        "monthly, from the day it changed, a drop",
        terms("Monthly"),
        on(11, 23),
        17,
        on(11, 23),
        on(12, 2),
        (full(on(11, 1), 20, "100.00"), part(on(11, 23), -3, "-4.00")),  # 8 of 30 days
        proration="-4.00",
        policy="from-the-day",
    ),
    Case(
        "monthly, start of cycle, from the day it changed, a rise when two periods are posted",
        terms("Monthly", "start"),
        on(11, 27),
        21,
        on(11, 27),
        on(12, 26),
        # one user at 0.125: 4 of 30 days are 0.0167, December is whole; each part is rounded for itself
        (
            full(on(1, 1, 2027), 21, "2.63"),  # 2.625
            part(on(11, 27), 1, "0.02"),
            part(on(12, 1), 1, "0.13"),
        ),
        proration="0.15",
        price="0.125",
        policy="from-the-day",
    ),
)

CASES = (*WEEKLY, *MONTHLY, *QUARTERLY, *YEARLY, *FROM_THE_DAY)
