"""How a scenario's approved sync goes where nothing happens: what disturbed histories must come to."""

from dataclasses import dataclass

from tests.acceptance.crashes.places import Places
from tests.acceptance.crashes.scenarios import Scenario
from tests.acceptance.crashes.truth import Truth, complaints, truth_of
from tests.support.forking import Fate


@dataclass(frozen=True, slots=True)
class Undisturbed:
    truth: Truth
    fate: Fate


def undisturbed(places: Places, scenario: Scenario) -> Undisturbed:
    """Told once, however many tests ask for it."""
    with places.telling:
        if scenario.name not in places.undisturbed:
            places.undisturbed[scenario.name] = _told(places, scenario)
        told: Undisturbed = places.undisturbed[scenario.name]
        return told


def _told(places: Places, scenario: Scenario) -> Undisturbed:
    with places.place(scenario) as place:
        fate = place.sync(approve=True)
        assert place.bms.writes() != []
        truth = truth_of(place.bms)
        assert complaints(place, truth, doubles=scenario.doubles) == []
        return Undisturbed(truth, fate)
