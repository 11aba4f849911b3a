"""The staged rows of one list become a partner's rows, and the list is on record: file and push alike."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from seatbridge.partners.models import Partner
from seatbridge.usage.feeds import add_feed
from seatbridge.usage.merging_companies import merge_companies
from seatbridge.usage.merging_counts import merge_counts
from seatbridge.usage.merging_users import merge_users
from seatbridge.usage.models import Feed
from seatbridge.usage.previewing import CountPreview
from seatbridge.usage.reports import ImportReport, Merged


@dataclass(frozen=True, slots=True)
class Coming:
    """A list as it comes. `way`: file or push. `now`: aware, UTC; `present`: the fields that it speaks of."""

    partner: Partner
    kind: str
    way: str
    complete: bool
    now: datetime
    present: Collection[str]
    sha256: str
    rows: int


def take_staged(
    coming: Coming,
    *,
    dry_run: bool,
    warnings: tuple[str, ...] = (),
    preview: CountPreview | None = None,
) -> ImportReport:
    """One transaction, rolled back at its end in a dry run. `preview`: of counts only."""
    with transaction.atomic():
        # Two lists for one partner take turns, also where the database lets them meet.
        Partner.objects.select_for_update().get(pk=coming.partner.pk)
        feed = add_feed(
            coming.partner,
            coming.kind,
            way=coming.way,
            complete=coming.complete,
            now=coming.now,
            sha256=coming.sha256,
            rows=coming.rows,
        )
        if preview is not None:
            preview.before()
        merged = _merge(feed, coming)
        if preview is not None:
            preview.after()
        transaction.set_rollback(dry_run)
    return ImportReport(
        kind=coming.kind,
        rows=coming.rows,
        created=merged.created,
        changed=merged.changed,
        unchanged=coming.rows - merged.created - merged.changed,
        left=merged.left,
        companies=feed.companies,
        warnings=(*warnings, *merged.warnings),
        dry_run=dry_run,
    )


def _merge(feed: Feed, coming: Coming) -> Merged:
    match feed.kind:
        case "companies":
            local = coming.now.astimezone(ZoneInfo(coming.partner.timezone))
            return merge_companies(feed, coming.present, local.date())
        case "users":
            return merge_users(feed, coming.present)
        case _:
            return merge_counts(feed)
