"""The billing calendar as the partner states it: BMS lets no one read it (product.md section 3)."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from seatbridge.integrations.changing import SettingRefused, change, tell
from seatbridge.integrations.models import ContractTerms, Integration, PostingDone, Schedule
from seatbridge.reconcile import calendar as billing
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn


def billing_calendar(integration: Integration) -> BillingCalendar:
    """Two queries. The integration's own fields are taken as loaded."""
    terms = ContractTerms.objects.filter(integration=integration).values_list(
        "contract_id", "issue_on", "fiscal"
    )
    return BillingCalendar(
        start_posts_on=integration.start_posts_on,
        end_posts_on=integration.end_posts_on,
        default=IssueOn(integration.calendar_default),
        fiscal=integration.fiscal,
        contracts={
            contract_id: billing.ContractTerms(IssueOn(issue_on) if issue_on else None, fiscal)
            for contract_id, issue_on, fiscal in terms
        },
        freeze_until=integration.freeze_until,
        posted_on=frozenset(PostingDone.objects.filter(integration=integration).values_list("on", flat=True)),
    )


def set_calendar(
    integration: Integration,
    *,
    actor: str,
    start_posts_on: int | None = None,
    end_posts_on: int | None = None,
    default: str | None = None,
    fiscal: bool | None = None,
    freeze_until: time | None = None,
) -> None:
    """None leaves a value as it is. Days are 1 to 31; a month without the day posts on its last one."""
    asked: Mapping[str, object] = {
        "start_posts_on": _day(start_posts_on),
        "end_posts_on": _day(end_posts_on),
        "calendar_default": _issue_on(default),
        "fiscal": fiscal,
        "freeze_until": _minute(freeze_until),
    }
    new = {field: value for field, value in asked.items() if value is not None}
    if new and change(integration, "integration.calendar-set", actor, new):
        _plan_anew(integration)


def set_contract_terms(
    integration: Integration, contract_id: int, *, issue_on: str | None, fiscal: bool | None, actor: str
) -> None:
    """Both None: the contract follows the integration's calendar again."""
    new = {"issue_on": _issue_on(issue_on), "fiscal": fiscal}
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        rows = ContractTerms.objects.filter(integration=integration, contract_id=contract_id)
        old = rows.values("issue_on", "fiscal").first() or {"issue_on": None, "fiscal": None}
        if old == new:
            return
        if any(value is not None for value in new.values()):
            ContractTerms.objects.update_or_create(
                integration=integration, contract_id=contract_id, defaults=new
            )
        else:
            rows.delete()
        facts = {"contract": contract_id, "old": old, "new": new}
        tell(integration, "integration.contract-terms-set", actor, facts)
        _plan_anew(integration)


def note_posted(integration: Integration, on: date, *, today: date, actor: str) -> None:
    """Posting was done on that day: the freeze ends, and its periods count as posted.

    `today` is the billing day in the partner's zone: a day ahead would unfreeze what is not posted yet.
    """
    if on > today:
        raise SettingRefused(f"{on:%d %b %Y} has not come yet: posting is noted once it is done.", "on")
    with transaction.atomic():
        _, new = PostingDone.objects.get_or_create(integration=integration, on=on)
        if new:
            tell(integration, "integration.posted", actor, {"on": on})
        if new and on == today:
            # What the freeze held back is written now.
            begin = datetime.combine(on, time(0), tzinfo=ZoneInfo(integration.partner.timezone))
            Schedule.objects.filter(integration=integration).update(next_run_at=begin)


def _plan_anew(integration: Integration) -> None:
    """The last sync before posting has moved with the posting day."""
    Schedule.objects.filter(integration=integration).update(next_run_at=None)


def _day(day: int | None) -> int | None:
    if day is not None and not 1 <= day <= 31:
        raise SettingRefused(f"{day} is not a day of a month: write 1 to 31.")
    return day


def _issue_on(text: str | None) -> str | None:
    if text is not None and text not in list(IssueOn):
        raise SettingRefused(f"{text} is neither start nor end.")
    return None if text is None else str(IssueOn(text))


def _minute(at: time | None) -> time | None:
    return None if at is None else at.replace(second=0, microsecond=0, tzinfo=None)
