"""A rolling period never holds more calls than allowed, however they are taken, given back and spread."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.psa.kaseya_bms.call_window import NO_TOKENS, Rate, Tokens, calls_left, exchange, free_at
from seatbridge.psa.kaseya_bms.host_pause import HostPause, paused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RATE = Rate(60, MINUTE)


@given(
    st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(0, 9), st.booleans(), st.booleans()),
        min_size=1,
        max_size=60,
    )
)
def test_no_minute_wherever_it_begins_holds_more_than_its_calls(
    steps: list[tuple[int, int, bool, bool]],
) -> None:
    """Each step: milliseconds that pass, calls wanted, whether they are urgent, whether all are sent."""
    slots: dict[int, int] = {}
    now, unsent, sent = NOON, NO_TOKENS, []
    for pause, want, urgent, sends in steps:
        now += timedelta(milliseconds=pause)
        slots, granted = exchange(slots, RATE, now, want=want, back=unsent, urgent=urgent)
        sent += [now] * granted.count * sends
        unsent = NO_TOKENS if sends else granted
    for each in sent:
        assert len([other for other in sent if each <= other <= each + MINUTE]) <= RATE.calls


def test_the_last_part_is_kept_for_what_must_not_wait() -> None:
    slots, granted = exchange({}, RATE, NOON, want=100)
    assert granted.count == 57
    assert calls_left(slots, RATE, NOON) == 0
    slots, urgent = exchange(slots, RATE, NOON, want=100, urgent=True)
    assert urgent.count == 3


def test_what_is_given_back_is_free_at_once() -> None:
    slots, granted = exchange({}, RATE, NOON, want=57)
    slots, again = exchange(slots, RATE, NOON, want=5, back=Tokens(granted.slot, 5))
    assert (granted.count, again.count) == (57, 5)


@pytest.mark.parametrize(("need", "seconds"), [(1, 62), (10, 62), (11, 92), (57, 92), (500, 92)])
def test_the_moment_when_so_many_are_free(need: int, seconds: int) -> None:
    slots, _ = exchange({}, RATE, NOON, want=10)
    later = NOON + timedelta(seconds=30)
    slots, _ = exchange(slots, RATE, later, want=47)
    assert free_at(slots, RATE, later, need=need) == NOON + timedelta(seconds=seconds)
    assert calls_left(slots, RATE, NOON + timedelta(seconds=seconds)) >= min(need, 57)


def test_a_host_that_goes_on_saying_429_is_left_alone_ever_longer() -> None:
    pause, now = HostPause(), NOON
    waits = []
    for _ in range(7):
        pause = paused(pause, now, None)
        assert pause.until is not None
        waits.append((pause.until - now).total_seconds())
        now = pause.until
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_answers_to_calls_that_were_under_way_do_not_double_the_pause() -> None:
    once = paused(HostPause(), NOON, None)
    assert paused(once, NOON + timedelta(seconds=2), None) == once
    longer = paused(once, NOON + timedelta(seconds=2), timedelta(seconds=90))
    assert longer.until == NOON + timedelta(seconds=92)
