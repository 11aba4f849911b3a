"""Units edited in BMS by hand: claimed only where they can be known, and never overwritten in silence."""

import pytest

from tests.support.story import Settle, Story
from tests.support.story_world import Client

CONTOSO = Client("contoso", {"standard": 200})
AGENTS_LINE = 15


def alone(settle: Settle) -> Story:
    """Northwind's line is all that its contract bills."""
    story = settle([Client("northwind", {"standard": 20}), CONTOSO])
    story.rewrites_are_clean()
    return story


def beside_others(settle: Settle) -> Story:
    story = settle([Client("northwind", {"standard": 20}, agents=8), CONTOSO])
    story.rewrites_are_clean()
    return story


def with_units_in_sight(settle: Settle) -> Story:
    story = settle([Client("northwind", {"standard": 20}, agents=8), CONTOSO], exposes_units=True)
    story.rewrites_are_clean()
    return story


@pytest.mark.parametrize("begin_with", [alone, with_units_in_sight])
class TestWhereItCanBeKnown:
    def test_it_is_held_and_nothing_is_written(self, settle: Settle, begin_with: type) -> None:
        story = begin_with(settle)
        story.bms.edit_line(11, units=25)
        for asked in ({}, {"approve": True}):
            ran = story.sync(**asked)
            assert ran.status("northwind") == "held:edited-in-bms"
            assert ran.line("northwind")["units_before"] == 25
            assert ran.writes == []

    def test_approved_by_name_ours_are_put_back(self, settle: Settle, begin_with: type) -> None:
        story = begin_with(settle)
        story.bms.edit_line(11, units=25)
        ran = story.sync(approve_lines=[("northwind", "standard")])
        assert ran.status("northwind") == "synced"
        assert story.units("northwind") == 20
        assert story.sync().status("northwind") == "no-change"

    def test_an_edit_to_just_what_the_count_says_needs_nobody(self, settle: Settle, begin_with: type) -> None:
        story = begin_with(settle)
        story.bms.edit_line(11, units=22)
        story.count("northwind", standard=22)
        ran = story.sync()
        assert ran.status("northwind") == "no-change"
        assert ran.writes == []

    def test_a_price_raised_by_hand_is_no_edit_of_the_units(self, settle: Settle, begin_with: type) -> None:
        story = begin_with(settle)
        story.bms.edit_line(11, unit_price="5.50")
        assert story.sync().status("northwind") == "no-change"
        story.count("northwind", standard=21)
        assert story.sync().status("northwind") == "synced"
        assert story.units("northwind") == 21


class TestWhereItCannotBeKnown:
    def test_nothing_is_claimed_and_the_line_says_that_it_cannot_tell(self, settle: Settle) -> None:
        story = beside_others(settle)
        story.bms.edit_line(11, units=25)
        ran = story.sync()
        assert ran.status("northwind") == "no-change"
        assert (
            "contract total changed by +$25.00, cannot tell which line" in (ran.line("northwind")["evidence"])
        )

    def test_a_change_of_another_line_does_not_hold_ours_up(self, settle: Settle) -> None:
        story = beside_others(settle)
        story.bms.edit_line(AGENTS_LINE, units=11)
        story.count("northwind", standard=21)
        assert story.sync().status("northwind") == "synced"
        assert story.units("northwind") == 21

    def test_a_write_upon_a_hidden_edit_is_never_called_synced(self, settle: Settle) -> None:
        story = beside_others(settle)
        story.bms.edit_line(11, units=25)
        story.count("northwind", standard=21)
        ran = story.sync()
        assert ran.status("northwind") == "error:verification"
        assert "moved by \N{MINUS SIGN}20.00, expected 5.00" in ran.line("northwind")["cause"]
        # What was written is right all the same: a count is absolute.
        assert story.units("northwind") == 21
        assert story.sync().writes == []


def test_an_edit_of_a_contract_that_is_ours_alone_by_another_sum_is_not_guessed_at(settle: Settle) -> None:
    story = alone(settle)
    story.bms.add_line(contract_id=7001, service_id=601, units=1)
    ran = story.sync()
    assert ran.status("northwind") == "no-change"
    assert "cannot tell which line" in ran.line("northwind")["evidence"]
