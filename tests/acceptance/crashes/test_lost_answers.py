"""The answer to a write is lost, in every way that a network and a server have: reading tells its outcome."""

from dataclasses import dataclass

import pytest

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import (
    ADJUST,
    CANARY,
    CANARY_APPENDS,
    CANARY_REJECTS,
    DOUBLED,
    PRICE_CARRYING,
    PUT_BACK,
    REPLACE,
    Scenario,
)
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import BULK, POST_LINE, Truth, complaints, truth_of
from tests.acceptance.crashes.undisturbed import undisturbed

IMPATIENT = 1.0  # seconds until a hanging BMS is given up
# The write took effect, and its answer says nothing, or nonsense.
DONE_AND_LOST = ("cut-after", "500-after", "502-html-after", "503-after", "504-after", "200-html-after")
DONE_AND_LOST += ("cut-json", "hang-after")
# The same answers to a write that never took effect, and connections that broke before.
NEVER_DONE = ("cut-before", "500", "502-html", "503", "504", "200-html", "hang")
# Refused before the effect: sent again at once.
PUT_OFF = ("401", "429")
FEW_DONE, FEW_NEVER = ("cut-after", "502-html-after"), ("cut-before", "503")


@dataclass(frozen=True, slots=True)
class Lost:
    """The `occurrence`th write to `endpoint` of the scenario's run meets `fault`."""

    scenario: Scenario
    endpoint: str
    fault: str
    occurrence: int = 1

    @property
    def was_done(self) -> bool:
        return self.fault in DONE_AND_LOST


def lost_and_found(places: Places, expected: Truth, lost: Lost) -> list[str]:
    options = {"retry_after": 1} if lost.fault == "429" else {}
    with places.place(lost.scenario) as place:
        place.patience = IMPATIENT
        place.break_call(lost.endpoint, lost.fault, lost.occurrence, **options)
        place.sync(approve=True)
        wrong = _sent_too_often(place, expected, lost)
        place.sync(approve=True)
        wrong += complaints(place, expected, doubles=lost.scenario.doubles)
        wrong += _sent_too_often(place, expected, lost)
        return [f"{lost.fault} at {lost.occurrence} of {lost.endpoint}: {each}" for each in wrong]


def _sent_too_often(place: Place, expected: Truth, lost: Lost) -> list[str]:
    """What was done is never sent twice; what was not may be sent once more."""
    more = truth_of(place.bms).calls - expected.calls
    allowed = 0 if lost.was_done else 1
    return [f"sent {more} once more"] * any(times > allowed for times in more.values())


def all_of(scenario: Scenario, endpoint: str, occurrence: int = 1) -> list[Lost]:
    faults = (*DONE_AND_LOST, *NEVER_DONE, *PUT_OFF)
    return [Lost(scenario, endpoint, fault, occurrence) for fault in faults]


def few_of(scenario: Scenario, endpoint: str, occurrence: int = 1) -> list[Lost]:
    return [Lost(scenario, endpoint, fault, occurrence) for fault in (*FEW_DONE, *FEW_NEVER)]


WRITES = {
    "units by adjust": all_of(ADJUST, POST_LINE),
    "units of the second wave": few_of(ADJUST, POST_LINE, 3),
    "zeroing by replace": few_of(REPLACE, BULK),
    "units by replace": few_of(REPLACE, POST_LINE),
    "price by price-carrying": few_of(PRICE_CARRYING, BULK),
    "zeroing by the canary": few_of(CANARY, BULK),
    "units by the canary": few_of(CANARY, POST_LINE),
    "units by an appending canary": few_of(CANARY_APPENDS, POST_LINE),
    "price put back by a refused canary": few_of(CANARY_REJECTS, BULK, 2),
    "zeroing of a doubled line": few_of(DOUBLED, BULK),
    "putting a re-dated line back": few_of(PUT_BACK, POST_LINE, 2),
}


@pytest.mark.parametrize("cases", WRITES.values(), ids=WRITES.keys())
def test_a_lost_write_is_found_by_reading_and_takes_effect_once(places: Places, cases: list[Lost]) -> None:
    expected = undisturbed(places, cases[0].scenario).truth
    wrong = wrong_in(lambda lost: lost_and_found(places, expected, lost), cases)
    assert not wrong, wrong
