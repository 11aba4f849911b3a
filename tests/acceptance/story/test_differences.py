"""Hand edits between runs: named where they can be known; theirs are kept, or ours put back."""

from datetime import date

import pytest

from seatbridge.sync.models import Difference
from seatbridge.sync.stated.accepting import AcceptRefused, accept_bms, keep_no_more
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import AGENTS, LINES, STANDARD, Client

HOLLIS, CONTOSO = Client("hollis", {"standard": 17}), Client("contoso", {"standard": 200})


@pytest.fixture
def story(settle: Settle) -> Story:
    return written(settle)


def written(settle: Settle, hollis: Client = HOLLIS, **begin: object) -> Story:
    """17 units that we wrote ourselves."""
    cast = Client("hollis", {"standard": 16}, agents=hollis.agents)
    story = settle([cast, CONTOSO], **begin)
    story.count("hollis", standard=17)
    assert story.sync().status("hollis") == "synced"
    story.day(date(2026, 12, 3))
    story.bring_counts(story.counts)
    story.sync()
    assert not Difference.objects.exists()
    return story


def edit(story: Story, units: int) -> None:
    story.bms.edit_line(story.places.line("hollis"), units=units)
    story.sync()


def difference() -> Difference:
    return Difference.objects.get()


def key(story: Story) -> tuple[int, int]:
    return story.places.contract("hollis"), STANDARD


def accept(story: Story) -> int:
    return accept_bms(story.integration, key(story), actor=ALICE, today=date(2026, 12, 3), now=story.time.now)


def test_on_a_contract_with_our_line_alone_the_edit_is_named(story: Story) -> None:
    edit(story, 20)
    row = difference()
    assert (row.kind, row.counted, row.written, row.in_bms) == ("edited", 17, 17, 20)
    assert (f"{row.moved:.2f}", f"{row.money:.2f}") == ("15.00", "-15.00")
    since = row.since
    story.sync()
    assert difference().since == since, "it lasts since it was first found"


def test_a_line_that_lost_its_price_is_named_though_its_units_are_right(story: Story) -> None:
    """Nothing is to be written, and 17 users would be invoiced at nothing for ever."""
    line = story.places.line("hollis")
    story.bms.edit_line(line, unit_price="0")
    assert story.sync().writes == []
    row = difference()
    assert (row.kind, row.counted, row.written) == ("no-price", 17, 17)
    assert row.sentence.startswith(
        f"Line {line} has no price in BMS: its units are invoiced at $0.00. Set its"
    )
    assert story.sync().status("hollis") == "no-change"
    story.bms.edit_line(line, unit_price="5")
    story.sync()
    assert not Difference.objects.exists()


def test_a_line_that_never_had_a_price_is_named_too(settle: Settle) -> None:
    story = settle([HOLLIS, CONTOSO])
    story.bms.edit_line(story.places.line("hollis"), unit_price="0")
    story.sync()
    assert difference().kind == "no-price"


def test_an_unmapped_line_of_just_that_price_is_never_taken_for_an_edit(story: Story) -> None:
    contract = story.places.contract("hollis")
    story.bms.add_line(contract_id=contract, service_id=AGENTS, units=1, unit_price="15.00")
    ran = story.sync()
    row = difference()
    assert (row.kind, row.in_bms) == ("cannot-tell", None)
    assert row.sentence == "Contract total changed by +$15.00, cannot tell which line."
    assert ran.writes == []
    # What tells is read for that one night's doubt, service by service, not company by company.
    assert ran.calls[LINES] == 3


def test_where_other_lines_stand_nobody_can_tell(settle: Settle) -> None:
    story = written(settle, Client("hollis", {"standard": 17}, agents=4))
    edit(story, 20)
    assert difference().kind == "cannot-tell"
    with pytest.raises(AcceptRefused, match="not known"):
        accept(story)


def test_units_that_bms_shows_are_believed_on_any_contract(settle: Settle) -> None:
    story = written(settle, Client("hollis", {"standard": 17}, agents=4), exposes_units=True)
    edit(story, 20)
    assert (difference().kind, difference().in_bms) == ("edited", 20)


def test_a_price_that_was_raised_is_no_edit_of_units(story: Story) -> None:
    story.bms.edit_line(story.places.line("hollis"), unit_price="6.00")
    story.sync()
    assert not Difference.objects.exists()


def test_a_line_that_was_removed_is_said_to_be_gone(story: Story) -> None:
    story.bms.delete_line(story.places.line("hollis"))
    story.sync()
    assert difference().kind == "lines"
    assert "no longer in BMS" in difference().sentence


def test_theirs_is_kept_until_the_count_moves(story: Story) -> None:
    edit(story, 20)
    assert accept(story) == 20
    with pytest.raises(AcceptRefused, match="nothing was done"):
        accept(story)
    ran = story.sync()
    assert (ran.status("hollis"), ran.writes) == ("no-change", [])
    assert difference().kind == "kept"
    story.count("hollis", standard=18)
    ran = story.sync()
    assert ran.line("hollis")["units_before"] == 20
    assert ran.line("hollis")["units_after"] == 18
    assert ran.status("hollis") == "synced"
    story.sync()
    assert not Difference.objects.exists()


def test_what_is_kept_is_written_again_by_a_word(story: Story) -> None:
    edit(story, 20)
    accept(story)
    story.sync()
    assert keep_no_more(story.integration, key(story), actor=ALICE, now=story.time.now)
    assert story.sync().status("hollis") == "synced"
    assert story.units("hollis") == 17


def test_ours_is_put_back_by_name(story: Story) -> None:
    edit(story, 20)
    ran = story.sync(approve_lines=[("hollis", "standard")])
    assert ran.status("hollis") == "synced"
    assert story.units("hollis") == 17
    story.sync()
    assert not Difference.objects.exists()
