"""The counts of a partner as the planner reads them: few queries, whatever the number of companies."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from seatbridge.partners.models import Partner
from seatbridge.reconcile.facts import Company, CompanyState, Count, FeedSizes
from seatbridge.usage.counting import PRESET, Counting
from seatbridge.usage.deciding import Around, List, Source, decide
from seatbridge.usage.rosters import Roster, roster_of
from seatbridge.usage.stored import (
    FEW,
    StoredCompany,
    StoredReading,
    as_list,
    lists_by_id,
    newest_feeds,
    sizes_of,
    stored_companies,
    stored_readings,
    stored_rosters,
)


@dataclass(frozen=True, slots=True)
class CountsRead:
    companies: dict[str, Company]
    counts: dict[tuple[str, str], Count]  # (company ref, product)
    feed: FeedSizes


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is stored, ready to be asked company by company."""

    readings: Mapping[tuple[int, str], StoredReading]
    lists: Mapping[int, List]
    newest: List | None
    now: datetime
    zone: ZoneInfo


def read_counts(
    partner: Partner,
    products: tuple[str, ...],
    now: datetime,
    refs: Collection[str] | None = None,
    *,
    counting: Counting = PRESET,
) -> CountsRead:
    """Companies of the partner, or those of `refs`, and a Count for each and each product. `now`: aware.

    `counting`: whose users count, company by company.
    """
    stored = stored_companies(partner, refs)
    groups = stored_rosters(partner, refs)
    readings = stored_readings(partner, refs)
    # Sizes are for judging a whole list: of few companies nobody asks for them.
    newest = newest_feeds(partner, FEW if refs is None else 1)
    sizes = sizes_of(partner, newest) if refs is None else FeedSizes()
    wanted = {feed for company in stored for feed in (company.roster_feed, company.counts_feed) if feed}
    lists = lists_by_id(wanted | {reading.feed for reading in readings.values()}, newest)
    known = _Known(readings, lists, as_list(newest[0]) if newest else None, now, ZoneInfo(partner.timezone))
    companies: dict[str, Company] = {}
    counts: dict[tuple[str, str], Count] = {}
    arounds: dict[tuple[int | None, int | None], Around] = {}
    for company in stored:
        roster = roster_of(company.level, groups.get(company.pk, ()), counting.billable(company.ref))
        companies[company.ref] = _company(company, roster)
        feeds = (company.roster_feed, company.counts_feed)
        around = arounds.get(feeds) or arounds.setdefault(feeds, _around(company, known))
        for product in products:
            counts[company.ref, product] = decide(
                product,
                _roster_source(company, roster, product, known),
                _reading(company, product, known),
                around,
            )
    return CountsRead(companies, counts, sizes)


def _company(company: StoredCompany, roster: Roster) -> Company:
    since = min(company.first_seen_on, roster.earliest or company.first_seen_on)
    return Company(
        ref=company.ref,
        name=company.name,
        state=CompanyState.LEFT if company.licenses == 0 else CompanyState(company.state),
        licenses=company.licenses,
        known_since=since,
        not_billable=_not_billable(company),
    )


def _not_billable(company: StoredCompany) -> str:
    if company.type == "msp":
        return "the MSP's own company"
    return "a trial" if company.level == "trial" else ""


def _around(company: StoredCompany, known: _Known) -> Around:
    roster = known.lists[company.roster_feed] if company.roster_feed else None
    counts = known.lists[company.counts_feed] if company.counts_feed else None
    of_roster = counts is None or (roster is not None and roster.as_of >= counts.as_of)
    return Around(known.now, known.zone, known.newest, roster if of_roster else counts, of_roster)


def _roster_source(company: StoredCompany, roster: Roster, product: str, known: _Known) -> Source | None:
    if company.roster_feed is None:
        return None
    origin = known.lists[company.roster_feed]
    lost = roster.without_product
    return Source(
        value=None if lost else roster.value(product),
        as_of=origin.as_of,
        origin=origin,
        detail=roster.detail(product),
        unknown=f"{lost:,} users name no product, and neither does their company's level." if lost else "",
        is_roster=True,
    )


def _reading(company: StoredCompany, product: str, known: _Known) -> Source | None:
    reading = known.readings.get((company.pk, product))
    if reading is None:
        return None
    return Source(reading.value, reading.as_of, known.lists[reading.feed], f"{reading.value:,} counted")
