"""The billing calendar that past invoices speak for: read, shown, and set only where a person accepts it.

Few calls: a page of 100 invoices and one of 100 lines each, and none per contract.
"""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendars import billing_calendar, plain_terms, set_calendar, set_terms
from seatbridge.integrations.changing import SettingRefused, tell
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import OpenBms, refresh_if_old
from seatbridge.mappings.contract_list import as_read
from seatbridge.mappings.models import CalendarProposal
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.periods import add_months
from seatbridge.reconcile.proposing import Proposed, propose

MONTHS, FEWEST_MONTHS = 12, 3
# Invoices that are read at most: with 10,000 contracts a year of them would be 120,000.
MOST_INVOICES = 30_000
MOVED = "The billing calendar was changed since these invoices were read. Read them again."
ACCEPTED = "This proposal was accepted already."


def read_proposal(
    integration: Integration, open_bms: OpenBms, *, today: date, now: datetime
) -> CalendarProposal:
    """Reads BMS and keeps what it says in the place of an older reading. Raises PsaError."""
    refresh_if_old(integration, open_bms, now)
    contracts = {
        row.contract_id: as_read(row)
        for row in SeenContract.objects.filter(integration=integration, gone=False)
    }
    since = add_months(today.replace(day=1), -months_for(len(contracts)))
    with open_bms(integration) as bms:
        heads = bms.invoices(since, today)
        lines = bms.invoice_lines(since, today)
    calendar = billing_calendar(integration)
    found = propose(contracts, heads, lines, calendar)
    row, _ = CalendarProposal.objects.update_or_create(
        integration=integration,
        defaults={
            "read_at": now.replace(microsecond=now.microsecond // 1000 * 1000),  # as JSON will say it
            "since": since,
            "invoices": len(heads),
            "basis": seal_of(calendar),
            "document": _document(found),
            "accepted_at": None,
        },
    )
    return row


def months_for(contracts: int) -> int:
    """A year, less where so many contracts would make too many invoices."""
    return max(FEWEST_MONTHS, min(MONTHS, MOST_INVOICES // max(contracts, 1)))


def seal_of(calendar: BillingCalendar) -> str:
    what = (*_fields(calendar).items(), *sorted(calendar.contracts.items()))
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _fields(calendar: BillingCalendar | Proposed) -> dict[str, object]:
    return {
        "default": calendar.default.value,
        "end_posts_on": calendar.end_posts_on,
        "start_posts_on": calendar.start_posts_on,
        "fiscal": calendar.fiscal,
    }


def _document(found: Proposed) -> dict[str, object]:
    return {
        "calendar": _fields(found),
        "evidence": found.evidence[0],
        "unclear": found.unclear,
        "contracts": [
            {"contract_id": number, **plain_terms(terms), "evidence": found.evidence[number]}
            for number, terms in sorted(found.contracts.items())
        ],
    }


def changes_calendar(integration: Integration, proposal: CalendarProposal) -> bool:
    return bool(proposal.document["calendar"] != _fields(billing_calendar(integration)))


def calendar_proposed(proposal: CalendarProposal, stands: BillingCalendar) -> BillingCalendar:
    """Without the contracts that do otherwise."""
    told = proposal.document["calendar"]
    return replace(stands, contracts={}, **told | {"default": IssueOn(told["default"])})


def terms_proposed(proposal: CalendarProposal) -> dict[int, ContractTerms]:
    return {
        each["contract_id"]: ContractTerms(
            IssueOn(each["issue_on"]) if each["issue_on"] else None, each["fiscal"], each["posts_on"]
        )
        for each in proposal.document["contracts"]
    }


def accept_proposal(
    integration: Integration,
    *,
    read_at: datetime,
    contracts: Collection[int] | None,
    actor: str,
    now: datetime,
) -> int:
    """The proposed calendar, and these contracts of it (None: all): how many contracts changed.

    Raises SettingRefused where it is not the one that was shown, was accepted, or the calendar has moved.
    """
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        proposal = CalendarProposal.objects.filter(integration=integration, read_at=read_at).first()
        if proposal is None:
            raise SettingRefused("The invoices were read again since. Look at what is proposed now.")
        if proposal.accepted_at is not None:
            raise SettingRefused(ACCEPTED)
        if proposal.basis != seal_of(billing_calendar(integration)):
            raise SettingRefused(MOVED)
        set_calendar(integration, actor=actor, **proposal.document["calendar"])
        terms = terms_proposed(proposal)
        chosen = terms if contracts is None else {each: terms[each] for each in contracts if each in terms}
        changed = set_terms(integration, chosen, actor=actor)
        proposal.accepted_at = now
        proposal.save(update_fields=["accepted_at"])
        facts = {"evidence": proposal.document["evidence"], "contracts": changed}
        tell(integration, "integration.calendar-accepted", actor, facts)
    return changed
