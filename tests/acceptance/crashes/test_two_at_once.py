"""Two processes at once, and switches thrown while one of them writes."""

import time

import pytest

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import ADJUST, CANARY, PRICE_CARRYING, REPLACE, Scenario
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import POST_LINE, complaints, truth_of
from tests.acceptance.crashes.undisturbed import undisturbed

METHODS = (ADJUST, CANARY, REPLACE, PRICE_CARRYING)
AT_ONCE = 20.0  # nothing is waited for; a busy machine needs its time
AUTHENTICATE = "POST /v2/security/authenticate"


def met(places: Places, scenario: Scenario) -> str:
    """What is wrong where a second sync and a preview come while the first one writes, at every write."""
    whole = undisturbed(places, scenario)

    def meet_at(number: int) -> list[str]:
        with places.place(scenario) as place:
            first = place.begin_sync(approve=True, pause_at=number)
            first.until_step(number)
            second = place.sync(approve=True).ended
            preview = place.sync(dry_run=True).ended
            first.go_on()
            ended = first.end().ended
            wrong = complaints(place, whole.truth)
            wrong += ["the second sync was not refused"] * ("held" not in second or "held" not in preview)
            wrong += ["the first sync was disturbed"] * (ended["taken_over"] != 0)
            return [f"met at {number}: {each}" for each in wrong]

    return wrong_in(meet_at, whole.fate.numbers_of("after-intent"))


@pytest.mark.parametrize("scenario", METHODS, ids=lambda scenario: scenario.name)
def test_a_second_sync_is_refused_and_nothing_is_doubled(places: Places, scenario: Scenario) -> None:
    wrong = met(places, scenario)
    assert not wrong, wrong


def test_a_second_sync_is_refused_on_postgresql_too(places_on_postgresql: Places) -> None:
    wrong = met(places_on_postgresql, ADJUST)
    assert not wrong, wrong


def test_the_next_sync_goes_on_at_once_where_the_first_is_killed_in_its_sign_in(places: Places) -> None:
    expected = undisturbed(places, ADJUST).truth
    with places.place(ADJUST) as place:
        place.sync(dry_run=True)  # from here on the password is known to be good
        place.bms.ask("DELETE", "calls")
        place.break_call(AUTHENTICATE, "hang")
        first = place.begin_sync(approve=True)
        first.until_step(0)
        wait_for_call(place, AUTHENTICATE)
        assert first.kill().killed
        began = time.monotonic()
        assert place.sync().ended["taken_over"] == 1
        assert time.monotonic() - began < AT_ONCE
        assert complaints(place, expected) == []


def test_a_process_killed_while_bms_answers_has_its_write_found_by_reading(places: Places) -> None:
    expected = undisturbed(places, ADJUST).truth
    with places.place(ADJUST) as place:
        place.break_call(POST_LINE, "hang-after")
        first = place.begin_sync(approve=True)
        while first.next_step() != "before-call":
            continue
        wait_for_call(place, POST_LINE)
        assert first.kill().killed
        place.sync()
        assert complaints(place, expected) == []
        assert truth_of(place.bms).calls == expected.calls


def wait_for_call(place: Place, endpoint: str) -> None:
    while not place.bms.ask("GET", "calls")["calls"].get(endpoint):
        continue
