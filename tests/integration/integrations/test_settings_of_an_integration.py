from datetime import date, time

import pytest

from seatbridge.integrations.calendars import billing_calendar, note_posted, set_calendar, set_contract_terms
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.methods import (
    bms_company,
    choose_method,
    set_rewrites_clean,
    set_test_contract,
    verdict,
)
from seatbridge.integrations.models import BmsCompany, Integration
from seatbridge.integrations.switching import disable, enable
from seatbridge.ledger.exporting import export
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.facts import BmsReading, Method, Verdict


def _told(integration: Integration) -> list[tuple[object, object]]:
    return [(entry["event"], entry["data"]) for entry in export(integration.partner_id)][1:]


def test_the_preset_calendar_is_end_of_cycle_on_the_first(integration: Integration) -> None:
    assert billing_calendar(integration) == BillingCalendar()


def test_a_calendar_keeps_what_was_not_named(integration: Integration) -> None:
    set_calendar(integration, actor="Alice", default="start", start_posts_on=31)
    set_calendar(integration, actor="Alice", freeze_until=time(20, 30, 15))
    fresh = Integration.objects.get(pk=integration.pk)
    assert billing_calendar(fresh) == BillingCalendar(
        start_posts_on=31, default=IssueOn.START, freeze_until=time(20, 30)
    )


@pytest.mark.parametrize("wrong", [{"start_posts_on": 0}, {"end_posts_on": 32}, {"default": "middle"}])
def test_a_calendar_that_cannot_be_is_refused(integration: Integration, wrong: dict[str, object]) -> None:
    with pytest.raises(SettingRefused):
        set_calendar(integration, actor="Alice", **wrong)  # type: ignore[arg-type]
    assert _told(integration) == []


def test_a_change_is_told_with_old_and_new_and_no_change_is_not(integration: Integration) -> None:
    for _ in range(2):
        set_calendar(integration, actor="Alice", end_posts_on=3)
    assert _told(integration) == [
        ("integration.calendar-set", {"old": {"end_posts_on": 1}, "new": {"end_posts_on": 3}})
    ]


def test_a_contract_may_differ_and_return(integration: Integration) -> None:
    set_contract_terms(integration, 77, issue_on="start", fiscal=None, actor="Alice")
    assert billing_calendar(integration).issue_on(77) is IssueOn.START
    assert billing_calendar(integration).is_fiscal(77) is True
    set_contract_terms(integration, 77, issue_on=None, fiscal=None, actor="Alice")
    assert billing_calendar(integration).contracts == {}
    assert len(_told(integration)) == 2


def test_posting_done_is_noted_once_and_never_ahead(integration: Integration) -> None:
    for _ in range(2):
        note_posted(integration, date(2026, 11, 25), today=date(2026, 11, 25), actor="Alice")
    with pytest.raises(SettingRefused, match="not come yet"):
        note_posted(integration, date(2026, 11, 26), today=date(2026, 11, 25), actor="Alice")
    assert billing_calendar(integration).posted_on == {date(2026, 11, 25)}
    assert len(_told(integration)) == 1


def test_switching_on_lifts_a_stop_and_says_so(integration: Integration) -> None:
    Integration.objects.update(stopped_reason="verification failed on 3 contracts")
    assert any("3 contracts" in sentence for sentence in enable(integration, actor="Alice"))
    integration.refresh_from_db()
    assert (integration.enabled, integration.stopped_reason) == (True, "")
    disable(integration, actor="Alice")
    assert not Integration.objects.get().enabled
    assert [event for event, _ in _told(integration)] == ["integration.enabled", "integration.disabled"]


def test_a_bms_company_is_unknown_at_first(integration: Integration) -> None:
    assert verdict(integration) == Verdict()
    assert verdict(integration).needs_canary


@pytest.mark.parametrize("reading", [BmsReading.APPENDS, BmsReading.REJECTS])
def test_adjust_is_refused_where_bms_was_seen_not_to_adjust(
    integration: Integration, reading: BmsReading
) -> None:
    bms_company(integration)
    BmsCompany.objects.update(reading=reading)
    with pytest.raises(SettingRefused, match="Choose replace"):
        choose_method(integration, "adjust", actor="Alice")
    choose_method(integration, "replace", actor="Alice")
    assert verdict(integration).method is Method.REPLACE


def test_choosing_a_method_is_a_look_at_an_undecided_test_write(integration: Integration) -> None:
    bms_company(integration)
    BmsCompany.objects.update(
        reading="undecided", undecided_reason="no reading", rejected_code=5, rejected_line_id=9
    )
    (said,) = choose_method(integration, "auto", actor="Alice")
    assert "no reading" in said
    assert verdict(integration) == Verdict()
    assert BmsCompany.objects.get().rejected_code is None


def test_an_unknown_method_is_refused(integration: Integration) -> None:
    with pytest.raises(SettingRefused, match="price-carrying"):
        choose_method(integration, "guess", actor="Alice")


def test_the_test_contract_and_the_persons_answer_are_kept(integration: Integration) -> None:
    set_test_contract(integration, 4711, actor="Alice")
    set_rewrites_clean(integration, clean=True, actor="Alice")
    assert verdict(Integration.objects.get()) == Verdict(test_contract=4711, rewrites_are_clean=True)
