"""The integration is switched off, or the run cancelled, while it writes: no further write leaves."""

from collections.abc import Callable

import pytest

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import ADJUST, CANARY, PRICE_CARRYING, REPLACE, Scenario
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import complaints
from tests.acceptance.crashes.undisturbed import undisturbed

METHODS = (ADJUST, CANARY, REPLACE, PRICE_CARRYING)


def switch_off(place: Place) -> None:
    place.do("switch", on=False)


def cancel(place: Place) -> None:
    place.do("cancel")


def stopped_at(place: Place, number: int, stop: Callable[[Place], None]) -> list[str]:
    """The run is stopped at that step, and the calls that it makes from there on are told."""
    run = place.begin_sync(approve=True, pause_at=number)
    run.until_step(number)
    calls = len(place.bms.writes())
    stop(place)
    run.go_on()
    ended = run.end().ended
    wrong = [f"the run ended as {ended['state']}"] * (ended["state"] not in {"cancelled", "needs-attention"})
    return wrong + ["it wrote on"] * (len(place.bms.writes()) != calls)


@pytest.mark.parametrize("scenario", METHODS, ids=lambda scenario: scenario.name)
def test_a_run_that_is_switched_off_writes_no_more_and_goes_on_once_it_is_on(
    places: Places, scenario: Scenario
) -> None:
    whole = undisturbed(places, scenario)

    def switch_off_at(number: int) -> list[str]:
        with places.place(scenario) as place:
            wrong = stopped_at(place, number, switch_off)
            calls = len(place.bms.writes())
            place.sync(approve=True)
            wrong += ["it wrote while it was off"] * (len(place.bms.writes()) != calls)
            place.do("switch", on=True)
            place.sync(approve=True)
            return [f"off at {number}: {each}" for each in wrong + complaints(place, whole.truth)]

    wrong = wrong_in(switch_off_at, whole.fate.numbers_of("before-intent"))
    assert not wrong, wrong


@pytest.mark.parametrize("scenario", [ADJUST, REPLACE], ids=lambda scenario: scenario.name)
def test_a_run_that_is_cancelled_writes_no_more_and_the_next_one_ends_right(
    places: Places, scenario: Scenario
) -> None:
    whole = undisturbed(places, scenario)

    def cancel_at(number: int) -> list[str]:
        with places.place(scenario) as place:
            wrong = stopped_at(place, number, cancel)
            place.sync(approve=True)
            return [f"cancelled at {number}: {each}" for each in wrong + complaints(place, whole.truth)]

    wrong = wrong_in(cancel_at, whole.fate.numbers_of("before-intent"))
    assert not wrong, wrong
