"""A company leaves: it is billed until the day that a person decides on, and to the cent no longer."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.switching import disable
from seatbridge.sync.models import Instruction, PutBack, SyncRun
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import AlreadyActive, NotNow, request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.stated.stop_billing import From, StopRefused, Wish, bill_again, leavers_of, stop_billing
from seatbridge.sync.stated.taking_back import TakenBack, runs_ahead, take_back
from seatbridge.sync.syncing import sync_requested
from tests.support.story import ALICE, ZONE, Settle, Story
from tests.support.story_world import Client

EVERGREEN, CONTOSO = Client("evergreen", {"standard": 5}), Client("contoso", {"standard": 200})
PAIR = ("evergreen", "")
CENTS = Decimal("25.00")


def leave(story: Story, *refs: str) -> None:
    stay = [ref for ref in story.places.refs if ref not in refs]
    rows = ["ref,name,licenses_assigned", *(f"{ref},{ref.title()},500" for ref in stay)]
    story.bring("companies", rows, complete=True)


def left(settle: Settle, cast: Any = (EVERGREEN, CONTOSO), **begin: Any) -> Story:
    story = settle(list(cast), **begin)
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
    leave(story, "evergreen")
    story.sync()
    return story


def wish(story: Story, start: From, on: date | None = None) -> Wish:
    now: datetime = story.time.now
    return Wish(start, on, ALICE, now.astimezone(UTC), now.astimezone(ZONE))


def stop(story: Story, start: From = From.NEXT_PERIOD, on: date | None = None) -> Instruction:
    (row,) = stop_billing(story.integration, [PAIR], wish(story, start, on))
    return row


def months(story: Story) -> list[tuple[date, Decimal]]:
    """The first day of each period that was invoiced, and its sum."""
    return [(on, total) for on, _, total, _ in story.invoiced("evergreen")]


def live_on(story: Story, until: date) -> None:
    """A sync on every third day, and the counts of those who are still there."""
    on = story.time.now.astimezone(ZONE).date()
    while on < until:
        on = date.fromordinal(min(on.toordinal() + 3, until.toordinal()))
        story.day(on)
        leave(story, "evergreen")
        story.bring_counts({"contoso": {"standard": 200}})
        story.sync(approve=True)  # else replace waits for the last sync before posting


def test_the_list_shows_money_and_the_days_to_choose_from(settle: Settle) -> None:
    story = left(settle)
    (leaver,) = leavers_of(story.integration, story.time.now.astimezone(ZONE))
    assert (leaver.name, leaver.units, leaver.money) == ("Evergreen", 5, "-25.00")
    assert leaver.terms is not None
    assert leaver.terms.next_period == date(2026, 12, 1)
    assert leaver.terms.posting.next == date(2026, 12, 1)


@pytest.mark.parametrize("method", ["auto", "replace"])
def test_from_the_next_period_it_is_invoiced_until_then_and_no_more(settle: Settle, method: str) -> None:
    replaces = {"behaviour": "appends", "reading": "appends"} if method == "replace" else {}
    story = left(settle, method=method, **replaces)
    assert stop(story).from_date == date(2026, 12, 1)
    live_on(story, date(2027, 2, 3))
    assert story.units("evergreen") == 0
    paid = [month for month in months(story) if month[1]]
    assert paid[-1] == (date(2026, 11, 1), CENTS)
    assert Instruction.objects.get().state == "done"


def test_where_december_is_posted_in_november_the_stop_is_written_ahead(settle: Settle) -> None:
    start = Client("evergreen", {"standard": 5}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    stop(story)
    ran = story.sync()
    assert ran.status("evergreen") == "scheduled"
    assert story.units("evergreen") == 5
    live_on(story, date(2026, 12, 5))
    assert story.units("evergreen") == 0
    assert (date(2026, 12, 1), CENTS) not in months(story)


def test_a_stop_that_is_taken_back_after_it_was_written_ahead_is_asked_about_and_can_be_put_back(
    settle: Settle,
) -> None:
    """Else it would read as planned, with nothing to do, and December would go unbilled by nobody's word."""
    start = Client("evergreen", {"standard": 5}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    story.rewrites_are_clean()
    stop(story)
    written = story.sync()
    assert written.status("evergreen") == "scheduled"
    bill_again(story.integration, [PAIR], actor=ALICE, now=story.time.now)
    asked = story.sync()
    assert (asked.status("evergreen"), asked.writes) == ("left-password-boss", [])
    assert "0 units from 1 Dec 2026 are written already" in asked.line("evergreen")["cause"]
    back = asked_to_put_back(written.run, None, actor=ALICE, dry_run=False)
    assert not isinstance(back, NotNow), back.sentence
    story.sync_asked(back)
    live_on(story, date(2026, 12, 5))
    assert (date(2026, 12, 1), CENTS) in months(story)


def test_a_decision_that_is_taken_back_takes_its_write_ahead_with_it(settle: Settle) -> None:
    """As who clicks it expects: billed on, and asked about again as long as the company is gone."""
    start = Client("evergreen", {"standard": 14}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    story.rewrites_are_clean()
    stop(story)
    assert story.sync().status("evergreen") == "scheduled"
    run = taken_back(story)
    assert isinstance(run, SyncRun)
    sync_requested(run.pk, story.around())
    assert story.memory("evergreen").pending_units == 14
    asked = story.sync()
    assert (asked.status("evergreen"), asked.writes) == ("left-password-boss", [])
    assert "14 units stay on the contract" in asked.line("evergreen")["cause"]
    live_on(story, date(2026, 12, 5))
    assert {units for _, units, *_ in story.invoiced("evergreen")} == {14}


def test_who_was_billed_on_is_stopped_by_a_later_word(settle: Settle) -> None:
    """Else what was put back would stay until after the invoice run, against what was decided last."""
    start = Client("evergreen", {"standard": 5}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    story.rewrites_are_clean()
    stop(story)
    story.sync()
    run = taken_back(story)
    assert isinstance(run, SyncRun)
    sync_requested(run.pk, story.around())
    stop(story)
    assert story.sync().status("evergreen") == "scheduled"
    assert story.memory("evergreen").pending_units == 0
    live_on(story, date(2026, 12, 5))
    assert story.units("evergreen") == 0


def test_who_was_billed_on_and_is_back_is_billed_by_the_count(settle: Settle) -> None:
    """Else what was put back would stay until after the invoice run, whoever was counted since."""
    start = Client("evergreen", {"standard": 14}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    story.rewrites_are_clean()
    stop(story)
    story.sync()
    leave(story)
    story.count("evergreen", standard=16)
    run = taken_back(story)
    assert isinstance(run, SyncRun)
    sync_requested(run.pk, story.around())
    assert story.memory("evergreen").pending_units == 14
    assert story.sync().line("evergreen")["units_after"] == 16
    assert story.memory("evergreen").pending_units == 16
    assert not PutBack.objects.filter(ended_at=None).exists()


def test_a_stop_that_is_said_again_is_newer_than_the_put_back_of_its_write(settle: Settle) -> None:
    start = Client("evergreen", {"standard": 14}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    story.rewrites_are_clean()
    stop(story)
    back = asked_to_put_back(story.sync().run, None, actor=ALICE, dry_run=False)
    assert not isinstance(back, NotNow), back.sentence
    story.sync_asked(back)
    assert story.memory("evergreen").pending_units == 14
    stop(story)
    assert story.sync().status("evergreen") == "scheduled"
    assert story.memory("evergreen").pending_units == 0


def test_on_a_shared_line_too_nobody_goes_unbilled_by_a_decision_that_was_taken_back(settle: Settle) -> None:
    cast = (
        Client("evergreen", {"standard": 200}, users={"standard": 14}, contract={"issue_on": "start"}),
        Client("zeta", {}, users={"standard": 186}, shares_with="evergreen"),
        CONTOSO,
    )
    story = left(settle, cast)
    stop(story)
    assert story.sync().status("evergreen") == "scheduled"
    assert story.memory("evergreen").pending_units == 186
    assert taken_back(story) is None, "zeta's units are not put back with it"
    asked = story.sync()
    assert asked.status("evergreen") == "left-password-boss"
    assert "186 units from 1 Dec 2026 are written already, without it" in asked.line("evergreen")["cause"]


def test_while_a_sync_is_under_way_the_decision_stays(settle: Settle) -> None:
    start = Client("evergreen", {"standard": 5}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    stop(story)
    story.sync()
    request_run(story.integration, Asked(actor=ALICE), story.time.now)
    assert isinstance(taken_back(story), AlreadyActive)
    assert Instruction.objects.get().state != Instruction.State.WITHDRAWN


def test_where_its_write_cannot_be_put_back_now_the_decision_stays(settle: Settle) -> None:
    start = Client("evergreen", {"standard": 5}, contract={"issue_on": "start"})
    story = left(settle, (start, CONTOSO))
    stop(story)
    story.sync()
    disable(story.integration, actor=ALICE)
    refused = taken_back(story)
    assert isinstance(refused, NotNow)
    assert "is off" in refused.sentence
    assert Instruction.objects.get().state != Instruction.State.WITHDRAWN


def test_a_stop_whose_day_has_come_is_not_put_back_with_its_decision(settle: Settle) -> None:
    story = left(settle)
    stop(story)
    live_on(story, date(2026, 12, 5))
    leavers = leavers_of(story.integration, story.time.now)
    assert [each.stop is not None for each in leavers] == [True]
    assert runs_ahead(story.integration, leavers, date(2026, 12, 5)) == {}


def taken_back(story: Story) -> SyncRun | NotNow | AlreadyActive | None:
    """The run that puts back what was written."""
    now = story.time.now
    done = take_back(story.integration, [PAIR], actor=ALICE, now=now, billing_now=now.astimezone(ZONE))
    return done.run if isinstance(done, TakenBack) else done


def test_with_the_contract_nothing_is_ever_written(settle: Settle) -> None:
    ends = Client("evergreen", {"standard": 5}, contract={"end": "2026-12-31"})
    story = left(settle, (ends, CONTOSO))
    stop(story, From.CONTRACT_END)
    written = len(story.bms.writes)
    live_on(story, date(2027, 2, 3))
    assert len(story.bms.writes) == written
    assert months(story)[-1] == (date(2026, 12, 1), CENTS)


def test_a_day_within_the_period_is_prorated_by_bms_as_was_shown(settle: Settle) -> None:
    story = left(settle)
    stop(story, From.DATE, date(2026, 11, 16))
    ran = story.sync()
    assert ran.status("evergreen") == "synced"
    assert ran.line("evergreen")["proration"] == "-12.50"
    story.day(date(2026, 12, 2))
    assert sum(total for _, total in months(story)) % CENTS == Decimal("12.50")


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (
            date(2026, 10, 15),
            "the period from 1 Oct 2026 is posted; the next one that can be changed begins 1 Dec",
        ),
        (date(2028, 1, 1), "its contract begins on 1 Jan 2026 and ends on 31 Dec 2027"),
        (None, "Say from which day on"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(settle: Settle, on: date | None, why: str) -> None:
    story = left(settle)
    with pytest.raises(StopRefused, match=why):
        stop(story, From.DATE, on)
    assert not Instruction.objects.exists()


def test_replace_is_told_to_end_whole_periods(settle: Settle) -> None:
    story = left(settle, method="replace", behaviour="appends", reading="appends")
    with pytest.raises(StopRefused, match="replace ends whole periods only: 1 Nov 2026 or 1 Dec 2026"):
        stop(story, From.DATE, date(2026, 11, 16))


def test_several_at_once_are_all_decided_or_none(settle: Settle) -> None:
    fabrikam = Client("fabrikam", {"standard": 3})
    story = left(settle, (EVERGREEN, fabrikam, CONTOSO))
    pairs = [PAIR, ("fabrikam", "")]
    with pytest.raises(StopRefused, match="fabrikam: nothing of it left Password Boss"):
        stop_billing(story.integration, pairs, wish(story, From.NEXT_PERIOD))
    assert not Instruction.objects.exists()
    leave(story, "evergreen", "fabrikam")
    story.sync()
    assert len(stop_billing(story.integration, pairs, wish(story, From.NEXT_PERIOD))) == 2
    assert len(stop_billing(story.integration, pairs, wish(story, From.NEXT_PERIOD))) == 2, (
        "said twice is said once"
    )
    assert Instruction.objects.count() == 2


def test_who_comes_back_is_asked_about_and_billed_again_by_a_word(settle: Settle) -> None:
    story = left(settle)
    stop(story)
    live_on(story, date(2026, 12, 5))
    assert story.units("evergreen") == 0
    story.bring("companies", ["ref,name,licenses_assigned", "evergreen,Evergreen,20", "contoso,Contoso,500"],
                complete=True)  # fmt: skip
    story.count("evergreen", standard=4)
    ran = story.sync(approve=True)
    assert ran.status("evergreen") == "left-password-boss"
    assert "Evergreen is back in Password Boss with 4 users" in ran.line("evergreen")["cause"]
    assert ran.writes == []
    assert bill_again(story.integration, [PAIR], actor=ALICE, now=story.time.now) == [PAIR]
    live = story.sync(approve=True)
    # December was written already: with one write a period it counts from January.
    assert live.line("evergreen")["units_after"] == 4
    assert live.status("evergreen") in ("planned", "synced")
