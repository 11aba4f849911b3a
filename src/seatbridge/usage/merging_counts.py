"""The staged counts become readings; of each company and product one stays the newest."""

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from seatbridge.usage.leaving import bring_back, mark_left
from seatbridge.usage.models import Company, CountReading, Feed
from seatbridge.usage.naming import named_in_staging
from seatbridge.usage.reports import Merged

# A row without a moment of its own is compared with the newest reading: the same number again is no change,
# and yet a new reading, for it is known to be true until now.
_NEW_AND_CHANGED = """
SELECT COALESCE(SUM(CASE WHEN r.id IS NULL THEN 1 ELSE 0 END), 0),
       COALESCE(SUM(CASE WHEN r.value <> s.value THEN 1 ELSE 0 END), 0)
FROM usage_staged s LEFT JOIN usage_countreading r
  ON r.company_id = s.company_id AND r.product = s.product
 AND ((s.dated AND r.as_of = s.as_of) OR (NOT s.dated AND r.newest))
"""
_UPSERT = """
INSERT INTO usage_countreading AS r (company_id, product, as_of, value, feed_id, newest)
SELECT company_id, product, as_of, value, %s, false FROM usage_staged WHERE true
ON CONFLICT (company_id, product, as_of) DO UPDATE SET value = excluded.value, feed_id = excluded.feed_id
"""
_NO_NEWEST = """
UPDATE usage_countreading SET newest = false
WHERE newest AND company_id IN (SELECT company_id FROM usage_staged)
"""
_NEWEST = """
UPDATE usage_countreading AS r SET newest = true
WHERE company_id IN (SELECT company_id FROM usage_staged)
  AND NOT EXISTS (SELECT 1 FROM usage_countreading n
                  WHERE n.company_id = r.company_id AND n.product = r.product AND n.as_of > r.as_of)
"""


def merge_counts(feed: Feed) -> Merged:
    """Steps: 1 add and change · 2 which reading is the newest · 3 note who was named, and who is back
    · 4 a complete list: who was not named, and of whom nothing newer is known, has left.
    """
    ours = Company.objects.filter(partner_id=feed.partner_id)
    with connection.cursor() as cursor:
        cursor.execute(_NEW_AND_CHANGED)
        created, changed = map(int, cursor.fetchone())
        cursor.execute(_UPSERT, [feed.pk])
        cursor.execute(_NO_NEWEST)
        cursor.execute(_NEWEST)
    named = ours.filter(named_in_staging())
    # A file of the past adds history; what the company's newest list is, it does not change.
    named.filter(Q(counts_feed=None) | Q(counts_feed__as_of__lte=feed.as_of)).update(counts_feed=feed)
    back = bring_back(named.filter(left_at__lte=feed.as_of))
    newer = CountReading.objects.filter(company=OuterRef("pk"), newest=True, as_of__gt=feed.as_of)
    absent = ours.exclude(named_in_staging()).exclude(state="left").exclude(Exists(newer))
    left, gone = (
        mark_left(absent.exclude(roster_feed__as_of__gt=feed.as_of), feed) if feed.complete else (0, ())
    )
    return Merged(created, changed, left, (*back, *gone))
