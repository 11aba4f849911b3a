"""The record of a list that came in."""

from datetime import UTC, datetime

from django.db import connection

from seatbridge.partners.models import Partner
from seatbridge.usage.models import Feed


def add_feed(
    partner: Partner, kind: str, *, way: str, complete: bool, now: datetime, sha256: str, rows: int
) -> Feed:
    """Of the staged rows. Counts speak of the newest moment that they name; companies and users of `now`."""
    with connection.cursor() as cursor:
        if kind == "companies":
            companies = rows
        else:
            cursor.execute("SELECT COUNT(DISTINCT company_id) FROM usage_staged")
            companies = cursor.fetchone()[0]
    return Feed.objects.create(
        partner=partner,
        kind=kind,
        way=way,
        complete=complete,
        as_of=_newest_moment() if kind == "counts" else now,
        received_at=now,
        sha256=sha256,
        rows=rows,
        companies=companies,
    )


def _newest_moment() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(as_of) FROM usage_staged")
        newest = cursor.fetchone()[0]
    # SQLite hands text back, in UTC, as Django stores it.
    return newest if isinstance(newest, datetime) else datetime.fromisoformat(newest).replace(tzinfo=UTC)
