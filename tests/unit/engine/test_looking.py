"""A worker looks for runs that were left behind often enough, whatever one look cost."""

import pytest

from seatbridge.engine.looking import LONGEST, until_next_look


@pytest.mark.parametrize(("took", "seconds"), [(0.001, 1), (0.05, 1), (0.2, 4)])
def test_looking_takes_no_more_than_a_twentieth_of_the_time(took: float, seconds: float) -> None:
    assert until_next_look(took, beat=1) == pytest.approx(seconds)


def test_a_look_that_hung_for_minutes_does_not_keep_the_next_one_waiting_for_hours() -> None:
    assert until_next_look(600, beat=1) == LONGEST


def test_no_look_comes_before_the_beat() -> None:
    assert until_next_look(600, beat=60) == 60
