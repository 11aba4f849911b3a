"""The staged companies become the partner's companies."""
# ruff: noqa: S608 - the statement is put together from this file's own names only

from collections.abc import Collection
from datetime import date

from django.db import connection

from seatbridge.usage.leaving import mark_left
from seatbridge.usage.models import Company, Feed
from seatbridge.usage.reports import Merged
from seatbridge.usage.search_text import fold

_ALL = "ref, name, type, level, licenses_assigned, domains, state"
_OPTIONAL = ("type", "level", "licenses_assigned", "domains")


def merge_companies(feed: Feed, present: Collection[str], today: date) -> Merged:
    """`present`: the fields that the file has columns for; what is known of the others stays.

    Steps: 1 add and change · 2 note who was named · 3 a complete list: who was not named has left.
    """
    ours = Company.objects.filter(partner_id=feed.partner_id)
    before = ours.count()
    with connection.cursor() as cursor:
        cursor.execute(_upsert(present), [feed.partner_id, today.isoformat()])
        touched = cursor.rowcount
        cursor.execute(
            "UPDATE usage_company SET companies_feed_id = %s"
            " WHERE partner_id = %s AND ref IN (SELECT ref FROM usage_staged)",
            [feed.pk, feed.partner_id],
        )
    created = ours.count() - before
    fold(ours)
    absent = ours.exclude(state="left").exclude(companies_feed=feed)
    left, warnings = mark_left(absent, feed) if feed.complete else (0, ())
    return Merged(created, touched - created, left, warnings)


def _upsert(present: Collection[str]) -> str:
    fields = ["name", *(field for field in _OPTIONAL if field in present)]
    # A company that had left and is named again is back.
    state = (
        "excluded.state"
        if "state" in present
        else "CASE WHEN c.state = 'left' THEN 'active' ELSE c.state END"
    )
    setting = ", ".join([f"{field} = excluded.{field}" for field in fields])
    differing = " OR ".join(
        f"COALESCE(c.{field} <> excluded.{field}, (c.{field} IS NULL) <> (excluded.{field} IS NULL))"
        for field in fields
    )
    return (
        f"INSERT INTO usage_company AS c (partner_id, first_seen_on, {_ALL})"
        f" SELECT %s, %s, {_ALL} FROM usage_staged WHERE true"
        f" ON CONFLICT (partner_id, ref) DO UPDATE SET {setting}, state = {state}, left_at = NULL"
        f" WHERE {differing} OR c.state <> {state}"
    )
