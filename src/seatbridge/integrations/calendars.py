"""The billing calendar as the partner states it: BMS lets no one read it (product.md section 3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import BigIntegerField, BooleanField, CharField, DateField, F, SmallIntegerField, Value

from seatbridge.integrations.changing import SettingRefused, change, tell
from seatbridge.integrations.models import ContractTerms, Integration, PostingDone, Schedule
from seatbridge.reconcile import calendar as billing
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn

AS_ALL_OTHERS = billing.ContractTerms()


def billing_calendar(integration: Integration) -> BillingCalendar:
    """One query. The integration's own fields are taken as loaded."""
    return billing_calendars([integration])[integration.pk]


def billing_calendars(integrations: Sequence[Integration]) -> dict[int, BillingCalendar]:
    """By integration; one query, however many."""
    terms: dict[int, dict[int, billing.ContractTerms]] = {each.pk: {} for each in integrations}
    done: dict[int, set[date]] = {each.pk: set() for each in integrations}
    said: dict[tuple[Any, ...], billing.ContractTerms] = {}  # a handful, however many contracts say them
    for number, contract_id, issue_on, fiscal, posts_on, posted in _stated(terms):
        if posted is not None:
            done[number].add(posted)
        else:
            same = issue_on, fiscal, posts_on
            if same not in said:
                said[same] = billing.ContractTerms(IssueOn(issue_on) if issue_on else None, fiscal, posts_on)
            terms[number][contract_id] = said[same]
    return {
        each.pk: BillingCalendar(
            start_posts_on=each.start_posts_on,
            end_posts_on=each.end_posts_on,
            default=IssueOn(each.calendar_default),
            fiscal=each.fiscal,
            contracts=terms[each.pk],
            freeze_until=each.freeze_until,
            posted_on=frozenset(done[each.pk]),
        )
        for each in integrations
    }


def _stated(integrations: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """Contracts that do otherwise than the others, and days on which posting was said to be done."""
    nothing: dict[str, Any] = {
        "contract_id": Value(None, BigIntegerField()),
        "issue_on": Value(None, CharField()),
        "fiscal": Value(None, BooleanField()),
        "posts_on": Value(None, SmallIntegerField()),
    }
    contracts = ContractTerms.objects.filter(integration__in=integrations).annotate(
        posted=Value(None, DateField())
    )
    days = PostingDone.objects.filter(integration__in=integrations).annotate(posted=F("on"), **nothing)
    columns = ("integration_id", *nothing, "posted")
    return contracts.values_list(*columns).union(days.values_list(*columns), all=True)


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
    integration: Integration,
    contract_id: int,
    *,
    issue_on: str | None,
    fiscal: bool | None,
    posts_on: int | None = None,
    actor: str,
) -> None:
    """All None: the contract follows the integration's calendar again."""
    stated = _issue_on(issue_on)
    wanted = billing.ContractTerms(None if stated is None else IssueOn(stated), fiscal, _day(posts_on))
    set_terms(integration, {contract_id: wanted}, actor=actor)


def set_terms(integration: Integration, wanted: Mapping[int, billing.ContractTerms], *, actor: str) -> int:
    """Several at once, by contract id: all of them or none. How many did otherwise before."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        stands = billing_calendar(integration).contracts
        changed = {
            number: terms
            for number, terms in sorted(wanted.items())
            if terms != stands.get(number, AS_ALL_OTHERS)
        }
        ContractTerms.objects.filter(integration=integration, contract_id__in=changed).delete()
        ContractTerms.objects.bulk_create(
            ContractTerms(integration=integration, contract_id=number, **plain_terms(terms))
            for number, terms in changed.items()
            if terms != AS_ALL_OTHERS
        )
        for number, terms in changed.items():
            old = plain_terms(stands.get(number, AS_ALL_OTHERS))
            facts = {"contract": number, "old": old, "new": plain_terms(terms)}
            tell(integration, "integration.contract-terms-set", actor, facts)
        if changed:
            _plan_anew(integration)
    return len(changed)


def plain_terms(terms: billing.ContractTerms) -> dict[str, Any]:
    issue_on = None if terms.issue_on is None else terms.issue_on.value
    return {"issue_on": issue_on, "fiscal": terms.fiscal, "posts_on": terms.posts_on}


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
