"""Counts and files, the ways in."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

from seatbridge.api.bodies import COUNTS_BYTES
from seatbridge.api.calls import Call
from seatbridge.api.companies import companies
from seatbridge.api.failing import told_as_problems
from seatbridge.api.problems import invalid
from seatbridge.api.schemas.counts import CountsIn, CountsTaken, ImportReportOut
from seatbridge.integrations.clocks import billing_now_of
from seatbridge.partners.roles import Right
from seatbridge.usage.cells import YEARS
from seatbridge.usage.imports import ImportReport, import_file
from seatbridge.usage.pushing import push_counts as keep_counts

CLOCKS_DIFFER = timedelta(minutes=5)


@companies.operation(
    "POST", "/counts", CountsTaken, right=Right.MAP, body="application/json", most=COUNTS_BYTES
)
def push_counts(request: Call, body: CountsIn) -> dict[str, Any]:
    """Push counts of users, all of them or none.

    One wrong company, product or number refuses all. The same push twice is as good as once.
    """
    partner = request.access.partner
    as_of = _moment(body.as_of, billing_now_of(partner))
    rows = [
        {"company": each.company, "product": each.product, "count": str(each.count)} for each in body.counts
    ]
    with told_as_problems(rows="counts"):
        report = keep_counts(partner, rows, complete=body.complete, as_of=as_of)
    return {**asdict(report), "as_of": as_of}


@companies.operation("POST", "/imports/{kind}", ImportReportOut, right=Right.MAP, body="text/csv")
def import_csv(
    request: Call,
    kind: Literal["companies", "users", "counts"],
    *,
    dry_run: bool = False,
    complete: bool = False,
) -> ImportReport:
    """Import a CSV file of companies, users or counts, all of it or nothing.

    `dry_run=true` says what it would change. `complete=true`: it names every company of the partner.
    """
    partner = request.access.partner
    with told_as_problems():
        return import_file(
            partner, kind, request.csv, complete=complete, dry_run=dry_run, now=billing_now_of(partner)
        )


def _moment(asked: datetime | None, now: datetime) -> datetime:
    if asked is None:
        return now
    if asked.year not in YEARS:
        raise invalid("as_of", f"The year is outside {YEARS.start} to {YEARS.stop - 1}.")
    if asked > now + CLOCKS_DIFFER:
        raise invalid("as_of", f"{asked.isoformat()} lies in the future; it is {now.isoformat()} here.")
    return min(asked, now)
