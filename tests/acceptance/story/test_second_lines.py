"""BMS suddenly adds a second line in place of changing the first, and does not end that: a person does."""

from decimal import Decimal

import pytest

from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import NotOffered, OwedChoice, answer_owed, choices_of
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import BULK_UPDATE, Client

NORTHWIND = Client("northwind", {"standard": 20}, agents=8)
CONTOSO = Client("contoso", {"standard": 200})
LINE = 11


@pytest.fixture
def story(settle: Settle) -> Story:
    """20 and 22 are both billed, and BMS passed the first line over when it was to be priced to 0."""
    story = settle([NORTHWIND, CONTOSO], behaviour="appends")
    story.count("northwind", standard=22)
    story.bms.arm(BULK_UPDATE, "job-passes-over")
    asks = story.sync()
    assert "price it to 0 by hand, then finish it here" in asks.line("northwind")["cause"]
    assert billed(story) == {20, 22}
    return story


def billed(story: Story) -> set[int]:
    lines = story.bill("northwind")["lines"]
    return {row["units_now"] for row in lines if row["service_id"] == 501 and Decimal(row["unit_price_now"])}


def waiting() -> Owed:
    return Owed.objects.exclude(waits_for_person="").exclude(phase=Owed.Phase.SETTLED).get()


def finish(story: Story) -> None:
    owed, now = waiting(), story.time.now
    answer_owed(owed, OwedChoice.FINISH, from_date=owed.effective_date, actor=ALICE, now=now, must_wait=True)


def leave(story: Story) -> None:
    owed, now = waiting(), story.time.now
    answer_owed(owed, OwedChoice.LEAVE, from_date=owed.effective_date, actor=ALICE, now=now, must_wait=True)


def test_who_priced_it_to_0_in_bms_finishes_it_and_nothing_more_is_sent(story: Story) -> None:
    story.bms.edit_line(LINE, unit_price="0")
    finish(story)
    ran = story.sync()
    assert (ran.writes, billed(story)) == ([], {22})
    assert not Owed.objects.exclude(phase=Owed.Phase.SETTLED).exists()
    assert story.sync().status("northwind") == "no-change"


def test_finishing_it_prices_it_to_0_once_more_and_writes_no_units(story: Story) -> None:
    finish(story)
    ran = story.sync()
    assert len(ran.writes) == 1
    assert billed(story) == {22}
    assert story.sync().writes == []


def new_line(story: Story) -> int:
    (new,) = {row["line_id"] for row in story.bill("northwind")["lines"] if row["service_id"] == 501} - {LINE}
    return int(new)


def test_who_priced_the_new_line_to_0_instead_does_not_lose_both(story: Story) -> None:
    story.bms.edit_line(new_line(story), unit_price="0")
    finish(story)
    ran = story.sync()
    assert (ran.writes, billed(story)) == ([], {20})
    assert "no other line of this service carries a price" in ran.line("northwind")["cause"]


def test_who_priced_both_to_0_is_asked_again_and_told_why(story: Story) -> None:
    for line in (LINE, new_line(story)):
        story.bms.edit_line(line, unit_price="0")
    finish(story)
    ran = story.sync()
    assert (ran.writes, ran.status("northwind")) == ([], "outcome-unknown")
    assert "no other line of this service carries a price" in ran.line("northwind")["cause"]
    assert waiting().line_id == LINE


def test_who_left_both_at_0_is_told_that_neither_is_meant(story: Story) -> None:
    for line in (LINE, new_line(story)):
        story.bms.edit_line(line, unit_price="0")
    leave(story)
    assert story.sync(approve=True).status("northwind") == "blocked:duplicate-lines"


def test_who_kept_the_former_line_gets_the_new_count_on_it(story: Story) -> None:
    """The units that we wrote stand on the line that is at 0 now, and not on the one that is billed."""
    story.bms.edit_line(new_line(story), unit_price="0")
    leave(story)
    ran = story.sync()
    assert ran.status("northwind") not in {"no-change", "synced"}, ran.line("northwind")


def test_units_changed_by_hand_before_it_was_finished_are_not_taken_for_ours(story: Story) -> None:
    story.bms.edit_line(new_line(story), units=26)
    finish(story)
    story.sync()
    assert billed(story) == {26}
    ran = story.sync()
    assert "the contract's total after it is not known" in ran.line("northwind")["evidence"]


def test_units_that_nobody_changed_meanwhile_stay_known(story: Story) -> None:
    finish(story)
    story.sync()
    assert story.sync().line("northwind")["evidence"] == "we wrote 22 from 1 Nov 2026"


def test_units_changed_while_an_ended_line_was_priced_again_are_not_taken_for_ours(story: Story) -> None:
    finish(story)
    story.sync()
    story.bms.edit_line(LINE, unit_price="5.10")
    story.bms.edit_line(new_line(story), units=26)
    assert len(story.sync().writes) == 1
    assert billed(story) == {26}
    assert "cannot tell which line" in story.sync().line("northwind")["evidence"]


def test_an_ended_line_is_the_last_one_with_a_price_and_a_person_is_asked(story: Story) -> None:
    """Priced to 0 again, it would leave the client billed for nothing."""
    finish(story)
    story.sync()
    story.bms.edit_line(LINE, unit_price="5.10")
    story.bms.edit_line(new_line(story), unit_price="0")
    ran = story.sync()
    assert (ran.writes, billed(story)) == ([], {20})
    assert "no other line of this service carries a price" in waiting().waits_for_person


def test_no_price_is_put_back_on_a_second_line(story: Story) -> None:
    owed = waiting()
    assert choices_of(owed) == (OwedChoice.FINISH, OwedChoice.LEAVE)
    with pytest.raises(NotOffered):
        answer_owed(owed, OwedChoice.RESTORE, from_date=owed.effective_date, actor=ALICE, now=story.time.now)
    assert waiting().phase == Owed.Phase.ZEROING


def test_a_line_whose_price_is_being_put_back_takes_no_units(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO], reading="appends", behaviour="rejects", method="replace")
    story.count("northwind", standard=22)
    story.bms.arm(BULK_UPDATE, "500", occurrence=2, times=50)
    story.sync(approve=True)
    owed = Owed.objects.exclude(phase=Owed.Phase.SETTLED).get()
    assert owed.phase == Owed.Phase.RESTORING
    assert choices_of(owed) == (OwedChoice.RESTORE, OwedChoice.LEAVE)


def test_a_second_line_dated_ahead_that_bms_does_not_show_yet_is_not_taken_for_scheduled(
    settle: Settle,
) -> None:
    """BMS answered with the number of another line: what it shows at once is not all."""
    northwind = Client("northwind", {"standard": 20}, contract={"issue_on": "start"})
    cast = [northwind, CONTOSO]
    story = settle(cast, ahead_seen="kept", behaviour="appends", settles_after_seconds=30)
    story.count("northwind", standard=22)
    assert story.sync().status("northwind") == "outcome-unknown"
    assert f"end line {LINE} that day by hand" in waiting().waits_for_person
