"""A run is killed at every step of the protocol; the next plain sync brings BMS to the same end."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.acceptance.crashes.conftest import SIDE_BY_SIDE
from tests.acceptance.crashes.places import SETTLE, Places
from tests.acceptance.crashes.scenarios import SCENARIOS, Scenario
from tests.acceptance.crashes.truth import Truth, complaints, truth_of

# Beyond the settle time: what a sync with a few calls needs on a busy machine.
AT_ONCE = 20.0


@dataclass(frozen=True, slots=True)
class Undisturbed:
    steps: Sequence[str]
    truth: Truth


def undisturbed(places: Places, scenario: Scenario) -> Undisturbed:
    with places.place(scenario) as place:
        fate = place.sync(approve=True)
        assert not fate.killed
        assert place.bms.writes() != []
        truth = truth_of(place.bms)
        assert complaints(place, truth, doubles=scenario.doubles) == []
        return Undisturbed(fate.steps, truth)


def killed_and_resumed(places: Places, scenario: Scenario, whole: Undisturbed, number: int) -> list[str]:
    """What went wrong when the process died at that step; each sentence names the step."""
    with places.place(scenario) as place:
        fate = place.sync(approve=True, kill_at=number)
        if not fate.killed:
            return [f"step {number} was never reached"]
        began = time.monotonic()
        resumed = place.sync()
        took = time.monotonic() - began
        wrong = complaints(place, whole.truth, doubles=scenario.doubles)
        if resumed.ended.get("held"):
            wrong.append("the next sync was refused")
        if fate.steps[-1] != "after-finish" and resumed.ended.get("taken_over") != 1:
            wrong.append("the run was not taken over")
        if took > SETTLE + AT_ONCE:
            wrong.append(f"the next sync waited: {took:.1f} s")
        return [f"killed at {number} ({fate.steps[-1]}): {each}" for each in wrong]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_run_killed_at_any_step_is_brought_to_the_same_end(places: Places, scenario: Scenario) -> None:
    whole = undisturbed(places, scenario)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        ended = pool.map(
            lambda number: killed_and_resumed(places, scenario, whole, number), range(len(whole.steps))
        )
        wrong = [each for found in ended for each in found]
    assert not wrong, "\n".join(wrong)
