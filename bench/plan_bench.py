"""How long the planner takes for 10,000 companies and 2 products, with no change and with 500 changes."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.facts import (
    Approvals,
    Company,
    CompanyMapping,
    CompanyState,
    Count,
    Facts,
    KnownLine,
)
from seatbridge.reconcile.plan import plan
from seatbridge.reconcile.planned import Plan

COMPANIES = 10_000
CHANGES = 500
PRODUCTS = {"standard": (1, Decimal("5.00")), "advanced": (2, Decimal("7.50"))}
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
START = date(2026, 1, 1)


def facts_of(changes: int) -> Facts:
    refs = [f"c{number:05}" for number in range(COMPANIES)]
    units = {
        (ref, product): 5 + (number * 7 + service) % 90
        for number, ref in enumerate(refs)
        for product, (service, _) in PRODUCTS.items()
    }
    lines, known, contracts = [], {}, {}
    for number, ref in enumerate(refs, start=1):
        total = sum((units[ref, product] * price for product, (_, price) in PRODUCTS.items()), Decimal(0))
        contracts[number] = Contract(
            number, f"Contract {number}", ref, "Recurring Services", "Active", "Monthly", total, START, None
        )
        for product, (service, price) in PRODUCTS.items():
            line_id = number * 10 + service
            lines.append(
                Line(
                    line_id,
                    number,
                    service,
                    number,
                    product,
                    "",
                    START,
                    price,
                    price,
                    excluded_from_bulk=False,
                    units=None,
                )
            )
            known[number, service] = KnownLine(
                line_id=line_id, written_units=units[ref, product], written_price=price, total_after=total
            )
    counts = {
        (ref, product): Count(units[ref, product] + (product == "standard" and number < changes), NOW)
        for number, ref in enumerate(refs)
        for product in PRODUCTS
    }
    return Facts(
        now=NOW,
        enabled=True,
        currency="USD",
        companies={ref: Company(ref, f"Company {ref}", CompanyState.ACTIVE, None, None) for ref in refs},
        products=tuple(PRODUCTS),
        counts=counts,
        company_mappings={
            ref: CompanyMapping(number, number, first_write_approved=True)
            for number, ref in enumerate(refs, start=1)
        },
        product_mappings={product: service for product, (service, _) in PRODUCTS.items()},
        contracts=contracts,
        lines=tuple(lines),
        known=known,
        approvals=Approvals(first_run_done=True),
    )


def measure(changes: int) -> tuple[float, float, Plan]:
    """The best of three: seconds of one plan(), and of the processor."""
    facts = facts_of(changes)
    best, work, made = float("inf"), float("inf"), None
    for _ in range(3):
        began, worked = time.perf_counter(), time.process_time()
        made = plan(facts)
        best = min(best, time.perf_counter() - began)
        work = min(work, time.process_time() - worked)
    if made is None or len(made.lines) != COMPANIES * len(PRODUCTS) or len(made.writes) != changes:
        raise SystemExit("The planner did not plan what the bench asked for.")
    return best, work, made


def main() -> None:
    for changes in (0, CHANGES):
        seconds, work, made = measure(changes)
        print(
            f"plan: {COMPANIES:,} companies x {len(PRODUCTS)} products, {len(made.writes)} changes: "
            f"{seconds:.2f} s, {work:.2f} s of it CPU (bar 1 s)"
        )


if __name__ == "__main__":
    main()
