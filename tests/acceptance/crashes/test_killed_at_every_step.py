"""A run is killed at every step of the protocol; the next plain sync brings BMS to the same end."""

import time

import pytest

from tests.acceptance.crashes.places import SETTLE, Place, Places
from tests.acceptance.crashes.scenarios import CANARY_APPENDS, NOON, SCENARIOS, Scenario
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import Truth, complaints, effects_of
from tests.acceptance.crashes.undisturbed import Undisturbed, undisturbed

# Beyond the settle time: what a sync with a few calls needs on a busy machine.
AT_ONCE = 20.0


def killed_and_resumed(places: Places, scenario: Scenario, whole: Undisturbed, number: int) -> list[str]:
    """What went wrong when the process died at that step; each sentence names the step."""
    with places.place(scenario) as place:
        fate = place.sync(approve=True, kill_at=number)
        if not fate.killed:
            return [f"step {number} was never reached"]
        began = time.monotonic()
        resumed = place.sync().ended
        took = time.monotonic() - began
        if "held" in resumed:
            return [f"killed at {number}: the next sync was refused"]
        unknown = ahead_unknown(place.report())
        wrong = released(place, whole.truth, unknown) if unknown else []
        wrong += complaints(place, whole.truth, doubles=scenario.doubles)
        if resumed["taken_over"] != (0 if fate.steps[-1].name == "after-finish" else 1):
            wrong.append(f"the run was taken over {resumed['taken_over']} times")
        if took > SETTLE + AT_ONCE:
            wrong.append(f"the next sync waited: {took:.1f} s")
        return [f"killed at {number} ({fate.steps[-1].name}): {each}" for each in wrong]


def ahead_unknown(told: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """Lines whose write is dated ahead, and whose call may or may not have left the process that died."""
    return [
        (line["company"], line["product"])
        for line in told["last"]["lines"]
        if line["status"] == "outcome-unknown" and line["effective_date"] > NOON.date().isoformat()
    ]


def released(place: Place, expected: Truth, unknown: list[tuple[str, str]]) -> list[str]:
    """Such a call cannot be read before its day: a person is asked, and it is sent once released by name."""
    repeated = effects_of(place.bms) - expected.effects
    if not expected.effects - effects_of(place.bms):
        return []  # it had left: nobody needs to release it
    place.sync(approve_lines=unknown)
    return [f"repeated unasked: {repeated}"] * bool(repeated)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_run_killed_at_any_step_is_brought_to_the_same_end(places: Places, scenario: Scenario) -> None:
    whole = undisturbed(places, scenario)
    wrong = wrong_in(lambda number: killed_and_resumed(places, scenario, whole, number), whole.fate.moments)
    assert not wrong, wrong


def test_the_same_holds_on_postgresql(places_on_postgresql: Places) -> None:
    """There a session lock says who carries a run, and the server lets go of it when the process is gone."""
    whole = undisturbed(places_on_postgresql, CANARY_APPENDS)
    wrong = wrong_in(
        lambda number: killed_and_resumed(places_on_postgresql, CANARY_APPENDS, whole, number),
        whole.fate.moments,
    )
    assert not wrong, wrong
