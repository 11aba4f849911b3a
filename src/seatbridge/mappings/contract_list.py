"""The contracts that can carry units, to look through: search, filter, and pages of 10,000 of them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.models import ContractTerms, Integration
from seatbridge.mappings.checking import BILLABLE_TYPE
from seatbridge.mappings.models import CompanyMapping
from seatbridge.psa.records import Contract
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.periods import Period
from seatbridge.reconcile.posting import earliest_unposted, posting_of


class Only(StrEnum):
    ALL = "all"
    MAPPED = "mapped"
    DIFFERING = "differing"


def recurring_contracts(
    integration: Integration, only: Only = Only.ALL, search: str = ""
) -> QuerySet[SeenContract]:
    """By account and name. `search`: in both names; digits alone also find the contract of that number."""
    rows = SeenContract.objects.filter(integration=integration, gone=False, type__iexact=BILLABLE_TYPE)
    same = {"integration": integration, "contract_id": OuterRef("contract_id")}
    if only is Only.MAPPED:
        rows = rows.filter(Exists(CompanyMapping.objects.filter(**same)))
    elif only is Only.DIFFERING:
        rows = rows.filter(Exists(ContractTerms.objects.filter(**same)))
    if search:
        named = Q(name__icontains=search) | Q(account_name__icontains=search)
        if search.isascii() and search.isdigit() and len(search) <= 18:
            named |= Q(contract_id=int(search))
        rows = rows.filter(named)
    return rows.order_by("account_name", "name", "contract_id")


class OpenPeriod(NamedTuple):
    """The period that a change counts from today, and the day on which it is posted."""

    period: Period
    posted_on: date


def open_period(row: SeenContract, calendar: BillingCalendar, now: datetime) -> OpenPeriod | None:
    """None: its cycle is not known, or all of it is posted. `now`: billing time in the partner's zone."""
    period = earliest_unposted(as_read(row), calendar, now)
    if period is None:
        return None
    posting = posting_of(calendar, row.contract_id, now)
    return OpenPeriod(period, max(posting.posts_on(period), posting.next))


def as_read(row: SeenContract) -> Contract:
    """Its total is not kept: for its days only."""
    return Contract(
        row.contract_id,
        row.name,
        row.account_name,
        row.type,
        row.status,
        row.billing_cycle,
        Decimal(0),
        row.start,
        row.end,
    )
