"""What the database holds for counting, in one query per kind of row."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import CharField, Count, Min, QuerySet
from django.db.models.functions import Cast

from seatbridge.partners.models import Partner
from seatbridge.reconcile.facts import FeedSizes
from seatbridge.usage.deciding import List
from seatbridge.usage.models import Company, CompanyUser, CountReading, Feed
from seatbridge.usage.rosters import Group

_OF_USERS = ("users", "counts")
FEW = 8  # lists: nearly always the newest one, the one before it, and those that companies were named by


class StoredCompany(NamedTuple):
    pk: int
    ref: str
    name: str
    type: str
    level: str
    licenses: int | None
    state: str
    first_seen_on: date
    roster_feed: int | None
    counts_feed: int | None


class StoredReading(NamedTuple):
    value: int
    as_of: datetime
    feed: int


def companies_asked(partner: Partner, refs: Collection[str] | None) -> QuerySet[Company]:
    """None: all of them."""
    rows = Company.objects.filter(partner=partner)
    return rows if refs is None else rows.filter(ref__in=refs)


def stored_companies(partner: Partner, refs: Collection[str] | None = None) -> list[StoredCompany]:
    rows = companies_asked(partner, refs).order_by("name", "ref")
    columns = rows.values_list(
        "pk",
        "ref",
        "name",
        "type",
        "level",
        "licenses_assigned",
        "state",
        "first_seen_on",
        "roster_feed_id",
        "counts_feed_id",
    )
    return [StoredCompany(*row) for row in columns]


def stored_readings(
    partner: Partner, refs: Collection[str] | None = None
) -> dict[tuple[int, str], StoredReading]:
    """The newest reading by (company, product)."""
    asked = CountReading.objects.filter(company__partner=partner, newest=True)
    if refs is not None:
        asked = asked.filter(company__ref__in=refs)
    # As text: nearly all readings are of a few moments, each of which becomes a datetime once.
    rows = asked.values_list("company_id", "product", "value", Cast("as_of", CharField()), "feed_id")
    return {
        (company, product): StoredReading(value, _moment(at), feed)
        for company, product, value, at, feed in rows
    }


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime:
    """SQLite names no zone: Django stores UTC there."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stored_rosters(partner: Partner, refs: Collection[str] | None = None) -> Mapping[int, list[Group]]:
    ours = companies_asked(partner, refs).values("pk")
    alike = CompanyUser.objects.filter(company_id__in=ours).order_by()
    # As text: only the earliest day of a company becomes a date, and there are more groups than companies.
    earliest = Cast(Min("since"), CharField())
    groups = alike.values_list("company_id", "product", "status", "nfr").annotate(
        users=Count("*"), earliest=earliest
    )
    found: dict[int, list[Group]] = defaultdict(list)
    for company, product, status, nfr, users, since in groups:
        found[company].append(Group(product, status, nfr, users, since or ""))
    return found


def newest_feeds(partner: Partner, most: int = FEW) -> list[Feed]:
    """The newest lists of users or counts, the newest one first."""
    return list(_of_users(partner)[:most])


def _of_users(partner: Partner) -> QuerySet[Feed]:
    return Feed.objects.filter(partner=partner, kind__in=_OF_USERS).order_by("-as_of", "-pk")


def sizes_of(partner: Partner, feeds: Sequence[Feed]) -> FeedSizes:
    """Of the newest list, and of the last one of its kind that was not the same file.

    `feeds`: FEW of the newest. A query only where they do not tell, and there may be older ones.
    """
    if not feeds:
        return FeedSizes()
    newest = feeds[0]
    others = (feed for feed in feeds if feed.kind == newest.kind and feed.sha256 != newest.sha256)
    before = next(others, None)
    if before is None and len(feeds) == FEW:
        before = _of_users(partner).filter(kind=newest.kind).exclude(sha256=newest.sha256).first()
    return FeedSizes(newest.companies, before.companies if before else 0)


def lists_by_id(ids: Iterable[int], read: Iterable[Feed] = ()) -> dict[int, List]:
    """`read`: feeds that are in hand; only others are asked for."""
    found = {feed.pk: feed for feed in read}
    missing = set(ids) - found.keys()
    if missing:
        found |= Feed.objects.in_bulk(missing)
    return {pk: as_list(feed) for pk, feed in found.items()}


def as_list(feed: Feed) -> List:
    return List(feed.pk, feed.as_of, feed.way, feed.complete)
